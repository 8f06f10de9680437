package data

import "errors"

// Errors that callers distinguish with [errors.Is]. Each is wrapped in an error that
// reports where it occurred.
var (
	// ErrUnknown means that no dataset has the name.
	ErrUnknown = errors.New("unknown dataset")
	// ErrFormat means that data do not have the right format, or not the one that is
	// needed.
	ErrFormat = errors.New("malformed data")
	// ErrEmpty means that a set, or a part of it, has no examples.
	ErrEmpty = errors.New("no examples")
	// ErrTooFew means that a set, or one of its classes, has fewer examples than are needed.
	ErrTooFew = errors.New("too few examples")
	// ErrKind means that a field has the wrong kind, such as points instead of images.
	ErrKind = errors.New("examples of another kind")
	// ErrSize means that images or volumes have sides, or a number of values, that are not
	// possible.
	ErrSize = errors.New("examples of another size")
	// ErrRange means that the index of an example, or a range of indices, is outside a
	// set.
	ErrRange = errors.New("out of range")
)
