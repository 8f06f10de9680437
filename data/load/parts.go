package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Parts opens the parts of one dataset and decodes each of its files once: the
// sets share memory. Parts are not safe for concurrent use, the sets are.
type Parts struct {
	name  string
	seed  uint64
	o     Options
	found *source
	read  [data.Test + 1]data.Set // the parts of the source that were read
	notes []string
	meter meter
}

// New returns the parts of the dataset that the function [Open] opens for this name and
// seed. The options o decide how they are read. New itself reads nothing.
func New(name string, seed uint64, o Options) *Parts {
	return &Parts{name: name, seed: seed, o: o}
}

// NewParts returns the parts of a dataset, read without options. See [New].
func NewParts(name string, seed uint64) *Parts { return New(name, seed, Options{}) }

// Notes returns notes on the parts opened so far, for example on files that were not
// read, pictures that were converted, and classes without examples. Each is a sentence
// without a full stop.
func (p *Parts) Notes() []string { return slices.Clone(p.notes) }

// note keeps a sentence, once.
func (p *Parts) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.notes, text) {
		p.notes = append(p.notes, text)
	}
}

// noteAll keeps sentences, each once.
func (p *Parts) noteAll(notes []string) {
	for _, text := range notes {
		p.note("%s", text)
	}
}

// A source is where the examples of a dataset come from.
type source struct {
	// parts read the parts that have their own files. A set without parts is Train.
	parts [data.Test + 1]func(ctx context.Context) (data.Set, error)

	// published reports whether the publisher fixed the order of the training examples.
	// Then the last sixth is for validation.
	published bool
}

// Open returns a part. It returns the same errors as the function [Open]. When ctx
// ends, it stops within a second and returns an error that wraps that of ctx.
func (p *Parts) Open(ctx context.Context, split data.Split) (set data.Set, err error) {
	err = p.meter.watch(p.o.Progress, func() error {
		set, err = p.open(ctx, split)
		return err
	})
	return set, err
}

// Whole returns the examples of all files, undivided and in the order of the files: those
// for training first. They are in one set for each part that has its own files. Whole
// returns the errors of [Parts.Open]. For a dataset that is drawn from the seed, the
// result is its test part.
func (p *Parts) Whole(ctx context.Context) (sets []data.Set, err error) {
	err = p.meter.watch(p.o.Progress, func() error {
		sets, err = p.whole(ctx)
		return err
	})
	return sets, err
}

func (p *Parts) whole(ctx context.Context) ([]data.Set, error) {
	if set, ok := data.Drawn(p.name, data.Test, p.seed); ok {
		set, err := p.fit(ctx, set)
		return []data.Set{set}, err
	}
	if err := p.look(ctx); err != nil {
		return nil, err
	}
	var sets []data.Set
	for split := data.Train; split <= data.Test; split++ {
		if p.found.parts[split] == nil {
			continue
		}
		set, err := p.given(ctx, split)
		if split == data.Train && p.found.parts[data.Test] != nil && errors.Is(err, fs.ErrNotExist) {
			continue // there are only test examples
		}
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// look finds the source, once.
func (p *Parts) look(ctx context.Context) error {
	if p.found != nil {
		return nil
	}
	found, err := p.find(ctx)
	if err == nil {
		p.found = found
	}
	return err
}

func (p *Parts) open(ctx context.Context, split data.Split) (data.Set, error) {
	if split < data.Train || split > data.Test {
		return nil, hint.Add(fmt.Errorf("dataset %s: unknown split %v", p.name, split), "use train, validation or test")
	}
	if set, ok := data.Drawn(p.name, split, p.seed); ok {
		return p.fit(ctx, set)
	}
	if err := p.look(ctx); err != nil {
		return nil, err
	}
	part, err := p.part(ctx, split)
	if err != nil {
		return nil, err
	}
	return part, p.noteMissing(part, split)
}

// part returns a part that the source has or one of the training examples.
func (p *Parts) part(ctx context.Context, split data.Split) (data.Set, error) {
	if split != data.Train && p.found.parts[split] != nil {
		return p.given(ctx, split)
	}
	training, err := p.given(ctx, data.Train)
	if err != nil {
		return nil, err
	}
	return p.divide(training, split)
}

// given returns a part of the source. It is read at the first call. An error is not
// kept.
func (p *Parts) given(ctx context.Context, split data.Split) (data.Set, error) {
	if p.read[split] == nil {
		set, err := p.found.parts[split](ctx)
		if err != nil {
			return nil, err // and not an interface that holds a nil *Table
		}
		if set, err = p.fit(ctx, set); err != nil {
			return nil, err
		}
		p.read[split] = set
	}
	return p.read[split], nil
}

// divide returns a part that is made from the training examples. Parts without their
// own files are made so.
func (p *Parts) divide(training data.Set, split data.Split) (data.Set, error) {
	validation, test := p.found.parts[data.Validation] == nil, p.found.parts[data.Test] == nil
	switch {
	case !validation && !test:
		return training, nil
	case validation && test && p.o.Dealt:
		return data.Deal(training, split)
	case validation && test:
		return data.Divide(training, split, p.seed)
	case validation && (p.found.published || p.o.Dealt):
		return data.HoldOut(training, split)
	case validation:
		return data.DivideTraining(training, split, data.Validation, p.seed)
	}
	p.note("there are no examples for test: they are drawn from those for training")
	return data.DivideTraining(training, split, data.Test, p.seed)
}

// noteMissing notes which classes have no examples in a part.
func (p *Parts) noteMissing(part data.Set, split data.Split) error {
	labels, err := data.ReadLabels(part)
	if err != nil || labels == nil {
		return err
	}
	field, _ := part.Info().Field(data.ClassField)
	present := make([]bool, field.Classes)
	for _, label := range labels {
		present[label] = true
	}
	var missing []string
	for class, ok := range present {
		if !ok {
			missing = append(missing, className(field, class))
		}
	}
	if len(missing) > 0 {
		p.note("the %v part has no examples of %d of the %d classes: %s", split, len(missing), field.Classes, named(missing))
	}
	return nil
}

// className returns the name of a class, its number if it has none.
func className(field data.Field, class int) string {
	if field.Labels != nil {
		return field.Labels[class]
	}
	return fmt.Sprint(class)
}
