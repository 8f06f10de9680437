package gander_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
)

// echo opens a run whose samples show what they are made from.
func echo(t testing.TB) *gander.Generator {
	t.Helper()
	f, err := untrained(t.TempDir(), "echo")
	if err != nil {
		t.Fatal(err)
	}
	return open(t, f)
}

// grey returns an image of 3x2 pixels that are all v.
func grey(v byte) *image.Gray {
	m := image.NewGray(image.Rect(5, 5, 8, 7))
	for i := range m.Pix {
		m.Pix[i] = v
	}
	return m
}

func TestOutputs(t *testing.T) {
	sketch := gander.Field{Name: "sketch", Kind: "pixels", Shape: []int{1, 2, 3}}
	want := []gander.Output{{
		Name: "all", Makes: gander.Field{Name: "x", Kind: "numbers", Shape: []int{15}}, Latents: []string{"z", "w"},
		Given: []gander.Field{
			{Name: "class", Kind: "class", Classes: 10},
			{Name: "caption", Kind: "tokens", Shape: []int{3}, Classes: 7},
			{Name: "v", Kind: "numbers", Shape: []int{2}},
			sketch,
		},
	},
		{Name: "copy", Makes: gander.Field{Name: "x", Kind: "pixels", Shape: []int{1, 2, 3}}, Given: []gander.Field{sketch}},
		{Name: "colour", Makes: gander.Field{Name: "x", Kind: "pixels", Shape: []int{3, 1, 2}}, Latents: []string{"rgb"}},
		{Name: "large", Makes: gander.Field{Name: "x", Kind: "numbers", Shape: []int{10_000}}, Latents: []string{"z"}},
	}
	if diff := cmp.Diff(want, echo(t).Outputs()); diff != "" {
		t.Error(diff)
	}
}

// TestGiven draws samples that hold their own conditions.
func TestGiven(t *testing.T) {
	g := echo(t)
	// given returns what samples show of their conditions.
	given := func(n int, class, caption, v, sketch any) [][]float32 {
		s := draw(t, g, n, gander.Given("class", class), gander.Given("caption", caption), gander.Given("v", v), gander.Given("sketch", sketch))
		var rows [][]float32
		for i := range n {
			rows = append(rows, s.Row(i)[3:])
		}
		return rows
	}
	row := []float32{9, 0, 6, 2, .5, -3, 1, 1, 1, 1, 1, 1}
	if diff := cmp.Diff([][]float32{row, row, row}, given(3, 9, []int{0, 6, 2}, []float32{.5, -3}, grey(255))); diff != "" {
		t.Errorf("one value for all samples: %s", diff)
	}
	want := [][]float32{row, {0, 1, 1, 1, 7, 8, -1, -1, -1, -1, -1, -1}}
	got := given(2, []int{9, 0}, [][]int{{0, 6, 2}, {1, 1, 1}}, [][]float32{{.5, -3}, {7, 8}}, []image.Image{grey(255), grey(0)})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a value for each sample: %s", diff)
	}
	if got := given(0, []int{}, [][]int{}, [][]float32{}, []image.Image{}); got != nil {
		t.Errorf("no samples: %v", got)
	}
}

