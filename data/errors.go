package data

import "errors"

// Errors that callers tell apart with [errors.Is]; each comes wrapped in one that
// says where it happened.
var (
	// ErrUnknown is the name of no dataset.
	ErrUnknown = errors.New("unknown dataset")
	// ErrFormat is a file whose bytes are not what its format, or its use, demands.
	ErrFormat = errors.New("malformed data")
	// ErrEmpty is a set, or a split of one, without examples.
	ErrEmpty = errors.New("no examples")
	// ErrKind is a field of one kind where another is wanted, such as points for images.
	ErrKind = errors.New("examples of another kind")
	// ErrRange is an example's number, or a range of them, outside a set.
	ErrRange = errors.New("out of range")
)
