package recipe

import (
	"fmt"

	"github.com/gander-ml/gander/data"
)

// A kindError is the error for data from which a recipe cannot learn. It wraps [data.ErrKind], whose
// text it does not contain.
type kindError struct{ text string }

func (e *kindError) Error() string { return e.text }
func (e *kindError) Unwrap() error { return data.ErrKind }

func otherKind(format string, args ...any) error { return &kindError{fmt.Sprintf(format, args...)} }
