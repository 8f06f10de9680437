package load

import (
	"context"

	"github.com/gander-ml/gander/data"
)

// findStacked looks for the set from which stacked-mnist is made. The options of the
// parts, such as a size, are those of the other set: its images are brought to it before
// they are stacked.
func (p *Parts) findStacked(ctx context.Context, e data.Entry) (*source, error) {
	o := p.o
	o.Channels = 0 // of the stacked images
	base := New(e.Base, p.seed, o)
	found, err := base.find(ctx)
	if err != nil {
		return nil, err
	}
	base.found = found
	stacked := &source{published: true}
	for split, of := range map[data.Split]data.Split{data.Train: data.Train, data.Validation: data.Train, data.Test: data.Test} {
		stacked.parts[split] = func(ctx context.Context) (data.Set, error) {
			digits, err := base.given(ctx, of)
			if err != nil {
				return nil, err
			}
			set, err := data.StackedMNIST(digits, split, p.seed)
			if err != nil {
				return nil, err // and not an interface that holds a nil *Stacked
			}
			return set, nil
		}
	}
	return stacked, nil
}