func TestGivenErrors(t *testing.T) {
	g := echo(t)
	whole := map[string]any{"class": 1, "caption": []int{1, 2, 3}, "v": []float32{1, 2}, "sketch": grey(1)}
	const class, caption, v, sketch = "a class from 0 to 9", "3 tokens from 0 to 6", "2 numbers", "an image of 1x2x3 (channels, height, width)"
	for _, c := range []struct {
		name  string
		value any // nil: left out
		want  string
	}{
		{"class", nil, "output all is made from class, which is not given (hint: give class, " + class + ")"},
		{"caption", nil, "output all is made from caption, which is not given (hint: give caption, " + caption + ")"},
		{"v", nil, "output all is made from v, which is not given (hint: give v, " + v + ")"},
		{"sketch", nil, "output all is made from sketch, which is not given (hint: give sketch, " + sketch + ")"},
		{"label", 1, "output all is not made from label (hint: it takes class, " + class + "; caption, " + caption + "; v, " + v + "; sketch, " + sketch + ")"},
		{"z", []float32{1, 2}, "output all is not made from z (hint: it takes class, " + class + "; caption, " + caption + "; v, " + v + "; sketch, " + sketch + ")"},
		{"class", 10, "output all: class: 10 is given (hint: class is " + class + ")"},
		{"class", -1, "output all: class: -1 is given (hint: class is " + class + ")"},
		{"class", []int{1, math.MaxInt}, fmt.Sprintf("output all: class: %d is given (hint: class is %s)", math.MaxInt, class)},
		{"class", []int{1, 2, 3}, "output all: class: 3 values for 2 samples, want 1 or 2 (hint: class is " + class + ")"},
		{"class", []int{}, "output all: class: 0 values for 2 samples, want 1 or 2 (hint: class is " + class + ")"},
		{"class", "nine", "output all: class: a value of type string (hint: class is " + class + ")"},
		{"class", []float32{1}, "output all: class: numbers are given (hint: class is " + class + ")"},
		{"class", grey(1), "output all: class: an image is given (hint: class is " + class + ")"},
		{"caption", []int{1, 2, 7}, "output all: caption: 7 is given (hint: caption is " + caption + ")"},
		{"caption", []int{1, 2}, "output all: caption: 2 numbers for one sample, want 3 (hint: caption is " + caption + ")"},
		{"caption", [][]int{{1, 2, 3}, {1}}, "output all: caption: 1 number for one sample, want 3 (hint: caption is " + caption + ")"},
		{"v", 3, "output all: v: whole numbers are given (hint: v is " + v + ")"},
		{"v", []float32{1, 2, 3}, "output all: v: 3 numbers for one sample, want 2 (hint: v is " + v + ")"},
		{"sketch", image.NewGray(image.Rect(0, 0, 2, 3)), "output all: sketch: an image of 2x3 is given (hint: sketch is " + sketch + ")"},
		{"sketch", []image.Image{grey(1), grey(2), grey(3)}, "output all: sketch: 3 values for 2 samples, want 1 or 2 (hint: sketch is " + sketch + ")"},
		{"v", []float32{1, float32(math.NaN())}, "output all: v: NaN is given, want finite numbers (hint: v is " + v + ")"},
		{"sketch", []image.Image{grey(1), nil}, "output all: sketch: a nil image is given (hint: sketch is " + sketch + ")"},
		{"sketch", (*image.Gray)(nil), "output all: sketch: a nil image is given (hint: sketch is " + sketch + ")"},
		{"sketch", []float32{1, 2, 3, 4, 5, 6}, "output all: sketch: numbers are given (hint: sketch is " + sketch + ")"},
	} {
		var options []gander.Option
		for name, value := range whole {
			if name != c.name {
				options = append(options, gander.Given(name, value))
			}
		}
		if c.value != nil {
			options = append(options, gander.Given(c.name, c.value))
		}
		refuses(t, g, c.want, 2, options...)
	}
	refuses(t, g, "output colour is not made from class (hint: it takes no conditions)", 1, gander.From("colour"), gander.Given("class", 1))
}

// TestClass draws digits of a class from a system that was trained with classes.
func TestClass(t *testing.T) {
	g := open(t, trainedRecipe(t, "labelled"))
	threes, fours := draw(t, g, 70, gander.Given("class", 3)), draw(t, g, 70, gander.Given("class", 4))
	classes := slices.Repeat([]int{3, 4}, 35)
	both := draw(t, g, 70, gander.Given("class", classes))
	for i, class := range classes {
		want, other := threes, fours
		if class == 4 {
			want, other = fours, threes
		}
		if !slices.Equal(both.Row(i), want.Row(i)) || slices.Equal(both.Row(i), other.Row(i)) {
			t.Errorf("sample %d is not of class %d", i, class)
		}
	}
	const choices = "a class from 0 to 9)"
	refuses(t, g, "output G is made from class, which is not given (hint: give class, "+choices, 1)
	refuses(t, g, "output G: class: 10 is given (hint: class is "+choices, 1, gander.Given("class", 10))
	refuses(t, g, "output G is not made from digit (hint: it takes class, "+choices, 1, gander.Given("digit", 1))
}

