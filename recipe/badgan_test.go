package recipe

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// evaluated returns the values of tensors that depend on the parameters of n, which have
// random values.
func evaluated(t *testing.T, n *nn.Network, roots ...*tensor.Tensor) []*tensor.Array {
	t.Helper()
	values := map[*tensor.Tensor]*tensor.Array{}
	for _, p := range n.Params {
		a, s := tensor.NewArray(p.Value.DType(), p.Value.Shape()...), random.New(1, p.Name)
		for i := range a.Data {
			a.Data[i] = s.Normal() / 2
		}
		values[p.Value] = a
	}
	got, err := tensor.Eval(roots, values)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestPixelCNNSeesEarlierPixels changes one pixel after another. The parameters of a pixel
// must depend on the pixels above and to the left, on all of them near it, and on no
// others.
func TestPixelCNNSeesEarlierPixels(t *testing.T) {
	const side = 5
	s := PixelCNN{Filters: 3, Blocks: 2, Mixtures: 1}
	n := s.network(data.Image(1, side, side))
	const at = 2*side + 2 // the pixel in the middle
	base := tensor.NewArray(tensor.Float32, side*side+1, 1, side, side)
	x := random.New(2, "x")
	for i := range side * side {
		v := x.Uniform(-1, 1)
		for row := range side*side + 1 {
			base.Data[row*side*side+i] = v
		}
	}
	for i := range side * side {
		base.Data[(i+1)*side*side+i] += .5
	}
	out := evaluated(t, n, n.Apply(nn.NewContext(false, nil), tensor.Const(base)))[0]
	for i := range side * side {
		changed := false
		for channel := range 3 {
			changed = changed || out.Data[((i+1)*3+channel)*side*side+at] != out.Data[channel*side*side+at]
		}
		near := i < at && i >= side // the rows above within reach of the blocks, and the left
		if changed && i >= at || !changed && near {
			t.Errorf("the middle depends on pixel %d of row %d: %v", i%side, i/side, changed)
		}
	}
}

// TestPixelCNNIsDensity adds the probabilities of the 256 values of one pixel.
func TestPixelCNNIsDensity(t *testing.T) {
	s := PixelCNN{Filters: 2, Blocks: 1, Mixtures: 3}
	n := s.network(data.Image(1, 1, 1))
	values := tensor.NewArray(tensor.Float64, 256, 1, 1, 1)
	out := tensor.NewArray(tensor.Float64, 256, 9, 1, 1)
	parameters := []float64{.3, -1, 2 /* logits */, -.9, 0, .8 /* means */, -3, -1, -9 /* log scales */}
	for b := range 256 {
		values.Data[b] = float64(b)/127.5 - 1
		copy(out.Data[9*b:], parameters)
	}
	got := evaluated(t, n, s.logDensity(tensor.Const(values), tensor.Const(out)))[0]
	sum := 0.0
	for _, v := range got.Data {
		sum += math.Exp(v)
	}
	if math.Abs(sum-1) > 1e-4 {
		t.Errorf("the probabilities of a pixel add up to %g", sum)
	}
	if best := slices.Index(got.Data, slices.Max(got.Data)); math.Abs(values.Data[best]-.8) > .01 {
		t.Errorf("the most probable value is %g, want the mean of the narrow logistic", values.Data[best])
	}
}

func TestSmallest(t *testing.T) {
	v := tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{5}, Data: []float64{3, -1, 3, 7, 0}})
	for k, want := range []float64{-1, 0, 3, 3, 7} {
		if got, err := tensor.Eval([]*tensor.Tensor{smallest(v, k)}, nil); err != nil || got[0].Data[0] != want {
			t.Errorf("number %d is %v, want %g, error %v", k, got, want, err)
		}
	}
}

