package invert_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// stretch is the G of these tests: G(z) = 3 z for one number and 3 z + class for another,
// of pixels in [-1, 1] or of points.
func stretch(makes data.Field, latent recipe.Latent, classes int) recipe.Output {
	G := nn.New("G", []int{2}, nn.Linear(2, nn.Values([]float64{3, 0, 0, 3}), nil))
	o := recipe.Output{
		Name: "G", Networks: []*nn.Network{G}, Latents: []recipe.Latent{latent}, Makes: makes, Scale: data.Scale{Lo: -1, Hi: 1},
		Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor {
			x := G.Apply(c, in[latent.Name])
			if class := in[data.ClassField]; class != nil {
				x = x.Add(class.Convert(tensor.Float32).Reshape(-1, 1))
			}
			return x
		},
	}
	if classes > 0 {
		o.Given = []recipe.Condition{{Field: data.Label(classes)}}
	}
	return o
}

// generator returns a generator with the initial values of its networks, and samples of it.
func generator(t *testing.T, device *engine.Device, o recipe.Output) invert.Generator {
	t.Helper()
	g := invert.Generator{Output: o, Store: engine.NewStore(), Latents: map[string][]float32{}}
	for _, n := range o.Networks {
		for _, p := range n.Params {
			a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
			p.Init(a.Data, a.Shape, random.New(1, p.Name))
			g.Store.Add(p.Value).Set(a)
		}
	}
	const n = 256
	in, c := recipe.Inputs{}, nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	var drawn []*tensor.Tensor
	for _, l := range o.Latents {
		in[l.Name] = l.Draw(c, n)
		drawn = append(drawn, in[l.Name])
	}
	for _, condition := range o.Given {
		in[condition.Name] = tensor.Zeros(condition.DType(), append([]int{n}, condition.Shape...)...)
	}
	program, err := device.Compile(g.Store, append(drawn, o.Make(c, in)))
	if err != nil {
		t.Fatal(err)
	}
	program.Run()
	for i, l := range o.Latents {
		g.Latents[l.Name] = append([]float32(nil), program.Output(i).Float32()...)
	}
	g.Samples = append([]float32(nil), program.Output(len(drawn)).Float32()...)
	return g
}

// small returns settings of a training that takes no time.
func small(m invert.Method, kimg float64) invert.Settings {
	return invert.Settings{Method: m, Kimg: kimg, Batch: 32, Hidden: 32, Rate: 3e-3}
}