// TestSeedMeansTheSameEverywhere compares with what a run's pictures and gander
// sample draw.
func TestSeedMeansTheSameEverywhere(t *testing.T) {
	f := trainedRecipe(t, "labelled")
	device := engine.NewDevice(0)
	defer device.Close()
	g, _, err := run.OpenGenerator(device, f)
	if err != nil {
		t.Fatal(err)
	}
	given := run.Inputs{"class": {Ints: slices.Repeat([]int32{3}, 200)}}
	want, err := g.Draw(t.Context(), "G", 200, 7, given)
	if err != nil {
		t.Fatal(err)
	}
	got := draw(t, open(t, f), 200, gander.Seed(7), gander.Given("class", 3))
	if !slices.Equal(got.Numbers(), want.Values) || !slices.Equal(got.Latents()["z"], want.Latents()["z"]) {
		t.Error("samples differ")
	}
}

func TestFrom(t *testing.T) {
	g := echo(t)
	refuses(t, g, `recipe echo has no output "color" (hint: did you mean colour?)`, 1, gander.From("color"))
	refuses(t, g, `recipe echo has no output "G" (hint: its outputs are all, copy, colour, large)`, 1, gander.From("G"))
	if s := draw(t, g, 3, gander.From("colour")); s.Len() != 3 || s.Field().Shape[0] != 3 {
		t.Errorf("drew %d samples of %+v", s.Len(), s.Field())
	}
	s := draw(t, g, 65, gander.From("copy"), gander.Given("sketch", grey(0))) // nothing is random
	if len(s.Latents()) != 0 || s.Numbers()[389] != -1 {
		t.Errorf("latents %v; the last number is %v", s.Latents(), s.Numbers()[389])
	}
	draw(t, g, 65, gander.From("copy"), gander.Given("sketch", grey(0)), gander.Latents(map[string][]float32{}))
}

// TestTooLarge asks for samples of 10,002 numbers, those of the latent included.
func TestTooLarge(t *testing.T) {
	g := echo(t)
	refuses(t, g, "99981 samples of 10002 numbers each, latents and conditions included, want at most 1000000000 numbers (hint: draw more in several calls, each of another seed)",
		99_981, gander.From("large"))
	if s := draw(t, g, 65, gander.From("large")); len(s.Numbers()) != 650_000 {
		t.Errorf("%d numbers", len(s.Numbers()))
	}
}

func TestLatents(t *testing.T) {
	g := open(t, trained(t))
	s := draw(t, g, 70, gander.Seed(3))
	latents := s.Latents()
	if len(latents) != 1 || len(latents["z"]) != 70*4 {
		t.Fatalf("latents %v", latents)
	}
	again := draw(t, g, 70, gander.Latents(latents), gander.Seed(9))
	if !slices.Equal(again.Numbers(), s.Numbers()) || !slices.Equal(again.Latents()["z"], latents["z"]) {
		t.Error("the latents read back give other samples")
	}
	few := draw(t, g, 2, gander.Latents(map[string][]float32{"z": latents["z"][66*4 : 68*4]}))
	if !slices.Equal(few.Numbers(), s.Numbers()[66*784:68*784]) {
		t.Error("the latents of samples 66 and 67 give others")
	}
	latents["z"][5*4+1]++
	if slices.Equal(s.Latents()["z"], latents["z"]) || slices.Equal(again.Latents()["z"], latents["z"]) {
		t.Error("the samples share their latents with the program")
	}
	edited := draw(t, g, 70, gander.Latents(latents))
	for i := range 70 {
		if same := slices.Equal(edited.Row(i), s.Row(i)); same != (i != 5) {
			t.Errorf("one latent of sample 5 is changed; sample %d is the same: %v", i, same)
		}
	}
	if s := draw(t, g, 0); len(s.Latents()["z"]) != 0 || s.Len() != 0 {
		t.Errorf("latents of no samples: %v", s.Latents())
	}
	draw(t, g, 0, gander.Latents(map[string][]float32{}))
}

