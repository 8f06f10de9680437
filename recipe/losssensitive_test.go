package recipe

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// small are images with classes for small networks.
var small = Examples{Info: data.NewInfo("small", data.Image(3, 16, 16), data.Label(5)), Epoch: 64}

// TestLossSensitiveParameters compares the numbers of parameters with those of DCGAN for 64
// pixels, and of CLS-GAN's D for 32.
func TestLossSensitiveParameters(t *testing.T) {
	system, err := built(t, "loss-sensitive", Examples{Info: data.NewInfo("faces", data.Image(3, 64, 64))}, func(*LossSensitive) {})
	if err != nil {
		t.Fatal(err)
	}
	if sizes := trainable(t, system); sizes["G"] != 3_576_704 || sizes["D"] != 2_765_568 {
		t.Errorf("G has %d parameters and D %d, want 3576704 and 2765568", sizes["G"], sizes["D"])
	}
	labelled := Examples{Info: data.NewInfo("cifar", data.Image(3, 32, 32), data.Label(10))}
	system, err = built(t, "loss-sensitive", labelled, func(s *LossSensitive) { s.Conditional = "yes" })
	if err != nil {
		t.Fatal(err)
	}
	const halving = (3*64 + 64*128 + 128*256) * 16
	const others = (64*64 + 128*128 + 256*256) * 9
	const norms = 2 * (64 + 128 + 128 + 256 + 256)
	if sizes := trainable(t, system); sizes["D"] != halving+others+norms+256*16*10 {
		t.Errorf("CLS-GAN's D has %d parameters, want %d", sizes["D"], halving+others+norms+256*16*10)
	}
}

// TestMarginOfAPlay compares margins with the known answer: images of 64x64 in colour whose
// values differ by 2/3 on average, as those of two uniform images do, have the margin 1.638.
func TestMarginOfAPlay(t *testing.T) {
	r, err := Find("loss-sensitive")
	if err != nil {
		t.Fatal(err)
	}
	s := *r.Settings().(*LossSensitive)
	x := tensor.Full(tensor.Float64, 1./3, 2, 3, 64, 64)
	goal := s.objectiveOf(x, x.Neg())
	level := func(v float64) *tensor.Tensor { return tensor.Full(tensor.Float64, v, 2, 1) }
	got, err := tensor.Eval([]*tensor.Tensor{
		goal.Discriminator(level(0), level(0)), goal.Discriminator(level(.5), level(2)), goal.Discriminator(level(0), level(2)), goal.Generator(level(0), level(2)),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1.6384, 1.6384 - 1.5, 0, 2} {
		if v := got[i].Data[0]; math.Abs(v-want) > 1e-12 {
			t.Errorf("loss %d is %g, want %g", i, v, want)
		}
	}
}

// TestMinusLogOfTheClass compares CLS-GAN's L(x, y) with its formula.
func TestMinusLogOfTheClass(t *testing.T) {
	logits := []float64{1, -2, .5, 0, 3, -1}
	class := Condition{Field: data.Label(3)}
	n := nn.NewOf(tensor.Float64, "N", []int{3}, minusLogOf(class))
	c := nn.NewContext(false, nil).With(class.Name, tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{2}, Data: []float64{2, 0}}))
	got, err := tensor.Eval([]*tensor.Tensor{n.Apply(c, tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 3}, Data: logits}))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, chosen := range []int{2, 3} {
		sum := 0.
		for _, v := range logits[3*i : 3*i+3] {
			sum += math.Exp(v)
		}
		if want := math.Log(sum) - logits[chosen]; math.Abs(got[0].Data[i]-want) > 1e-12 {
			t.Errorf("L of example %d is %g, want %g", i, got[0].Data[i], want)
		}
	}
}

// TestLossSensitiveForms trains each published program with small networks. Where D is
// clipped, no parameter is beyond the limit.
func TestLossSensitiveForms(t *testing.T) {
	for name, change := range map[string]func(*LossSensitive){
		"LS-GAN":  func(*LossSensitive) {},
		"GLS-GAN": func(s *LossSensitive) { s.Nonnegative, s.Slope, s.Clip = false, .5, .04 },
		"CLS-GAN": func(s *LossSensitive) { s.Conditional, s.Gamma, s.Margin, s.Noise = "yes", 1, 8e-4, "normal" },
		"packs":   func(s *LossSensitive) { s.Pack = 2 },
	} {
		clip := 0.
		system, err := built(t, "loss-sensitive", small, func(s *LossSensitive) {
			s.Width, s.Batch = 4, 8
			change(s)
			clip = s.Clip
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if made := makes(t, system, 3); made.Size() != 3*small.First().Size() {
			t.Errorf("%s: 3 samples are %v", name, made)
		}
		trainer := trainerOf(t, system, imitation(t, small.Info, 64))
		if err := trainer.Train(context.Background(), 2, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if clip == 0 {
			continue
		}
		for _, v := range trainer.Variables() {
			if !strings.HasPrefix(v.Name, "D.") || strings.HasSuffix(v.Name, ".mean") || strings.HasSuffix(v.Name, ".variance") {
				continue
			}
			for _, x := range v.Memory.Float32() {
				if math.Abs(float64(x)) > clip+1e-7 {
					t.Fatalf("%s: %s has %g, want at most %g", name, v.Name, x, clip)
				}
			}
		}
	}
}

func TestLossSensitiveRefuses(t *testing.T) {
	wantRefused(t, "loss-sensitive", map[string]refused[LossSensitive]{
		"conditional = yes, and dataset cifar has no labels (hint: --set conditional=no": {
			cifar, func(s *LossSensitive) { s.Conditional = "yes" }},
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256 (hint: --set data.size=32)": {
			imagesOf(3, 30, 30), func(*LossSensitive) {}},
		"it generates images, and the data are points": {pointsOf(2), func(*LossSensitive) {}},
		"label_smoothing = 0.2: the objective": {
			cifar, func(s *LossSensitive) { s.LabelSmoothing = .2 }},
	})
}
