// Package hint adds to an error a sentence that tells how to go on. The error
// says what is wrong and where; the hint says what to do about it. They are kept
// apart so that each program shows them in its own way: the command prints
// "error:" and "hint:", a service may log one and drop the other.
//
// The package must not know any error or any program. Hints of the library name
// settings, such as train.measure; the command adds the flags that set them.
package hint

import (
	"errors"
	"fmt"
)

// An Error is an error with a hint. Its text is that of Err alone; find the hint
// with [Of], or with [errors.As].
type Error struct {
	Err  error
	Hint string // a phrase without a capital letter or a full stop
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error without its hint.
func (e *Error) Unwrap() error { return e.Err }

// Add returns err with a hint, which is formatted as by [fmt.Sprintf]. An error
// that has a hint keeps it, because whoever found the error first knows most
// about it. Add returns nil if err is nil, and err itself if the hint is empty.
func Add(err error, format string, args ...any) error {
	if err == nil || Of(err) != "" {
		return err
	}
	if text := fmt.Sprintf(format, args...); text != "" {
		return &Error{err, text}
	}
	return err
}

// Of returns the hint of err, or "" if it has none. Of joined errors the first
// hint counts.
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