// TestLatentsExactly draws samples that hold their own latents, two in number.
func TestLatentsExactly(t *testing.T) {
	g := echo(t)
	options := []gander.Option{
		gander.Given("class", 1), gander.Given("caption", []int{1, 2, 3}), gander.Given("v", []float32{1, 2}), gander.Given("sketch", grey(1)),
	}
	s := draw(t, g, 130, options...)
	z, w := s.Latents()["z"], s.Latents()["w"]
	if len(z) != 260 || len(w) != 130 {
		t.Fatalf("%d and %d latents", len(z), len(w))
	}
	for i := range 130 {
		if want := []float32{z[2*i], z[2*i+1], w[i]}; !slices.Equal(s.Row(i)[:3], want) || w[i] < 2 || w[i] > 3 {
			t.Errorf("sample %d is made from %v, and its latents are %v", i, s.Row(i)[:3], want)
		}
	}
	latents := map[string][]float32{"z": {1, 2, float32(math.Inf(1)), 4}, "w": {5, 6}}
	s = draw(t, g, 2, append(options, gander.Latents(latents))...)
	if want := []float32{float32(math.Inf(1)), 4, 6}; !slices.Equal(s.Row(0)[:3], []float32{1, 2, 5}) || !slices.Equal(s.Row(1)[:3], want) {
		t.Errorf("samples are made from %v and %v", s.Row(0)[:3], s.Row(1)[:3])
	}
	for _, c := range []struct {
		latents map[string][]float32
		want    string
	}{
		{map[string][]float32{"z": {1, 2, 3}, "w": {5, 6}}, "output all: latent z has 3 numbers for 2 samples, want 4 (hint: its latents are z of 2 a sample, w of 1 a sample)"},
		{map[string][]float32{"z": {1, 2, 3, 4}}, "output all: latent w is not given (hint: its latents are z of 2 a sample, w of 1 a sample)"},
		{map[string][]float32{}, "output all: latent z is not given (hint: its latents are z of 2 a sample, w of 1 a sample)"},
		{map[string][]float32{"z": {1, 2, 3, 4}, "w": {5, 6}, "y": nil, "x": nil}, `output all has no latent "x" (hint: its latents are z of 2 a sample, w of 1 a sample)`},
	} {
		refuses(t, g, c.want, 2, append(options, gander.Latents(c.latents))...)
	}
	refuses(t, g, `output copy has no latent "z" (hint: it has none)`, 1, gander.From("copy"), gander.Given("sketch", grey(1)), gander.Latents(map[string][]float32{"z": {1}}))
}

// busy draws without end until ctx ends or the generator is closed, and returns the
// error that ended it.
func busy(ctx context.Context, g *gander.Generator, options ...gander.Option) error {
	for {
		if _, err := g.Draw(ctx, 10_000, options...); err != nil {
			return err
		}
	}
}

// TestOthersDoNotMatter draws while others draw, are cancelled, make mistakes, or
// give latents that are not numbers. Equal seeds must give equal samples.
func TestOthersDoNotMatter(t *testing.T) {
	g := open(t, trainedRecipe(t, "labelled"))
	type asked struct{ n, class int }
	want := map[asked]*gander.Samples{}
	for class := range 8 {
		a := asked{60 + 13*class, class}
		want[a] = draw(t, g, a.n, gander.Given("class", class), gander.Seed(uint64(class)))
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended, end := context.WithCancel(t.Context())
	end()
	var others, calls sync.WaitGroup
	for class := range 3 {
		others.Go(func() {
			if err := busy(ctx, g, gander.Given("class", class), gander.Seed(9)); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: error %v", err)
			}
		})
	}
	nan := map[string][]float32{"z": slices.Repeat([]float32{float32(math.NaN())}, 4*500)}
	for a, samples := range want {
		calls.Go(func() {
			for range 5 {
				got, err := g.Draw(t.Context(), a.n, gander.Given("class", a.class), gander.Seed(uint64(a.class)))
				if err != nil || !slices.Equal(got.Numbers(), samples.Numbers()) || !slices.Equal(got.Latents()["z"], samples.Latents()["z"]) {
					t.Errorf("class %d: samples differ, error %v", a.class, err)
				}
				if _, err := g.Draw(ended, a.n, gander.Given("class", 1)); !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled before: error %v", err)
				}
				if _, err := g.Draw(t.Context(), a.n, gander.Given("class", 10)); err == nil {
					t.Error("drew class 10")
				}
				s, err := g.Draw(t.Context(), 500, gander.Given("class", 1), gander.Latents(nan))
				if err != nil || slices.ContainsFunc(s.Numbers(), func(x float32) bool { return x == x }) {
					t.Errorf("latents that are not numbers give numbers, error %v", err)
				}
			}
		})
	}
	calls.Wait()
	cancel()
	others.Wait()
}

