package recipe

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// TestConditionalParameters compares numbers of parameters with the layer tables of the
// papers and programs.
func TestConditionalParameters(t *testing.T) {
	for name, c := range map[string]struct {
		build func() (*System, error)
		g, d  int
	}{
		// G: z 100 -> 200; y 10 -> 1000; 1200 -> 1200 -> 784. D: x 784 -> 240 of 5 pieces; y 10 -> 50 of 5; 290 -> 240 of 4 -> 1.
		"cgan": {
			func() (*System, error) { return built(t, "cgan", mnist, func(*CGAN) {}) },
			100*200 + 200 + 10*1000 + 1000 + 1200*1200 + 1200 + 1200*784 + 784,
			784*1200 + 1200 + 10*250 + 250 + 290*960 + 960 + 240 + 1,
		},
		"cgan with the class as input": {
			func() (*System, error) {
				return built(t, "cgan", mnist, func(s *CGAN) { s.ConditionG, s.ConditionD = "input", "input" })
			},
			110*1200 + 1200 + 1200*1200 + 1200 + 1200*784 + 784,
			794*1200 + 1200 + 240*960 + 960 + 240 + 1,
		},
		"cgan with a projection": {
			func() (*System, error) {
				return built(t, "cgan", mnist, func(s *CGAN) { s.ConditionG, s.ConditionD = "norm", "projection" })
			},
			100*1200 + 1200 + 1200*1200 + 1200 + 2*2*10*1200 + 1200*784 + 784,
			784*1200 + 1200 + 240*960 + 960 + 240 + 1 + 10*240,
		},
		// Layers before batch normalisation have no biases, but scales and shifts.
		"acgan": {
			func() (*System, error) { return built(t, "acgan", mnist, func(*ACGAN) {}) },
			50*1024 + 2*1024 + 1024*6272 + 2*6272 + 128*64*16 + 2*64 + 64*16 + 1,
			64*16 + 64 + 64*128*16 + 128 + 6272*1024 + 1024 + 1024 + 1 + 1024*128 + 128 + 128*10 + 10,
		},
		"acgan keras": {
			func() (*System, error) { return built(t, "acgan", mnist, func(s *ACGAN) { s.Form = "keras" }) },
			1000 + 101*3456 + 384*192*25 + 192 + 192*96*25 + 96 + 96*25 + 1,
			9*32 + 32 + 32*64*9 + 64 + 64*128*9 + 128 + 128*256*9 + 256 + 7*7*256*11 + 11,
		},
		"acgan lukedeo": {
			func() (*System, error) { return built(t, "acgan", mnist, func(s *ACGAN) { s.Form = "lukedeo" }) },
			1000 + 101*1024 + 1025*6272 + 128*256*25 + 256 + 256*128*25 + 128 + 128*4 + 1,
			9*32 + 32 + 32*64*9 + 64 + 64*128*9 + 128 + 128*256*9 + 256 + 7*7*256*11 + 11,
		},
		// All layers have biases, also those before batch normalisation.
		"infogan": {
			func() (*System, error) { return built(t, "infogan", mnist, func(*InfoGAN) {}) },
			75*1024 + 2*1024 + 1025*6272 + 2*6272 + 128*64*16 + 3*64 + 64*16 + 1,
			64*16 + 64 + 64*128*16 + 3*128 + 6273*1024 + 2*1024 + 1025 + 1025*128 + 2*128 + 129*14,
		},
	} {
		system, err := c.build()
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != c.g || sizes["D"] != c.d {
			t.Errorf("%s: G has %d parameters and D %d, want %d and %d", name, sizes["G"], sizes["D"], c.g, c.d)
		}
	}
}

// TestConditionalForms builds the networks for images of several sizes and classes.
func TestConditionalForms(t *testing.T) {
	labelled := func(channels, height, width, classes int) Examples {
		return Examples{Info: data.NewInfo("some", data.Image(channels, height, width), data.Label(classes)), Epoch: 1000}
	}
	small := func(form string) func(*ACGAN) {
		return func(s *ACGAN) { s.Form, s.Width, s.Hidden, s.Latent = form, 2, 8, 4 }
	}
	for name, build := range map[string]func(Examples) (*System, error){
		"cgan": func(e Examples) (*System, error) { return built(t, "cgan", e, func(s *CGAN) { s.Hidden = 8 }) },
		"projection": func(e Examples) (*System, error) {
			return built(t, "cgan", e, func(s *CGAN) { s.ConditionG, s.ConditionD = "norm", "projection" })
		},
		"acgan":   func(e Examples) (*System, error) { return built(t, "acgan", e, small("buriburisuri")) },
		"keras":   func(e Examples) (*System, error) { return built(t, "acgan", e, small("keras")) },
		"lukedeo": func(e Examples) (*System, error) { return built(t, "acgan", e, small("lukedeo")) },
		"infogan": func(e Examples) (*System, error) {
			return built(t, "infogan", e, func(s *InfoGAN) { s.Width, s.Hidden = 2, 8 })
		},
	} {
		for _, examples := range []Examples{labelled(3, 32, 32, 2), labelled(1, 24, 40, 5)} {
			system, err := build(examples)
			if err != nil {
				t.Errorf("%s: %v: %v", name, examples.First(), err)
				continue
			}
			if made := makes(t, system, 3); made.Size() != 3*examples.First().Size() {
				t.Errorf("%s: %v: 3 samples are %v", name, examples.First(), made)
			}
		}
	}
}

