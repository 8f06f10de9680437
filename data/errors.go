package data

import "errors"

// Errors that callers tell apart with [errors.Is]; each comes wrapped in one that
// says where it happened. A file or set that is not there wraps
// [io/fs.ErrNotExist].
var (
	// ErrUnknown is the name of no dataset.
	ErrUnknown = errors.New("unknown dataset")
	// ErrFormat is a file whose bytes are not what its format, or its use, demands.
	ErrFormat = errors.New("malformed data")
	// ErrEmpty is a set, or a split of one, without examples.
	ErrEmpty = errors.New("no examples")
	// ErrKind is a set of points where images are wanted, or the other way round.
	ErrKind = errors.New("examples of another kind")
	// ErrRange is an example's number, or a range of them, outside a set.
	ErrRange = errors.New("out of range")
	// ErrChecksum is a downloaded file that is not the one the catalogue describes.
	ErrChecksum = errors.New("wrong checksum")
)