// TestBadGANPhases plays the rounds in which the PixelCNN learns, and rounds with and
// without the term.
func TestBadGANPhases(t *testing.T) {
	set := imitation(t, data.NewInfo("dots", data.Image(1, 6, 6), data.Label(2)), 60)
	small := func(s *BadGAN) {
		s.Batch, s.Labels, s.Hidden, s.HiddenG = 20, 2, []int{8}, []int{8}
		s.Filters, s.Blocks, s.Mixtures, s.PixelKimg, s.PixelRate = 4, 1, 2, .8, .01 // 20 rounds
		s.TermAfter, s.TermEvery, s.Samples, s.Percentile = 3, 2, 10, .1
	}
	examples := Examples{Info: set.Info(), Epoch: 60}
	system, err := built(t, "badgan", examples, small)
	if err != nil {
		t.Fatal(err)
	}
	var names [][]string
	trainer := playedOn(t, system, set, 0)
	bits := map[int]float64{}
	err = trainer.Train(t.Context(), 28, func() error {
		var seen []string
		trainer.Statistics(func(name string, value float64) {
			if seen = append(seen, name); name == "bits per pixel" {
				bits[len(names)] = value
			}
		})
		names = append(names, seen)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, seen := range names {
		learns, term := slices.Contains(seen, "loss.P"), slices.Contains(seen, "probable")
		if learns != (i < 20) || slices.Contains(seen, "loss.G") == learns || term != (i == 24 || i == 26) {
			t.Errorf("round %d has the statistics %q", i, seen)
		}
	}
	if !(bits[19] < bits[0]-.1) {
		t.Errorf("the PixelCNN learned from %g to %g bits per pixel", bits[0], bits[19])
	}
	for _, v := range trainer.Variables() {
		if t0 := v.Memory; strings.HasSuffix(v.Name, ".threshold") && !(t0.Float32()[0] < -30) {
			t.Errorf("the threshold is %g nats", t0.Float32()[0])
		}
	}
	plain, err := built(t, "badgan", examples, func(s *BadGAN) { small(s); s.Term = 0 })
	if err != nil {
		t.Fatal(err)
	}
	if len(plain.Game.Players) != 2 || len(plain.Game.Phases) != 0 {
		t.Error("without the term there is a PixelCNN")
	}
}

// TestBadGANThreshold has equal minibatches: the threshold is their percentile.
func TestBadGANThreshold(t *testing.T) {
	s := BadGAN{Percentile: .1, ClassifierGAN: ClassifierGAN{Batch: 30}}
	logs := tensor.NewArray(tensor.Float32, 30)
	for i := range logs.Data {
		logs.Data[i] = -float64(7*i%30) - 100
	}
	var p *nn.Param
	N := nn.New("N", []int{1}, nn.Linear(1, nn.Zeros, nil), func(b *nn.Builder, _ []int) nn.Apply {
		p = b.Buffer("threshold", nn.Zeros)
		return func(_ *nn.Context, x *tensor.Tensor) *tensor.Tensor { return x }
	})
	system, err := built(t, "ssl-feature-matching", mnist, func(s *SSLFeatureMatching) { s.Supervised = true; s.Labels = 0 })
	if err != nil {
		t.Fatal(err)
	}
	player := system.Game.Players[0]
	player.Networks = []*nn.Network{N}
	system.Game.Play = func(tr *game.Trace) game.Losses {
		s.updateThreshold(tr, p, tensor.Const(logs))
		return game.Losses{"D": N.Apply(tr.Context, tr.Data(labelledInput).Slice1(3, 0, 1).Slice1(2, 0, 1).Reshape(-1, 1)).Sum()}
	}
	trainer := playedOn(t, system, imitation(t, mnist.Info, 200), 5)
	for _, v := range trainer.Variables() {
		if v.Name == p.Name && math.Abs(float64(v.Memory.Float32()[0])+126) > 1e-4 { // three of 30 are below -126
			t.Errorf("the threshold is %g, want -126", v.Memory.Float32()[0])
		}
	}
}

func TestBadGANRefusesColours(t *testing.T) {
	colours := Examples{Info: data.NewInfo("some", data.Image(3, 8, 8), data.Label(2))}
	want := "recipe badgan: its PixelCNN is for grey images, and the data are 3x8x8 (hint: --set data.channels=1, or --set pixelcnn=0)"
	if _, err := built(t, "badgan", colours, func(*BadGAN) {}); err == nil || hint.Text(err) != want {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), want)
	}
	if _, err := built(t, "badgan", colours, func(s *BadGAN) { s.Term = 0 }); err != nil {
		t.Error(err)
	}
}
