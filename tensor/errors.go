package tensor

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// A MisuseError is the value a wrong expression panics with: operands whose
// shapes or dtypes do not fit the operation.
type MisuseError struct {
	Op       string   // the operation, for example "dot"
	Operands []string // what it was given, for example "float32[100,784]"
	Reason   string   // what is wrong
	File     string   // the caller outside this package
	Line     int
}

func (e *MisuseError) Error() string {
	return fmt.Sprintf("%s(%s): %s (at %s:%d)",
		e.Op, strings.Join(e.Operands, ", "), e.Reason, filepath.Base(e.File), e.Line)
}

// misuse panics with a *MisuseError that blames the nearest caller outside
// this package.
func misuse(op string, args []*Tensor, format string, values ...any) {
	e := &MisuseError{Op: op, Reason: fmt.Sprintf(format, values...)}
	for _, a := range args {
		e.Operands = append(e.Operands, formatShape(a.dtype, a.shape))
	}
	e.File, e.Line = callerOutside()
	panic(e)
}

// callerOutside finds the innermost frame that does not belong to package
// tensor; its own tests count as outside.
func callerOutside() (file string, line int) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		inside := strings.Contains(frame.Function, "gander/tensor.") && !strings.HasSuffix(frame.File, "_test.go")
		if !inside || !more {
			return frame.File, frame.Line
		}
	}
}

// Try calls build and returns the *[MisuseError] it panicked with, if it did.
// Any other panic passes through.
func Try(build func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *MisuseError:
			err = r
		default:
			panic(r)
		}
	}()
	build()
	return nil
}
