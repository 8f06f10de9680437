package game

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
)

// A Minibatch is the memory of the inputs of one play, by the name of the input. It
// holds [Batch, ...] values in row-major order. For an input m["x"] of float32,
// m["x"].Float32() is the slice to fill; for int32 it is m["x"].Int32(). See
// [engine.Memory] for the other types.
type Minibatch map[string]engine.Memory

// A Source fills inputs of a game with examples. Only one goroutine uses it at a time.
type Source interface {
	// Inputs returns the names of the inputs that the source fills.
	Inputs() []string

	// Next fills a minibatch with the next examples. It is called once for every
	// play that reads an input of the source. The minibatch has only the inputs
	// that the play reads.
	Next(Minibatch) error

	// Position returns the amount of data read so far, usually the number of
	// examples. A checkpoint saves it, and SetPosition restores it.
	Position() int64
	SetPosition(position int64) error
}

// A Keeper is a source with more state than its position, such as a buffer of earlier
// examples.
type Keeper interface {
	Source

	// Kept returns the state other than the position. A checkpoint saves it. When
	// training is resumed, it is restored before SetPosition is called.
	Kept() []Variable
}

// Fill returns a source that fills the named inputs by a function. The values must
// depend only on the number of the call, which starts at 0. Calls that return an error
// are not counted. A resumed run continues with the number at which it was saved. The
// position of the source is this number. It is not a number of examples, because the
// source does not know the size of a minibatch.
func Fill(fill func(call int64, m Minibatch) error, inputs ...string) Source {
	return &filler{fill: fill, inputs: inputs}
}

type filler struct {
	fill   func(call int64, m Minibatch) error
	inputs []string
	calls  int64
}

func (f *filler) Inputs() []string { return f.inputs }
func (f *filler) Position() int64  { return f.calls }

func (f *filler) SetPosition(position int64) error {
	if position < 0 {
		return fmt.Errorf("position %d is negative", position)
	}
	f.calls = position
	return nil
}

func (f *filler) Next(m Minibatch) error {
	if err := f.fill(f.calls, m); err != nil {
		return err
	}
	f.calls++
	return nil
}

// A reading is a minibatch that a source fills before every round.
type reading struct {
	source Source
	Minibatch
}

// readings divides the minibatches of the plays of a round among the sources. An
// input that no source fills, or more than one, is an error.
func readings(plays []Minibatch, sources []Source) ([]reading, error) {
	filledBy := map[string]Source{}
	var names []string
	for i, s := range sources {
		if isNil(s) {
			return nil, fmt.Errorf("game: source number %d is nil", i)
		}
		for _, name := range s.Inputs() {
			if filledBy[name] != nil {
				return nil, hint.Add(fmt.Errorf("game: two sources fill the input %q", name), "only one source may return it from Inputs")
			}
			filledBy[name] = s
			names = append(names, name)
		}
	}
	var list []reading
	for _, play := range plays {
		for _, name := range slices.Sorted(maps.Keys(play)) {
			if filledBy[name] == nil {
				return nil, unfilled(name, names)
			}
		}
		for _, s := range sources {
			part := Minibatch{}
			for _, name := range s.Inputs() {
				if memory, ok := play[name]; ok {
					part[name] = memory
				}
			}
			if len(part) > 0 {
				list = append(list, reading{s, part})
			}
		}
	}
	return list, nil
}

// isNil reports whether a source is nil or a nil pointer.
func isNil(s Source) bool {
	v := reflect.ValueOf(s)
	return s == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// unfilled returns the error for an input that none of the sources fills.
func unfilled(name string, filled []string) error {
	err := fmt.Errorf("game: no source fills the input %q, which a play reads", name)
	if len(filled) == 0 {
		return hint.Add(err, "the game has no source")
	}
	slices.Sort(filled)
	return hint.Add(err, "the sources fill %s", strings.Join(filled, ", "))
}
