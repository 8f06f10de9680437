// Package hint adds a hint to an error. The error describes the problem and its
// place; the hint describes a solution. The package exists so that each program can
// show the two separately: the command prints "error:" and "hint:", a service may
// log only the error.
//
// The package must not know any particular error or program. Hints of the library
// name settings, such as train.measure. The command replaces them by its flags.
package hint

import (
	"errors"
	"fmt"
)

// An Error is an error with a hint. Its text is the text of Err, without the hint.
// To get the hint, use [Of] or [errors.As].
type Error struct {
	Err  error
	Hint string // a phrase without a capital letter or a full stop
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error without its hint.
func (e *Error) Unwrap() error { return e.Err }

// Add returns err with a hint, formatted as by [fmt.Sprintf]. If err already has a
// hint, Add returns err unchanged, because the code that found the error knows most
// about it. Add also returns err unchanged if err is nil or the hint is empty.
func Add(err error, format string, args ...any) error {
	if err == nil || Of(err) != "" {
		return err
	}
	if text := fmt.Sprintf(format, args...); text != "" {
		return &Error{err, text}
	}
	return err
}

// Of returns the hint of err, or "" if it has none. If several joined errors have
// hints, it returns the first.
func Of(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

// Text returns the error and its hint in one line, for a log: "no run 7 (hint:
// gander runs lists the runs)".
func Text(err error) string {
	if h := Of(err); h != "" {
		return fmt.Sprintf("%v (hint: %s)", err, h)
	}
	return err.Error()
}