// trained returns a trained encoder.
func trained(t *testing.T, device *engine.Device, g invert.Generator, s invert.Settings, sets recipe.Sets) *invert.Encoder {
	t.Helper()
	e, err := invert.NewEncoder(g, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Train(context.Background(), device, sets, nil); err != nil {
		t.Fatal(err)
	}
	return e
}

func found(t *testing.T, device *engine.Device, e *invert.Encoder, steps, n int, x []float32, conditions map[string]data.Values) *invert.Result {
	t.Helper()
	v, err := invert.NewInverter(device, e, steps)
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.Invert(context.Background(), n, x, conditions, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKnownInverse inverts a G whose inverse is known. z of a point that G cannot make must
// stay in the range of the prior: a box for a uniform z, a ball for a normal one.
func TestKnownInverse(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	for name, latent := range map[string]recipe.Latent{"uniform": recipe.Uniform("z", -1, 1, 2), "normal": recipe.Normal("z", 2)} {
		g := generator(t, device, stretch(data.Point(2), latent, 0))
		e := trained(t, device, g, small(invert.Regression, 40), nil)
		x := []float32{1.5, -2.4, 0, .3, 30, 0} // the last one is far outside
		r := found(t, device, e, 100, 3, x, nil)
		for i, want := range []float64{.5, -.8, 0, .1} {
			if got := float64(r.Found["z"][i]); math.Abs(got-want) > 1e-3 {
				t.Errorf("%s: number %d of z is %g, want %g", name, i, got, want)
			}
			if got := float64(r.Encoded["z"][i]); math.Abs(got-want) > .2 {
				t.Errorf("%s: E gives %g for number %d of z, want about %g", name, got, i, want)
			}
		}
		most := 1.0
		if name == "normal" {
			most = math.Sqrt(1.5) + 3.09/math.Sqrt2
		}
		if z := float64(r.Found["z"][4]); math.Abs(z-most) > 1e-3 || math.Abs(r.Distance[2]-(30-3*most)) > 1e-2 {
			t.Errorf("%s: outside, z is %g at the distance %g, want %g", name, z, r.Distance[2], most)
		}
		for i := range 3 {
			if r.Distance[i] > r.EncodedDistance[i] {
				t.Errorf("%s: the descent makes example %d worse: %g, before %g", name, i, r.Distance[i], r.EncodedDistance[i])
			}
		}
		if r := found(t, device, e, 0, 3, x, nil); r.Distance[0] != r.EncodedDistance[0] || r.Found["z"][0] != r.Encoded["z"][0] {
			t.Errorf("%s: without steps the result is not that of E", name)
		}
	}
}

// TestEdge inverts points outside of what a G of correlated numbers can make. The nearest
// point is on an edge, and not where the numbers of the exact z are cut off.
func TestEdge(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	G := nn.New("G", []int{2}, nn.Linear(2, nn.Values([]float64{1, 0, .9, .3}), nil))
	o := stretch(data.Point(2), recipe.Uniform("z", -1, 1, 2), 0)
	o.Networks, o.Make = []*nn.Network{G}, func(c *nn.Context, in recipe.Inputs) *tensor.Tensor { return G.Apply(c, in["z"]) }
	e := trained(t, device, generator(t, device, o), small(invert.Regression, 20), nil)
	r := found(t, device, e, 200, 1, []float32{1.5, -.9}, nil)
	// With z1 = 1 the squared distance is (.5 - .9 z2)^2 + (.9 + .3 z2)^2.
	want := (.9*.5 - .3*.9) / (.9*.9 + .3*.3)
	if z := r.Found["z"]; math.Abs(float64(z[0])-1) > 1e-3 || math.Abs(float64(z[1])-want) > 1e-3 {
		t.Errorf("z is %v, want [1 %g]", z, want)
	}
}

// TestExamplesAreAlone inverts an example alone and among others, in another batch.
func TestExamplesAreAlone(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := generator(t, device, stretch(data.Point(2), recipe.Normal("z", 2), 0))
	e := trained(t, device, g, small(invert.Regression, 2), nil)
	var x []float32
	for i := range 70 {
		x = append(x, float32(math.Sin(float64(i))), float32(math.Cos(float64(i))))
	}
	all, one := found(t, device, e, 5, 70, x, nil), found(t, device, e, 5, 1, x[2*66:2*67], nil)
	for k := range 2 {
		if all.Found["z"][2*66+k] != one.Found["z"][k] {
			t.Errorf("number %d of z is %g alone and %g among others", k, one.Found["z"][k], all.Found["z"][2*66+k])
		}
	}
}

// TestClassesAreRead inverts examples of a G that reads a class. The class is drawn at
// random, or taken from a set.
func TestClassesAreRead(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := generator(t, device, stretch(data.Point(2), recipe.Uniform("z", -1, 1, 2), 3))
	labelled, err := data.NewTable(data.NewInfo("labelled", data.Point(2), data.Label(3)),
		data.Values{Floats: []float32{1, 1, 2, 2, 3, 3, 0, 1}}, data.Values{Ints: []int32{0, 1, 2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, sets := range []recipe.Sets{nil, {recipe.Main: labelled}} {
		e := trained(t, device, g, small(invert.Regression, 40), sets)
		r := found(t, device, e, 60, 2, []float32{2, 2, 2, 2}, map[string]data.Values{data.ClassField: {Ints: []int32{0, 2}}})
		for i, want := range []float64{2. / 3, 2. / 3, 0, 0} {
			if got := float64(r.Found["z"][i]); math.Abs(got-want) > 1e-2 {
				t.Errorf("number %d of z is %g, want %g", i, got, want)
			}
			if got := float64(r.Encoded["z"][i]); math.Abs(got-want) > .3 {
				t.Errorf("E gives %g for number %d, want about %g", got, i, want)
			}
		}
	}
}

// TestAdversarial trains an encoder with a discriminator on data that are like samples.
func TestAdversarial(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	g := generator(t, device, stretch(data.Point(2), recipe.Normal("z", 2), 0))
	set, err := data.NewTable(data.NewInfo("like samples", data.Point(2)), data.Values{Floats: g.Samples})
	if err != nil {
		t.Fatal(err)
	}
	s := small(invert.Adversarial, 100)
	s.Rate = 1e-3
	r := found(t, device, trained(t, device, g, s, recipe.Sets{recipe.Main: set}), 0, 256, g.Samples, nil)
	error, square := 0.0, 0.0
	for i, z := range g.Latents["z"] {
		error += math.Pow(float64(r.Encoded["z"][i]-z), 2)
		square += math.Pow(float64(z), 2)
	}
	if error > .2*square {
		t.Errorf("the mean squared error of z is %g of its variance", error/square)
	}
}

// TestLargeImages inverts images and volumes that are read by convolutions, and two latents.
func TestLargeImages(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	for _, makes := range []data.Field{data.Image(3, 20, 24), data.Volume(12, 12, 12), data.Image(1, 3, 4)} {
		G := nn.New("G", []int{3}, nn.Linear(makes.Size(), nn.Normal(1), nil), nn.Tanh, nn.Reshape(makes.Shape...))
		o := recipe.Output{
			Name: "G", Networks: []*nn.Network{G}, Makes: makes, Scale: data.Scale{Lo: -1, Hi: 1},
			Latents: []recipe.Latent{recipe.Normal("z", 1, 2), recipe.Uniform("c", 0, 1)},
			Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor {
				return G.Apply(c, tensor.Concatenate(1, in["z"].Flatten(), in["c"].Reshape(-1, 1)))
			},
		}
		g := generator(t, device, o)
		e := trained(t, device, g, small(invert.Regression, .1), nil)
		r := found(t, device, e, 60, 2, g.Samples[:2*makes.Size()], nil)
		if len(r.Found["z"]) != 4 || len(r.Found["c"]) != 2 {
			t.Fatalf("%v: %d and %d numbers are found", makes, len(r.Found["z"]), len(r.Found["c"]))
		}
		for i, z := range append(r.Found["z"], r.Found["c"]...) {
			if want := append(g.Latents["z"][:4:4], g.Latents["c"][:2]...)[i]; math.Abs(float64(z-want)) > .05 {
				t.Errorf("%v: number %d is %g, want %g", makes, i, z, want)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	whole := stretch(data.Point(2), recipe.Normal("z", 2), 0)
	g := generator(t, device, whole)
	for want, c := range map[string]struct {
		change func(*invert.Generator)
		s      invert.Settings
		sets   recipe.Sets
	}{
		"output G is made without latents: there is nothing to search": {func(g *invert.Generator) { g.Output.Latents = nil }, small(invert.Regression, 1), nil},
		"output G makes 4 tokens of 9: only outputs of pixels or numbers can be inverted (hint: name another output)": {
			func(g *invert.Generator) {
				g.Output.Makes = data.Field{Name: "t", Kind: data.Tokens, Shape: []int{4}, Classes: 9}
			}, small(invert.Regression, 1), nil},
		`there is no method "guess" of training an encoder (hint: it is regression or adversarial)`: {nil, small("guess", 1), nil},
		"want numbers above 0": {nil, small(invert.Regression, math.Inf(1)), nil},
		"there are no data like the samples of output G (hint: choose the method regression, which needs none)": {nil, small(invert.Adversarial, 1), nil},
		"output G is made from v, and there are no data to take it from (hint: bring the training data of the run back)": {
			func(g *invert.Generator) {
				g.Output.Given = []recipe.Condition{{Field: data.Field{Name: "v", Kind: data.Numbers, Shape: []int{2}}}}
			}, small(invert.Regression, 1), nil},
	} {
		changed := g
		if c.change != nil {
			c.change(&changed)
		}
		e, err := invert.NewEncoder(changed, c.s)
		if err == nil {
			err = e.Train(context.Background(), device, c.sets, nil)
		}
		if err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	e, err := invert.NewEncoder(g, small(invert.Regression, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Train(ended, device, nil, nil); err == nil {
		t.Error("the training goes on when its context has ended")
	}
	v, err := invert.NewInverter(device, e, 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Invert(context.Background(), 2, make([]float32, 3), nil, nil); err == nil {
		t.Error("3 numbers are taken for 2 points")
	}
	if _, err := v.Invert(ended, 1, make([]float32, 2), nil, nil); err == nil {
		t.Error("the inversion goes on when its context has ended")
	}
	if _, err := invert.NewInverter(device, e, -1); err == nil {
		t.Error("-1 steps are taken")
	}
}
