package board

import (
	"context"
	"errors"
	"fmt"
	"image"
	"maps"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// A making is the request for samples: the inputs of each, and how they are arranged.
type making struct {
	ID      string      `json:"id"`
	Step    int64       `json:"step"` // of the checkpoint; negative: the newest
	Output  string      `json:"output"`
	Rows    []inputSpec `json:"rows"`
	Columns int         `json:"columns"` // of the picture; 0: nearly square
	Plain   bool        `json:"plain"`   // images are as large as they are, without space between them, and several volumes have one view
}

// An inputSpec is the inputs of one sample. Index names a sample of the pictures of the
// run, or, with Seed, the sample with this number in the sequence of the seed. Latents and
// Given replace its latents and conditions.
type inputSpec struct {
	Index   int                  `json:"index"`
	Seed    *uint64              `json:"seed"`
	Latents map[string][]float32 `json:"latents"`
	Given   map[string]any       `json:"given"`
}

// maxRows is the largest number of samples of a request.
const maxRows = 256

// maxSeedIndex is the largest number of a sample of a seed.
const maxSeedIndex = 1 << 20

// make makes the samples of a request and draws their picture.
func (o *opened) make(ctx context.Context, m making) (image.Image, error) {
	if len(m.Rows) == 0 || len(m.Rows) > maxRows || m.Columns < 0 || m.Columns > maxRows {
		return nil, fmt.Errorf("%d samples in %d columns, want 1 to %d", len(m.Rows), m.Columns, maxRows)
	}
	sampler, err := o.samplerFor(m.Output, len(m.Rows))
	if err != nil {
		return nil, err
	}
	in := run.Inputs{}
	for _, spec := range m.Rows {
		one, err := o.inputs(sampler, spec)
		if err != nil {
			return nil, err
		}
		for name, v := range one {
			all := in[name]
			in[name] = data.Values{Floats: append(all.Floats, v.Floats...), Ints: append(all.Ints, v.Ints...)}
		}
	}
	samples, err := sampler.Make(ctx, len(m.Rows), in)
	if err != nil {
		return nil, err
	}
	if m.Plain && samples.Field.IsImage() {
		images, err := samples.Images()
		if err != nil {
			return nil, err
		}
		return picture.Grid(run.Shown(images), m.Columns, picture.Options{Pad: -1, Scale: 1})
	}
	if m.Plain && samples.Field.IsVolume() && len(m.Rows) > 1 {
		views, err := picture.Volumes(samples.Values, samples.N, [3]int(samples.Field.Shape[1:]), samples.Level(), planeView)
		if err != nil {
			return nil, err
		}
		return picture.Grid(firstViews(views), m.Columns, picture.Options{Pad: -1, Scale: 1})
	}
	return o.Config.Picture(samples, nil, m.Columns)
}

// planeView is the side of a view of a volume in a plane of many, in pixels.
const planeView = 64

// firstViews returns the first view, which is a square, of each volume of [picture.Volumes].
func firstViews(views picture.Images) picture.Images {
	first := picture.Images{N: views.N, Channels: 1, Height: views.Height, Width: views.Height}
	for row := range views.N * views.Height {
		first.Pixels = append(first.Pixels, views.Pixels[row*views.Width:][:first.Width]...)
	}
	return first
}

// samplerFor returns the sampler that is the fastest for n samples.
func (o *opened) samplerFor(output string, n int) (*run.Sampler, error) {
	if n <= run.BatchSize/16 {
		return o.Preview(output)
	}
	return o.Sampler(output)
}

// inputs returns the inputs of one sample.
func (o *opened) inputs(s *run.Sampler, spec inputSpec) (run.Inputs, error) {
	in, err := o.base(s, spec)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Latents)) {
		z := spec.Latents[name]
		known := slices.ContainsFunc(s.Output.Latents, func(l recipe.Latent) bool { return l.Name == name })
		if !known || len(z) != s.Size(name) {
			return nil, fmt.Errorf("output %s: %d numbers for latent %q, want %d", s.Output.Name, len(z), name, s.Size(name))
		}
		for _, v := range z {
			if !isFinite(float64(v)) {
				return nil, fmt.Errorf("output %s: latent %q is not finite", s.Output.Name, name)
			}
		}
		in[name] = data.Values{Floats: z}
	}
	return in, nil
}

