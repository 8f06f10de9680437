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

// A Minibatch is the memory of inputs of one play, by the name of the input.
type Minibatch map[string]engine.Memory

// A Source fills inputs of a game with examples. It is used by one goroutine at a
// time.
type Source interface {
	// Inputs returns the names of the inputs that the source fills.
	Inputs() []string

	// Next fills a minibatch with the next examples. It is called once for every
	// play that reads an input of the source, and is given those that the play
	// reads.
	Next(Minibatch) error

	// Position returns how much was read so far, mostly the number of examples. It is
	// saved with a checkpoint, and SetPosition goes back to it.
	Position() int64
	SetPosition(position int64) error
}

// A Keeper is a source whose state is more than its position, such as a buffer of
// earlier examples.
type Keeper interface {
	Source

	// Kept returns the state beside the position. It is saved with a checkpoint
	// and written before SetPosition is called.
	Kept() []Variable
}

// Fill returns a source that fills the named inputs by a function. What it fills in may
// depend on nothing but the number of the call, from 0 on, in which calls that fail do
// not count: a run that is resumed goes on with the number at which it was saved. The
// position of the source is this number. It cannot be in examples, as the source does
// not know how many a minibatch has.
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

// readings divides the minibatches of a round's plays among the sources. An input
// that no source fills, or more than one, is an error.
func readings(plays []Minibatch, sources []Source) ([]reading, error) {
	filledBy := map[string]Source{}
	var names []string
	for i, s := range sources {
		if isNil(s) {
			return nil, fmt.Errorf("game: source number %d is nil", i)
		}
		for _, name := range s.Inputs() {
			if filledBy[name] != nil {
				return nil, hint.Add(fmt.Errorf("game: two sources fill the input %q", name), "give it to one of them")
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
