package game

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/tensor"
)

// A DivergedError reports a number that is not finite, and where it was found.
type DivergedError struct {
	Step      int64  // number of the round, from 1
	Statistic string // the first statistic that is not finite, "" if there is none
	Input     string // the first input with values that are not finite, "" if there is none
	Variable  string // the first variable that is not finite, "" if there is none or Input is not ""
	Count     int    // number of elements of Input or Variable that are not finite
	Size      int    // number of all its elements
}

func (e *DivergedError) Error() string {
	what := strings.Replace(e.Statistic, LossPrefix, "the loss of ", 1)
	what = strings.Replace(what, GradientPrefix, "the gradient of ", 1)
	elements := fmt.Sprintf("%d of the %d elements of %s", e.Count, e.Size, e.Variable)
	switch {
	case e.Input != "":
		return fmt.Sprintf("step %d: the source of %s gave %d of %d numbers that are not finite", e.Step, e.Input, e.Count, e.Size)
	case e.FromSource():
		return fmt.Sprintf("step %d: %s, the state of a source, are not finite", e.Step, elements)
	case e.Statistic == "":
		what = elements + " are not finite"
	case e.Variable == "":
		what += " is not finite"
	default:
		what += " is not finite, and neither are " + elements
	}
	return fmt.Sprintf("training diverged in step %d: %s", e.Step, what)
}

// FromSource reports whether the numbers that are not finite are from a source: in a
// minibatch or in the state of the source. Otherwise training produced them.
func (e *DivergedError) FromSource() bool {
	return e.Input != "" || strings.HasPrefix(e.Variable, sourcePrefix)
}

// sourcePrefix begins the names of the variables of [Keeper.Kept].
const sourcePrefix = "source "

// Finite returns a *[DivergedError] if a variable is not finite. Call it after the last
// round. The losses of a round are computed before its updates, so they do not show that
// an update of this round made a variable infinite.
func (t *Trainer) Finite() error {
	if e := t.diverged(""); e.Variable != "" {
		return e
	}
	return nil
}

// diverged looks for the numbers that are not finite after the last round: first in the inputs,
// then in the variables. It returns the first input or variable with such numbers, if there is one.
func (t *Trainer) diverged(statistic string) *DivergedError {
	e := &DivergedError{Step: t.Step(), Statistic: statistic}
	for _, r := range t.last.readings {
		for _, name := range slices.Sorted(maps.Keys(r.Minibatch)) {
			memory := r.Minibatch[name]
			size := len(memory.Bytes) / memory.DType.Size()
			if bad := notFinite(memory, size); bad > 0 {
				e.Input, e.Count, e.Size = name, bad, size
				return e
			}
		}
	}
	for _, v := range t.Variables() {
		if bad := notFinite(v.Memory, v.Shape...); bad > 0 {
			e.Variable, e.Count, e.Size = v.Name, bad, tensor.Size(v.Shape)
			return e
		}
	}
	return e
}

// notFinite returns the number of elements that are not finite.
func notFinite(m engine.Memory, shape ...int) (count int) {
	for _, x := range m.Array(shape...).Data {
		if !finite(x) {
			count++
		}
	}
	return count
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