// TestConditionalRefuses wants one clear error for settings and data that do not fit.
func TestConditionalRefuses(t *testing.T) {
	noLabels := Examples{Info: data.NewInfo("some", data.Image(1, 28, 28))}
	sixteen := Examples{Info: data.NewInfo("some", data.Image(1, 16, 16), data.Label(2))}
	points := Examples{Info: data.NewInfo("some", data.Point(2), data.Label(2))}
	for want, build := range map[string]func() (*System, error){
		"recipe cgan: it learns from classes, and dataset some has no labels (hint: put the pictures of each class in a folder": func() (*System, error) {
			return built(t, "cgan", noLabels, func(*CGAN) {})
		},
		"recipe acgan: it learns from classes, and dataset some has no labels": func() (*System, error) { return built(t, "acgan", noLabels, func(*ACGAN) {}) },
		"recipe cgan: it generates images, and the data are points (hint: gander recipes lists those for points": func() (*System, error) {
			return built(t, "cgan", points, func(*CGAN) {})
		},
		"recipe infogan: it generates images, and the data are points": func() (*System, error) { return built(t, "infogan", points, func(*InfoGAN) {}) },
		"form = keras: images of 16x16: it makes images with sides of at least 20 (hint: --set form=buriburisuri": func() (*System, error) {
			return built(t, "acgan", sixteen, func(s *ACGAN) { s.Form = "keras" })
		},
		"categorical = 0 and continuous = 0: there are no codes (hint: --set categorical=1": func() (*System, error) {
			return built(t, "infogan", mnist, func(s *InfoGAN) { s.Categorical, s.Continuous = 0, 0 })
		},
		"pack = 2: the code \"c1\" is that of one sample, and D would judge several at once (hint: --set pack=1": func() (*System, error) {
			return built(t, "infogan", mnist, func(s *InfoGAN) { s.Pack = 2 })
		},
		"label_smoothing = 0.1: the objective of this recipe has no labels to smooth": func() (*System, error) {
			return built(t, "acgan", mnist, func(s *ACGAN) { s.Form, s.LabelSmoothing = "keras", .1 })
		},
	} {
		if _, err := build(); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
		}
	}
}

