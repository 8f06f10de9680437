// Package feed fills the inputs of a game from datasets. It exists so that a game
// need not know the origin of its examples, and a dataset need not know their use.
//
// The package must not know networks, players or recipes.
package feed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/tensor"
)

// An Input connects an input of a game to the field of a set that fills it.
type Input struct {
	Name  string     // the input of the game
	Field string     // the field of the set; "": the field with the same name
	Scale data.Scale // the numbers for black and white, such as {0, 1}; required for pixels

	// Standard standardises the numbers of points. It may be nil. Only fields of
	// numbers may have one.
	Standard *Standard

	scales []float64 // result of Standard.Scales
}

// A Source fills inputs of a game from the fields of one set. A seed decides the
// order of the examples; see [data.Batches]. A Source is a [game.Source].
type Source struct {
	batches      *data.Batches
	inputs       []Input
	destinations []data.Destination
}

// New returns a source that fills the given inputs of g from the examples of set. It reads
// only g.Batch and g.Inputs.
//
// A field fits an input if both have the same number of values per example. The input must
// have the type float32 for a field of pixels or numbers, and int32 for one of classes or
// tokens. New returns an error if set is nil or an input has no field that fits.
func New(set data.Set, g *game.Game, seed uint64, inputs ...Input) (*Source, error) {
	if set == nil {
		return nil, hint.Add(fmt.Errorf("no set fills the inputs %s of the game", list(inputs, func(in Input) string { return in.Name })),
			"is the name of its role right?")
	}
	batches, err := data.NewBatches(set, g.Batch, seed)
	if err != nil {
		return nil, err
	}
	s := &Source{batches: batches, inputs: slices.Clone(inputs)}
	for i := range s.inputs {
		in := &s.inputs[i]
		if in.Field == "" {
			in.Field = in.Name
		}
		if in.Standard != nil {
			in.scales = in.Standard.Scales()
		}
		if err := check(set.Info(), g, *in); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// check returns an error if no field of the set fits the input.
func check(info data.Info, g *game.Game, in Input) error {
	at := slices.IndexFunc(g.Inputs, func(i game.Input) bool { return i.Name == in.Name })
	if at < 0 {
		return hint.Add(fmt.Errorf("the game has no input %q for field %s of dataset %s", in.Name, in.Field, info.Name),
			"it has %s", list(g.Inputs, func(i game.Input) string { return i.Name }))
	}
	field, ok := info.Field(in.Field)
	if !ok {
		return hint.Add(fmt.Errorf("dataset %s has no field %q, which fills the input %q of the game", info.Name, in.Field, in.Name),
			"it has %s; choose a dataset that has %s", list(info.Fields, func(f data.Field) string { return f.Name }), in.Field)
	}
	dtype := tensor.Int32
	if field.Kind == data.Pixels || field.Kind == data.Numbers {
		dtype = tensor.Float32
	}
	input := g.Inputs[at]
	if want := g.Batch * field.Size(); input.DType != dtype || tensor.Size(input.Shape) != want {
		return hint.Add(fmt.Errorf("dataset %s: field %s is %v, and the input %q takes %v%v for %d examples",
			info.Name, in.Field, field, in.Name, input.DType, input.Shape, g.Batch), "choose a dataset whose %s fits", in.Field)
	}
	if field.Kind == data.Pixels && in.Scale == (data.Scale{}) {
		return hint.Add(fmt.Errorf("the input %q of pixels has no Scale: black and white would be the same number", in.Name),
			"feed.Input{Scale: data.Scale{Lo: 0, Hi: 1}}")
	}
	if in.Standard != nil {
		return in.Standard.check(info, field)
	}
	return nil
}

// list returns the names of all things, as a text for messages.
func list[T any](things []T, name func(T) string) string {
	var names []string
	for _, t := range things {
		names = append(names, name(t))
	}
	return strings.Join(names, ", ")
}

// Inputs returns the names of the inputs that the source fills.
func (s *Source) Inputs() []string {
	names := make([]string, len(s.inputs))
	for i, in := range s.inputs {
		names[i] = in.Name
	}
	return names
}

// Next fills a minibatch with the next examples. It does not allocate memory.
func (s *Source) Next(m game.Minibatch) error {
	s.destinations = s.destinations[:0]
	for _, in := range s.inputs {
		memory, ok := m[in.Name]
		if !ok {
			continue
		}
		d := data.Destination{Field: in.Field, Scale: in.Scale}
		if memory.DType == tensor.Int32 {
			d.Ints = memory.Int32()
		} else {
			d.Floats = memory.Float32()
		}
		s.destinations = append(s.destinations, d)
	}
	if err := s.batches.Next(s.destinations...); err != nil {
		return err
	}
	for i := range s.inputs {
		in := &s.inputs[i]
		if memory, ok := m[in.Name]; ok && in.Standard != nil {
			in.Standard.apply(memory.Float32(), in.scales)
		}
	}
	return nil
}

// Position returns the number of examples read so far.
func (s *Source) Position() int64 { return s.batches.Position() }

// SetPosition makes the source continue as if it had read the given number of
// examples.
func (s *Source) SetPosition(position int64) error { return s.batches.SetPosition(position) }
