package run_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// drawers are generators of every kind: with averages, batch normalisation,
// conditions, and several latents.
func drawers(t *testing.T) map[string]*run.Generator {
	t.Helper()
	all := map[string]*run.Generator{}
	for name, c := range map[string]*run.Config{
		"images": tiny(t), "points": tinyMixture(t), "conditional": tinyConditional(t), "messages": tinyMessages(t), "refiner": tinyRefiner(t),
	} {
		s := begin(t, t.TempDir(), c)
		end(t, s)
		all[name] = generator(t, s.Folder)
	}
	return all
}

// part returns the inputs of samples lo to hi-1.
func part(s *run.Sampler, in run.Inputs, lo, hi int) run.Inputs {
	some := run.Inputs{}
	for name, v := range in {
		some[name] = v.Slice(lo*s.Size(name), hi*s.Size(name))
	}
	return some
}

// join returns the inputs of the samples of all parts, one after another.
func join(parts ...run.Inputs) run.Inputs {
	all := run.Inputs{}
	for _, in := range parts {
		for name, v := range in {
			all[name] = data.Values{Floats: append(all[name].Floats, v.Floats...), Ints: append(all[name].Ints, v.Ints...)}
		}
	}
	return all
}

func makeSamples(t *testing.T, s *run.Sampler, n int, in run.Inputs) []float32 {
	t.Helper()
	made, err := s.Make(context.Background(), n, in)
	if err != nil {
		t.Fatal(err)
	}
	return made.Values
}

// TestSamples draws from every output of these generators.
func TestSamples(t *testing.T) {
	t.Parallel()
	for name, g := range drawers(t) {
		for _, output := range g.Outputs() {
			t.Run(name+" "+output.Name+" stand alone", func(t *testing.T) { standAlone(t, g, output) })
			t.Run(name+" "+output.Name+" made again", func(t *testing.T) { madeAgain(t, g, output) })
		}
	}
}