// played plays rounds of a system and returns the statistics of each, and the variables at
// the end, by name.
func played(t *testing.T, system *System, set data.Set, seed uint64, rounds int64) (statistics []map[string]float64, variables map[string][]float64) {
	t.Helper()
	trainer := seededTrainer(t, system, set, seed)
	err := trainer.Train(context.Background(), rounds, func() error {
		statistics = append(statistics, figuresOf(trainer))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	variables = map[string][]float64{}
	for _, v := range trainer.Variables() {
		variables[v.Name] = v.Memory.Array(v.Shape...).Data
	}
	return statistics, variables
}

// oneClass returns n digits with the same label.
func oneClass(t *testing.T, n int) data.Set {
	t.Helper()
	digits := data.NewDigits(data.Train, 1)
	image := digits.Info().First()
	row, pixels := digits.Info().RowOf(image.Name), data.Values{}
	for i := range n {
		if err := digits.Read(row, int64(i)); err != nil {
			t.Fatal(err)
		}
		pixels.Bytes = append(pixels.Bytes, row[0].Bytes...)
	}
	set, err := data.NewTable(data.NewInfo("ones", image, data.Label(1)), pixels, data.Values{Ints: make([]int32, n)})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestUninformativeClass trains cgan with one class, and the same GAN without a class. A
// constant input is only a further bias, so the losses must be similar.
func TestUninformativeClass(t *testing.T) {
	set := oneClass(t, 500)
	var plain *System
	conditional, err := built(t, "cgan", Examples{Info: set.Info(), Epoch: 500}, func(s *CGAN) {
		s.ConditionG, s.ConditionD, s.Batch, s.HiddenZ, s.HiddenY, s.Hidden, s.MaxoutX, s.Maxout = "input", "input", 50, 32, 32, 64, 32, 32
		inG, inD := nn.Uniform(s.WeightsG), nn.Uniform(s.WeightsD)
		sgd := s.sgd(Examples{Epoch: 500}, s.Batch)(s.rate(.1))
		var err error
		plain, err = Pair{
			G: nn.New("G", []int{s.Latent}, nn.Linear(64, inG, nn.Zeros), nn.ReLU, nn.Dropout(s.DropG),
				nn.Linear(64, inG, nn.Zeros), nn.ReLU, nn.Dropout(s.DropG), nn.Linear(784, inG, nn.Zeros), nn.Sigmoid),
			D: nn.New("D", []int{784}, nn.Dropout(s.DropInput), nn.Maxout(32, s.Pieces, inD, nn.Zeros), nn.Dropout(s.DropHidden),
				nn.Maxout(32, s.JointPieces, inD, nn.Zeros), nn.Dropout(s.DropHidden), nn.Linear(1, inD, nn.Zeros)),
			Latent: Uniform("z", -math.Sqrt(3), math.Sqrt(3), s.Latent), Objective: objectives[s.Objective], WeightD: s.WeightLossD, Batch: s.Batch,
			OptimizerG: sgd, OptimizerD: sgd, Round: Simultaneous,
			Makes: set.Info().First(), Scale: data.Scale{Lo: 0, Hi: 1},
		}.System()
		if err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	const seeds = 4
	means := func(system *System) (d, g float64) {
		for seed := range uint64(seeds) {
			statistics, _ := played(t, system, set, seed, 200)
			for _, now := range statistics[100:] {
				d, g = d+now["loss.D"]/(100*seeds), g+now["loss.G"]/(100*seeds)
			}
		}
		return d, g
	}
	d, g := means(conditional)
	wantD, wantG := means(plain)
	t.Logf("mean losses of D %.3f and G %.3f, without a class %.3f and %.3f", d, g, wantD, wantG)
	if math.Abs(d/wantD-1) > .15 || math.Abs(g/wantG-1) > .15 {
		t.Errorf("mean losses of D %.3f and G %.3f, without a class %.3f and %.3f", d, g, wantD, wantG)
	}
}

// infoGAN builds a small InfoGAN for digits.
func infoGAN(t *testing.T, change func(*InfoGAN)) *System {
	t.Helper()
	system, err := built(t, "infogan", mnist, func(s *InfoGAN) {
		s.Batch, s.Latent, s.Width, s.Hidden, s.HiddenQ = 16, 8, 4, 16, 8
		change(s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return system
}

// TestInfoGANLosses plays a round with and without I. The losses of D differ by the sum of
// the recorded I. Without I the weights of Q do not change, and with I those of G change in
// another way: I is in both losses, and D's optimiser changes Q.
func TestInfoGANLosses(t *testing.T) {
	set := data.NewDigits(data.Train, 1)
	with, changed := played(t, infoGAN(t, func(s *InfoGAN) { s.LearningRateD = 0 }), set, 1, 1)
	without, same := played(t, infoGAN(t, func(s *InfoGAN) { s.LearningRateD, s.Lambda, s.LambdaC = 0, 0, 0 }), set, 1, 1)
	information := with[0]["I(c1)"] + with[0]["I(c2)"] + with[0]["I(c3)"]
	if d := without[0]["loss.D"] - with[0]["loss.D"]; math.Abs(d-information) > 1e-5 {
		t.Errorf("the losses of D with and without I differ by %g, and I is %g", d, information)
	}
	if w := changed["G.3.weight"]; len(w) == 0 || slices.Equal(w, same["G.3.weight"]) {
		t.Error("I does not change the update of G")
	}
	first := func(change func(*InfoGAN)) map[string][]float64 {
		_, variables := played(t, infoGAN(t, change), set, 1, 1)
		return variables
	}
	start, trained := first(func(s *InfoGAN) { s.LearningRateD = 0 }), first(func(*InfoGAN) {})
	untouched := first(func(s *InfoGAN) { s.Lambda, s.LambdaC = 0, 0 })
	for _, name := range []string{"D.8.1.0.weight", "D.8.1.3.weight"} { // of Q
		if len(start[name]) == 0 || slices.Equal(start[name], trained[name]) || !slices.Equal(start[name], untouched[name]) {
			t.Errorf("%s: %d weights; they must change if and only if lambda is not 0", name, len(start[name]))
		}
	}
	if slices.Equal(start["D.0.weight"], trained["D.0.weight"]) || slices.Equal(trained["D.0.weight"], untouched["D.0.weight"]) {
		t.Error("I does not change the update of the layers that D and Q share")
	}
}

// TestInfoGANCodes draws many codes. They are conditions of the output that need not be
// given.
func TestInfoGANCodes(t *testing.T) {
	system := infoGAN(t, func(*InfoGAN) {})
	c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	const n = 10_000
	var drawn []*tensor.Tensor
	for i, code := range system.Outputs[0].Given {
		if want := []string{"c1", "c2", "c3"}[i]; code.Name != want || code.Draw == nil {
			t.Fatalf("code %d is %+v", i, code)
		}
		drawn = append(drawn, code.Draw(c, n))
	}
	values, err := tensor.Eval(drawn, nil)
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]float64, 10)
	for _, k := range values[0].Data {
		counts[int(k)]++
	}
	if least, most := slices.Min(counts), slices.Max(counts); least < 850 || most > 1150 {
		t.Errorf("the categories are drawn %v times", counts)
	}
	mean, square := 0., 0.
	for _, v := range values[1].Data {
		mean, square = mean+v/n, square+v*v/n
	}
	if math.Abs(mean) > .03 || math.Abs(square-1./3) > .01 || slices.Max(values[1].Data) > 1 || slices.Min(values[2].Data) < -1 {
		t.Errorf("a continuous code has the mean %g and the mean square %g, want 0 and 1/3", mean, square)
	}
}