// TestOutputsTakeTurns draws from several outputs at the same time, the first calls
// for each of them included.
func TestOutputsTakeTurns(t *testing.T) {
	sketch := gander.Given("sketch", grey(7))
	alone, g := echo(t), echo(t)
	var calls sync.WaitGroup
	for i := range 9 {
		options := [][]gander.Option{
			{gander.From("copy"), sketch}, {gander.From("colour"), gander.Seed(uint64(i))}, {gander.From("large"), gander.Seed(uint64(i))},
		}[i%3]
		want := draw(t, alone, 200, options...)
		calls.Go(func() {
			got, err := g.Draw(t.Context(), 200, options...)
			if err != nil || !slices.Equal(got.Numbers(), want.Numbers()) {
				t.Errorf("call %d: samples differ, error %v", i, err)
			}
		})
	}
	calls.Wait()
}

// TestWhatIsGivenIsRead changes what a cancelled call was given as soon as it
// returns. The race detector sees if it is still read.
func TestWhatIsGivenIsRead(t *testing.T) {
	g := open(t, trainedRecipe(t, "labelled"))
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	for range 8 {
		others.Go(func() {
			classes, latents := make([]int, 10_000), map[string][]float32{"z": make([]float32, 4*10_000)}
			for ctx.Err() == nil {
				_, err := g.Draw(ctx, 10_000, gander.Given("class", classes), gander.Latents(latents))
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				classes[0], latents["z"][0] = 1-classes[0], 1-latents["z"][0]
			}
		})
	}
	draw(t, g, 1000, gander.Given("class", 1))
	cancel()
	others.Wait()
	draw(t, g, 100, gander.Given("class", 1))
}

// TestClose closes a generator while calls are under way.
func TestClose(t *testing.T) {
	g := open(t, trained(t))
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if err := busy(t.Context(), g); !errors.Is(err, gander.ErrClosed) {
				t.Errorf("closed: error %v", err)
			}
		})
	}
	draw(t, g, 100)
	for range 2 {
		calls.Go(g.Close)
	}
	calls.Wait()
	for _, n := range []int{0, 1} {
		refuses(t, g, "the generator is closed", n)
	}
	refuses(t, g, "the generator is closed", 1, gander.From("another"))
	if g.Step() != 3 || len(g.Outputs()) != 1 {
		t.Errorf("step %d, outputs %v", g.Step(), g.Outputs())
	}
	g.Close()
}

// TestMost draws as many points as may be drawn.
func TestMost(t *testing.T) {
	if testing.Short() {
		t.Skip("a million samples")
	}
	g := open(t, trainedRecipe(t, "mixture", "maxout=4", "pieces=2"))
	s := draw(t, g, 1_000_000)
	if some := draw(t, g, 100); !slices.Equal(some.Numbers(), s.Numbers()[:200]) || s.Len() != 1_000_000 {
		t.Errorf("100 points are not the first of %d", s.Len())
	}
}

// TestTruncate draws truncated samples at the same time as others.
func TestTruncate(t *testing.T) {
	g := open(t, trained(t))
	plain, small := draw(t, g, 130, gander.Seed(3)), draw(t, g, 130, gander.Seed(3), gander.Truncate(.5))
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			if again := draw(t, g, 130, gander.Seed(3), gander.Truncate(.5)); !slices.Equal(again.Numbers(), small.Numbers()) {
				t.Error("truncated samples differ")
			}
		})
		calls.Go(func() {
			if again := draw(t, g, 130, gander.Seed(3)); !slices.Equal(again.Numbers(), plain.Numbers()) {
				t.Error("samples differ")
			}
		})
	}
	calls.Wait()
	kept := 0
	for i, v := range small.Latents()["z"] {
		was := plain.Latents()["z"][i]
		if math.Abs(float64(v)) > .5 || math.Abs(float64(was)) <= .5 && v != was {
			t.Fatalf("latent %d is %g, and was %g", i, v, was)
		}
		if v == was {
			kept++
		}
	}
	if kept == 0 || kept == 4*130 {
		t.Errorf("%d of %d numbers are kept", kept, 4*130)
	}
	refuses(t, g, "latents truncated to 0, want at least 0.01 (hint: values of 0.5 to 2 are usual)", 1, gander.Truncate(0))
	refuses(t, g, "latents are given, and truncated latents are drawn (hint: leave one of the options Latents and Truncate out)", 1,
		gander.Truncate(1), gander.Latents(map[string][]float32{"z": {1, 2, 3, 4}}))
	refuses(t, echo(t), "output colour cannot be truncated: its latents, rgb, are not normal (hint: truncation needs a recipe with normal latents, for example with noise = normal)", 1, gander.From("colour"), gander.Truncate(1))
}