// standAlone wants the same bits of a sample whatever n is, wherever in a batch it
// is made, and whatever is made beside it and before it.
func standAlone(t *testing.T, g *run.Generator, output recipe.Output) {
	const most = 2*run.BatchSize + 5
	s := sampler(t, g, output.Name)
	all, err := g.Draw(context.Background(), output.Name, most, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	size := all.Field.Size()
	for _, n := range []int{1, 2, run.BatchSize - 1, run.BatchSize, run.BatchSize + 1, most} {
		few, err := g.Draw(context.Background(), output.Name, n, 3, nil)
		if err != nil || !slices.Equal(few.Values, all.Values[:n*size]) {
			t.Errorf("%d samples are not the first of %d, error %v", n, most, err)
		}
		draw(t, g, 3, 4) // of the first output
	}
	for _, i := range []int{0, 1, run.BatchSize - 1, run.BatchSize, most - 1} {
		want, one := all.Values[i*size:(i+1)*size], part(s, all.Inputs, i, i+1)
		for _, before := range []int{0, 1, 7, run.BatchSize - 1, run.BatchSize} {
			others := part(s, all.Inputs, most-before, most)
			got := makeSamples(t, s, before+2, join(others, one, part(s, all.Inputs, 5, 6)))
			if !slices.Equal(got[before*size:(before+1)*size], want) {
				t.Errorf("sample %d is another one after %d others", i, before)
			}
		}
	}
}

// madeAgain makes samples again from what they were made from.
func madeAgain(t *testing.T, g *run.Generator, output recipe.Output) {
	drawn, err := g.Draw(context.Background(), output.Name, 70, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := sampler(t, g, output.Name)
	var inputs, latents []string
	for _, l := range output.Latents {
		inputs, latents = append(inputs, l.Name), append(latents, l.Name)
		if got := s.Latents(0, 70, 3)[l.Name]; !slices.Equal(got.Floats, drawn.Inputs[l.Name].Floats) {
			t.Errorf("latent %s is not that of the seed", l.Name)
		}
	}
	for _, c := range output.Given {
		inputs = append(inputs, c.Name)
	}
	slices.Sort(inputs)
	slices.Sort(latents)
	if got := slices.Sorted(maps.Keys(drawn.Inputs)); !slices.Equal(got, inputs) {
		t.Errorf("samples are made from %v, want %v", got, inputs)
	}
	if got := slices.Sorted(maps.Keys(drawn.Latents())); !slices.Equal(got, latents) {
		t.Errorf("latents %v, want %v", got, latents)
	}
	if !slices.Equal(makeSamples(t, s, 70, drawn.Inputs), drawn.Values) {
		t.Error("samples made again are others")
	}
	if !slices.Equal(makeSamples(t, s, 5, part(s, drawn.Inputs, 60, 65)), drawn.Slice(60, 65).Values) {
		t.Error("samples 60 to 64 made again are others")
	}
}

// all is an output that is given a condition of every kind, and makes one row of
// numbers of them.
func all(t *testing.T) *run.Sampler {
	t.Helper()
	given := []recipe.Condition{
		{Field: data.Field{Name: "class", Kind: data.Class, Classes: 3}},
		{Field: data.Field{Name: "caption", Kind: data.Tokens, Shape: []int{2}, Classes: 5}},
		{Field: data.Field{Name: "attributes", Kind: data.Numbers, Shape: []int{2}}},
		{Field: data.Field{Name: "sketch", Kind: data.Pixels, Shape: []int{1, 1, 2}}, Scale: data.Scale{Lo: -1, Hi: 1}},
	}
	s, err := run.NewSampler(device(t), nil, nn.NewContext(false, nil), recipe.Output{
		Name: "all", Given: given, Makes: data.Field{Name: "row", Kind: data.Numbers, Shape: []int{7}},
		Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor {
			var parts []*tensor.Tensor
			for _, c := range given {
				parts = append(parts, in[c.Name].Convert(tensor.Float32).Reshape(run.BatchSize, -1))
			}
			return tensor.Concatenate(1, parts...)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func grey(width int, pixels ...byte) image.Image {
	m := image.NewGray(image.Rect(0, 0, width, len(pixels)/width))
	for i, v := range pixels {
		m.SetGray(i%width, i/width, color.Gray{Y: v})
	}
	return m
}

// TestGiven gives conditions of every kind, for all samples and for each sample.
func TestGiven(t *testing.T) {
	s := all(t)
	for _, c := range []struct {
		n     int
		given map[string]any
		want  []float32
	}{
		{1, map[string]any{"class": 2, "caption": []int{4, 0}, "attributes": []float32{.5, -7}, "sketch": grey(2, 0, 255)},
			[]float32{2, 4, 0, .5, -7, -1, 1}},
		{2, map[string]any{"class": 1, "caption": []int{1, 2}, "attributes": []float32{3, 4}, "sketch": grey(2, 255, 255)},
			[]float32{1, 1, 2, 3, 4, 1, 1, 1, 1, 2, 3, 4, 1, 1}},
		{2, map[string]any{"class": []int{0, 2}, "caption": [][]int{{1, 2}, {3, 4}}, "attributes": [][]float32{{1, 2}, {3, 4}},
			"sketch": []image.Image{grey(2, 0, 0), grey(2, 0, 255)}},
			[]float32{0, 1, 2, 1, 2, -1, -1, 2, 3, 4, 3, 4, -1, 1}},
	} {
		in, err := s.Given(c.n, c.given)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, makeSamples(t, s, c.n, in)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestGivenRefuses(t *testing.T) {
	s := all(t)
	const (
		classes  = "class is a class from 0 to 2"
		captions = "caption is 2 tokens from 0 to 4"
		numbers  = "attributes is 2 numbers"
		sketches = "sketch is an image of 1x1x2 (channels, height, width)"
		known    = "it takes class, a class from 0 to 2; caption, 2 tokens from 0 to 4; attributes, 2 numbers; sketch, an image of 1x1x2 (channels, height, width)"
	)
	for _, c := range []struct {
		name      string
		value     any
		say, tell string
	}{
		{"class", nil, "output all is made from class, which is not given", "give class, a class from 0 to 2"},
		{"sketch", nil, "output all is made from sketch, which is not given", "give sketch, an image of 1x1x2 (channels, height, width)"},
		{"colour", 1, "output all is not made from colour", known},
		{"class", 3, "output all: class: 3 is given", classes},
		{"class", -1, "output all: class: -1 is given", classes},
		{"class", []int{0, 1, 2}, "output all: class: 3 values for 2 samples, want 1 or 2", classes},
		{"class", []int{}, "output all: class: 0 values for 2 samples, want 1 or 2", classes},
		{"class", "two", "output all: class: a value of type string", classes},
		{"class", []float32{1}, "output all: class: numbers are given", classes},
		{"class", grey(2, 0, 0), "output all: class: an image is given", classes},
		{"caption", []int{1}, "output all: caption: 1 number for one sample, want 2", captions},
		{"caption", [][]int{{1, 2}, {1, 5}}, "output all: caption: 5 is given", captions},
		{"caption", 1, "output all: caption: 1 number for one sample, want 2", captions},
		{"attributes", 1, "output all: attributes: whole numbers are given", numbers},
		{"attributes", []float32{1, 2, 3}, "output all: attributes: 3 numbers for one sample, want 2", numbers},
		{"attributes", [][]float32{{1, 2}, {1, 2}, {1, 2}}, "output all: attributes: 3 values for 2 samples, want 1 or 2", numbers},
		{"sketch", grey(1, 0, 0), "output all: sketch: an image of 1x2 is given", sketches},
		{"sketch", []float32{1, 2}, "output all: sketch: numbers are given", sketches},
		{"sketch", []image.Image{nil}, "output all: sketch: a nil image is given", sketches},
		{"sketch", (*image.Gray)(nil), "output all: sketch: a nil image is given", sketches},
		{"attributes", []float32{1, float32(math.NaN())}, "output all: attributes: NaN is given, want finite numbers", numbers},
		{"attributes", []float32{float32(math.Inf(1)), 0}, "output all: attributes: +Inf is given, want finite numbers", numbers},
	} {
		given := map[string]any{"class": 1, "caption": []int{1, 2}, "attributes": []float32{3, 4}, "sketch": grey(2, 255, 255)}
		given[c.name] = c.value
		if c.value == nil {
			delete(given, c.name)
		}
		if _, err := s.Given(2, given); err == nil || err.Error() != c.say || hint.Of(err) != c.tell {
			t.Errorf("%s = %v: error %v, want %q (hint: %s)", c.name, c.value, hint.Text(orNone(err)), c.say, c.tell)
		}
	}
	none := sampler(t, generator(t, begin(t, t.TempDir(), tiny(t)).Folder), "")
	if _, err := none.Given(1, map[string]any{"class": 1}); err == nil || hint.Text(err) != "output G is not made from class (hint: it takes no conditions)" {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
}

// TestMakeRefuses makes samples from wrong inputs.
func TestMakeRefuses(t *testing.T) {
	g := generator(t, begin(t, t.TempDir(), tinyConditional(t)).Folder)
	s := sampler(t, g, "")
	for say, change := range map[string]func(run.Inputs){
		"output G is made from z, which is not given":                                             func(in run.Inputs) { delete(in, "z") },
		"output G is made from class, which is not given (hint: give class, a class from 0 to 9)": func(in run.Inputs) { delete(in, "class") },
		"output G is not made from y (hint: it takes class, a class from 0 to 9)":                 func(in run.Inputs) { in["y"] = in["z"] },
		"output G: 7 values of z for 2 samples, want 4 each":                                      func(in run.Inputs) { in["z"] = data.Values{Floats: make([]float32, 7)} },
		"output G: 8 values of z for 2 samples, want 4 each":                                      func(in run.Inputs) { in["z"] = data.Values{Ints: make([]int32, 8)} },
		"output G: 2 values of class for 2 samples, want 1 each":                                  func(in run.Inputs) { in["class"] = data.Values{Floats: make([]float32, 2)} },
		"output G: class: 10 is given (hint: class is a class from 0 to 9)":                       func(in run.Inputs) { in["class"] = data.Values{Ints: []int32{0, 10}} },
		"output G: class: -1 is given (hint: class is a class from 0 to 9)":                       func(in run.Inputs) { in["class"] = data.Values{Ints: []int32{-1, 0}} },
	} {
		in := join(draw(t, g, 2, 0).Inputs)
		change(in)
		if _, err := s.Make(context.Background(), 2, in); err == nil || hint.Text(err) != say {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.Make(ctx, 2, draw(t, g, 2, 0).Inputs); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if none := makeSamples(t, s, 0, run.Inputs{"z": {}, "class": {}}); len(none) > 0 {
		t.Errorf("no samples are %v", none)
	}
}

// TestSamplerRefuses compiles outputs with a wrong Make.
func TestSamplerRefuses(t *testing.T) {
	for say, made := range map[string]func(z *tensor.Tensor) *tensor.Tensor{
		"output o makes ": func(z *tensor.Tensor) *tensor.Tensor { return z.Slice1(1, 0, 1) },
		"output o: ":      func(z *tensor.Tensor) *tensor.Tensor { return z.Reshape(3) },
		"want float32":    func(z *tensor.Tensor) *tensor.Tensor { return z.Convert(tensor.Int32) },
	} {
		_, err := run.NewSampler(device(t), nil, nn.NewContext(false, nil), recipe.Output{
			Name: "o", Latents: []recipe.Latent{recipe.Normal("z", 2)}, Makes: data.Point(2),
			Make: func(_ *nn.Context, in recipe.Inputs) *tensor.Tensor { return made(in["z"]) },
		})
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want %q", err, say)
		}
	}
}
