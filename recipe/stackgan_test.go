package recipe

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// captions describes images with texts.
func captions(channels, side, text int) Examples {
	return Examples{Epoch: 64, Info: data.NewInfo("captions", data.Image(channels, side, side),
		data.Field{Name: data.TextField, Kind: data.Numbers, Shape: []int{text}})}
}

// smallStack is settings of small networks.
func smallStack(s *StackGAN) {
	s.Batch, s.Latent, s.Condition, s.Projection = 4, 3, 5, 4
	s.WidthG, s.WidthG2, s.WidthD, s.WidthD2, s.Blocks = 4, 4, 2, 2, 1
}

// TestStackGANParameters compares numbers of parameters with those of the published networks:
// images of 64 and 256 pixels and texts of 1024 numbers.
func TestStackGANParameters(t *testing.T) {
	for form, want := range map[string]map[string]int{
		"tensorflow": {"G1": 14_247_811, "D1": 4_029_889, "G2": 26_290_211, "D2": 48_603_585},
		"pytorch":    {"G1": 10_301_251, "D1": 5_715_777},
	} {
		system, err := built(t, "stackgan", captions(3, 256, 1024), func(s *StackGAN) {
			s.Form, s.Upscale, s.WidthG, s.WidthG2, s.WidthD, s.WidthD2, s.Blocks = form, 4, 128, 128, 64, 64, 4
		})
		if err != nil {
			t.Fatal(err)
		}
		sizes := trainable(t, system)
		for player, n := range want {
			if sizes[player] != n {
				t.Errorf("%s: %s has %d parameters, want %d", form, player, sizes[player], n)
			}
		}
	}
}

// TestStackGANForms traces the outputs in each form.
func TestStackGANForms(t *testing.T) {
	for name, change := range map[string]func(*StackGAN){
		"tensorflow":      func(*StackGAN) {},
		"pytorch":         func(s *StackGAN) { s.Form = "pytorch" },
		"upscale":         func(s *StackGAN) { s.Upscale = 4 },
		"one stage":       func(s *StackGAN) { s.Stages = 1 },
		"GAN-INT-CLS":     func(s *StackGAN) { s.Stages, s.Augmentation, s.Interpolation = 1, false, 1 },
		"pytorch without": func(s *StackGAN) { s.Form, s.Augmentation, s.Wrong = "pytorch", false, false },
	} {
		for _, channels := range []int{1, 3, 4} {
			system, err := built(t, "stackgan", captions(channels, 32, 7), func(s *StackGAN) { smallStack(s); change(s) })
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, o := range system.Outputs {
				in, c := Inputs{}, nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
				for _, l := range o.Latents {
					in[l.Name] = l.Draw(c, 3)
				}
				for _, given := range o.Given {
					in[given.Name] = given.Input(given.Name, 3)
				}
				if made := o.Make(c, in); !slices.Equal(made.Shape(), append([]int{3}, o.Makes.Shape...)) {
					t.Errorf("%s: output %s makes %v, want %v", name, o.Name, made, o.Makes)
				}
			}
		}
	}
}

func TestStackGANRefuses(t *testing.T) {
	plain := Examples{Info: data.NewInfo("plain", data.Image(3, 64, 64)), Epoch: 10}
	points := Examples{Info: data.NewInfo("points", data.Point(2)), Epoch: 10}
	wide := captions(3, 32, 7)
	wide.Fields[0] = data.Image(3, 32, 64)
	for _, c := range []struct {
		examples  Examples
		change    func(*StackGAN)
		say, tell string
	}{
		{plain, func(*StackGAN) {}, "it generates images from texts, and dataset plain has no field text", "captions.csv"},
		{points, func(*StackGAN) {}, "it generates images, and the data are points", "gander recipes"},
		{wide, func(*StackGAN) {}, "the sides must be equal powers of two", "data.size=64"},
		{captions(3, 48, 7), func(*StackGAN) {}, "the sides must be equal powers of two", "data.size=64"},
		{captions(3, 8, 7), func(*StackGAN) {}, "at least 8 in stage I", "data.size=64"},
		{captions(3, 64, 7), func(s *StackGAN) { s.Upscale = 3 }, "upscale = 3", "--set upscale=2"},
	} {
		_, err := built(t, "stackgan", c.examples, c.change)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(hint.Of(err), c.tell) {
			t.Errorf("error %v, want %q (hint: %s)", hint.Text(orNone(err)), c.say, c.tell)
		}
	}
}

// TestNormalKL has the known answers: 0 for N(0, 1), 1/2 for a mean of 1, and -ln 2 + 3/2 for
// a standard deviation of 2.
func TestNormalKL(t *testing.T) {
	for _, c := range []struct{ mu, logSigma, want float64 }{{0, 0, 0}, {1, 0, .5}, {-1, 0, .5}, {0, math.Ln2, 1.5 - math.Ln2}} {
		full := func(v float64) *tensor.Tensor { return tensor.Full(tensor.Float32, v, 3, 5) }
		got, err := tensor.Eval([]*tensor.Tensor{normalKL(full(c.mu), full(c.logSigma))}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[0].Data[0]-c.want) > 1e-6 {
			t.Errorf("mu %g, log sigma %g: %v, want %g", c.mu, c.logSigma, got[0].Data[0], c.want)
		}
	}
}

