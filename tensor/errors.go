package tensor

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A MisuseError is the panic value for a wrong expression: the shapes or dtypes
// of operands do not fit the operation.
type MisuseError struct {
	Op       string   // the operation, for example "dot"
	Operands []string // the operands, for example "float32[100,784]"
	Reason   string   // the reason
	File     string   // of the caller outside this package
	Line     int
}

func (e *MisuseError) Error() string {
	return fmt.Sprintf("%s(%s): %s (at %s:%d)",
		e.Op, strings.Join(e.Operands, ", "), e.Reason, filepath.Base(e.File), e.Line)
}

// misuse panics with a *MisuseError that names the nearest caller outside this
// package.
func misuse(op string, args []*Tensor, format string, values ...any) {
	e := &MisuseError{Op: op, Reason: fmt.Sprintf(format, values...)}
	for _, a := range args {
		e.Operands = append(e.Operands, formatShape(a.dtype, a.shape))
	}
	e.File, e.Line = callerOutside(folderOf(1))
	panic(e)
}

// Misuse panics with a *[MisuseError] that names the nearest caller outside
// package tensor and outside the package that calls Misuse. It is for packages
// that build graphs and check their arguments.
func Misuse(op string, operands []string, format string, values ...any) {
	e := &MisuseError{Op: op, Operands: operands, Reason: fmt.Sprintf(format, values...)}
	e.File, e.Line = callerOutside(folderOf(1), folderOf(2))
	panic(e)
}

// folderOf returns the source folder of a caller; caller 1 is the function that
// calls folderOf. A folder is a package. The name of the function is not
// enough: an inlined closure has the name of the package it is inlined into.
func folderOf(caller int) string {
	_, file, _, _ := runtime.Caller(caller)
	return path.Dir(file)
}

// callerOutside returns the innermost frame with a source file outside the
// folders. Test files in the folders count as outside.
func callerOutside(folders ...string) (file string, line int) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		inside := slices.Contains(folders, path.Dir(frame.File)) && !strings.HasSuffix(frame.File, "_test.go")
		if !inside || !more {
			return frame.File, frame.Line
		}
	}
}

// Try calls build. If build panics with a *[MisuseError], Try returns it. Other
// panics are not recovered.
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