// base returns the inputs of a sample without its Latents.
func (o *opened) base(s *run.Sampler, spec inputSpec) (run.Inputs, error) {
	if spec.Index < 0 || spec.Index > maxSeedIndex {
		return nil, fmt.Errorf("sample %d, want 0 to %d", spec.Index, maxSeedIndex)
	}
	given, err := convertGiven(s.Output, spec.Given)
	if err != nil {
		return nil, err
	}
	seed := o.Config.Train.Seed
	if spec.Seed != nil {
		seed = *spec.Seed
	}
	g := o.grid(s.Output.Name)
	in := run.Inputs{}
	if g.err == nil && g.n > 0 {
		if spec.Seed == nil && spec.Index >= g.n {
			return nil, hint.Add(fmt.Errorf("sample %d of a picture of %d", spec.Index, g.n), "the first is 0")
		}
		in = firstInput(s, g.in, spec.Index%g.n)
	}
	if spec.Seed != nil || len(in) == 0 {
		maps.Copy(in, s.Latents(spec.Index, 1, seed))
		maps.Copy(in, s.Drawn(spec.Index, 1, seed, run.Inputs{}))
	}
	for name, value := range given {
		alone, err := s.Given(1, o.needed(s, in, name, value))
		if err != nil {
			return nil, err
		}
		in[name] = alone[name]
	}
	for _, c := range s.Output.Given {
		if _, ok := in[c.Name]; !ok && g.err != nil {
			return nil, g.err
		}
	}
	return in, nil
}

// needed returns the conditions with which [run.Sampler.Given] converts one of them: it
// wants all that cannot be drawn.
func (o *opened) needed(s *run.Sampler, in run.Inputs, name string, value any) map[string]any {
	all := map[string]any{name: value}
	for _, c := range s.Output.Given {
		if c.Name == name || c.Draw != nil {
			continue
		}
		switch c.Kind {
		case data.Class:
			all[c.Name] = 0
		case data.Tokens:
			all[c.Name] = make([]int, c.Size())
		case data.Numbers:
			if c.Text != nil {
				all[c.Name] = ""
			} else {
				all[c.Name] = make([]float32, c.Size())
			}
		case data.Pixels:
			all[c.Name] = image.NewNRGBA(image.Rect(0, 0, c.Shape[len(c.Shape)-1], c.Shape[len(c.Shape)-2]))
		}
	}
	return all
}

// convertGiven converts conditions from JSON to the values of [run.Sampler.Given].
func convertGiven(output recipe.Output, given map[string]any) (map[string]any, error) {
	values := map[string]any{}
	for name, v := range given {
		i := slices.IndexFunc(output.Given, func(c recipe.Condition) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("output %s has no condition %q", output.Name, name)
		}
		value, err := convertValue(output.Given[i], v)
		if err != nil {
			return nil, fmt.Errorf("output %s: %s: %w", output.Name, name, err)
		}
		values[name] = value
	}
	return values, nil
}

func convertValue(c recipe.Condition, v any) (any, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64:
		if v != float64(int(v)) {
			return nil, fmt.Errorf("%g is not a whole number", v)
		}
		return int(v), nil
	case []any:
		if c.Kind == data.Tokens {
			return numbersOf[int](v)
		}
		return numbersOf[float32](v)
	}
	return nil, errors.New("want a number, a text or a list of numbers")
}

func numbersOf[T int | float32](list []any) ([]T, error) {
	var all []T
	for _, v := range list {
		x, ok := v.(float64)
		if !ok {
			return nil, errors.New("want a list of numbers")
		}
		all = append(all, T(x))
	}
	return all, nil
}