// playStack returns a trainer of small networks, with images of 16 pixels and random examples.
func playStack(t *testing.T, change func(*StackGAN)) (*System, *game.Trainer) {
	t.Helper()
	examples := captions(3, 16, 7)
	system, err := built(t, "stackgan", examples, func(s *StackGAN) { smallStack(s); change(s) })
	if err != nil {
		t.Fatal(err)
	}
	return system, trainerOf(t, system, imitation(t, examples.Info, 64))
}

// TestStackGANStages trains three rounds of stage I and two of stage II. In stage II nothing of
// stage I may change, and the other way round.
func TestStackGANStages(t *testing.T) {
	for _, form := range []string{"tensorflow", "pytorch"} {
		_, trainer := playStack(t, func(s *StackGAN) { s.Form, s.Stage1Kimg = form, .024 }) // 8 examples a round
		values := func() map[string][]byte {
			values := map[string][]byte{}
			for _, v := range trainer.Variables() {
				values[v.Name] = bytes.Clone(v.Memory.Bytes)
			}
			return values
		}
		before := values()
		for _, step := range []struct {
			rounds  int64
			changed string // the number at the end of the networks that change
		}{{3, "1"}, {5, "2"}} {
			if err := trainer.Train(context.Background(), step.rounds, nil); err != nil {
				t.Fatal(err)
			}
			after := values()
			moved := map[string]bool{}
			for name := range after {
				if network, _, ok := strings.Cut(name, "."); ok && len(network) == 2 && !bytes.Equal(before[name], after[name]) {
					moved[network] = true
				}
			}
			for _, letter := range []string{"A", "G", "D"} {
				other := map[string]string{"1": "2", "2": "1"}[step.changed]
				if !moved[letter+step.changed] || moved[letter+other] {
					t.Errorf("%s, until round %d: these networks changed: %v", form, step.rounds, moved)
				}
			}
			before = after
		}
		trainer.Statistics(func(name string, value float64) {
			if math.IsNaN(value) || strings.Contains(name, "1") {
				t.Errorf("%s: a statistic of stage II is %s = %v", form, name, value)
			}
		})
	}
}

// TestConditioningAugmentation draws from conditions of one text. With the augmentation they
// differ with eps, and without it there is no eps. The form pytorch cannot have a variance
// below 1, because a ReLU makes the logarithm of the variance.
func TestConditioningAugmentation(t *testing.T) {
	const n, d = 4000, 6
	for _, form := range []string{"tensorflow", "pytorch"} {
		s := StackGAN{Form: form, Augmentation: true, Condition: d, Slope: .2}
		st := s.stageOfTest()
		c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
		for _, p := range st.A.Params {
			c.Set(p, tensor.RandomNormal(tensor.Zeros(tensor.Uint32, 2), tensor.Full(tensor.Uint32, float64(p.Value.Size()), 2), p.Value.Size()).Reshape(p.Value.Shape()...))
		}
		text := tensor.Full(tensor.Float32, 1, n, 3)
		of := s.condition(c, st.A, text, c.Normal(n, d))
		variance := of.c.Sub(of.mu).Square().Mean(0)
		got, err := tensor.Eval([]*tensor.Tensor{variance, of.mu.Slice1(0, 0, 1)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		below := 0
		for k, v := range got[0].Data {
			if v < .9 {
				below++
			}
			if form == "pytorch" && (v < .9 || got[1].Data[k] < 0) {
				t.Errorf("pytorch: dimension %d has the mean %v and the variance %v", k, got[1].Data[k], v)
			}
		}
		if form == "tensorflow" && below == 0 {
			t.Errorf("tensorflow: no variance is below 1: %v", got[0].Data)
		}
	}
	system, err := built(t, "stackgan", captions(3, 16, 7), func(s *StackGAN) { smallStack(s); s.Augmentation = false })
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := system.Output("G"); len(o.Latents) != 1 || o.Latents[0].Name != "z" {
		t.Errorf("without augmentation the latents are %+v", o.Latents)
	}
}

// stageOfTest returns a stage for texts of 3 numbers.
func (s StackGAN) stageOfTest() *stackStage {
	s.WidthG2, s.WidthD2, s.Weights, s.Projection = 4, 2, .02, 2
	return s.stage(2, 3, 16, 8, 3)
}

// TestStackGANInputs compares wrong texts, smaller images and scaled texts with values by hand.
func TestStackGANInputs(t *testing.T) {
	real, err := tensor.Eval([]*tensor.Tensor{next(tensor.Iota(tensor.Float32, 0, 4, 2))}, nil)
	if err != nil || !slices.Equal(real[0].Data, []float64{1, 1, 2, 2, 3, 3, 0, 0}) {
		t.Errorf("wrong texts are those of examples %v, error %v", real[0].Data, err)
	}
	shrunken, err := tensor.Eval([]*tensor.Tensor{shrunk(tensor.Iota(tensor.Float32, 3, 1, 1, 2, 4), 2), unitPower(tensor.Full(tensor.Float32, -.1, 2, 4))}, nil)
	if err != nil || !slices.Equal(shrunken[0].Data, []float64{.5, 2.5}) {
		t.Errorf("shrunk to %v, error %v", shrunken[0].Data, err)
	}
	for _, v := range shrunken[1].Data {
		if math.Abs(v+1) > 1e-6 {
			t.Errorf("scaled to %v, want -1", v)
		}
	}
}
