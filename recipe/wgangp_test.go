package recipe

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// wantUnset wants an error for a setting of a recipe.
func wantUnset(t *testing.T, name, assignment string) {
	t.Helper()
	r, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := settings.Set(r.Settings(), assignment); err == nil {
		t.Errorf("recipe %s takes %s", name, assignment)
	}
}

// TestWGANGPParameters counts the parameters of the published networks, layer by layer.
func TestWGANGPParameters(t *testing.T) {
	conv := func(in, out, kernel int) int { return in*out*kernel*kernel + out }
	system, err := built(t, "wgan-gp", mnist, func(*WGANGP) {})
	wantSizes(t, "mnist", system, err,
		128*4096+4096+conv(256, 128, 5)+conv(128, 64, 5)+conv(64, 1, 5), conv(1, 64, 5)+conv(64, 128, 5)+conv(128, 256, 5)+4096+1)

	photographs := imagesOf(3, 32, 32)
	system, err = built(t, "wgan-gp", photographs, func(*WGANGP) {})
	wantSizes(t, "cifar", system, err,
		128*8192+8192+2*8192+conv(512, 256, 5)+2*256+conv(256, 128, 5)+2*128+conv(128, 3, 5),
		conv(3, 128, 5)+conv(128, 256, 5)+conv(256, 512, 5)+8192+1)

	system, err = built(t, "wgan-gp-resnet", photographs, func(*WGANGPResNet) {})
	block := 2 * conv(128, 128, 3)
	skip := conv(128, 128, 1)
	wantSizes(t, "ResNet", system, err,
		128*2048+2048+3*(block+skip+2*2*128)+2*128+conv(128, 3, 3),
		conv(3, 128, 3)+conv(128, 128, 3)+conv(3, 128, 1)+block+skip+2*block+128+1)

	system, err = built(t, "wgan-gp-points", pointsOf(2), func(*WGANGPPoints) {})
	wantSizes(t, "points", system, err, 2*512+512+2*(512*512+512)+512*2+2, 2*512+512+2*(512*512+512)+513)
}

// TestWGANGPForms builds the networks for images of several sizes.
func TestWGANGPForms(t *testing.T) {
	for _, shape := range [][3]int{{1, 28, 28}, {3, 32, 32}, {1, 16, 20}, {3, 64, 64}, {2, 48, 20}, {1, 100, 60}} {
		examples := imagesOf(shape[0], shape[1], shape[2])
		for name, build := range map[string]func() (*System, error){
			"mnist": func() (*System, error) {
				return built(t, "wgan-gp", examples, func(s *WGANGP) { s.Form, s.Width = "mnist", 4 })
			},
			"cifar": func() (*System, error) {
				return built(t, "wgan-gp", examples, func(s *WGANGP) { s.Form, s.Width, s.Pack = "cifar", 4, 2 })
			},
			"resnet": func() (*System, error) {
				return built(t, "wgan-gp-resnet", examples, func(s *WGANGPResNet) { s.Width = 4 })
			},
		} {
			system, err := build()
			if err != nil {
				t.Errorf("%s, %v: %v", name, shape, err)
			} else if made := makes(t, system, 3); made.Size() != 3*examples.First().Size() {
				t.Errorf("%s, %v: 3 samples are %v", name, shape, made)
			}
		}
	}
}

// TestFeatureMaps compares sides with those of the authors' networks.
func TestFeatureMaps(t *testing.T) {
	for want, image := range map[string]data.Field{
		"[[28 28] [14 14] [7 7] [4 4]]":     data.Image(1, 28, 28),
		"[[32 32] [16 16] [8 8] [4 4]]":     data.Image(3, 32, 32),
		"[[20 28] [10 14] [5 7] [3 4]]":     data.Image(1, 20, 28),
		"[[100 60] [50 30] [25 15] [13 8]]": data.Image(1, 100, 60), // 13 is odd, 8 is even
	} {
		if got := fmt.Sprint(featureMaps(image)); got != want {
			t.Errorf("%v: %s, want %s", image, got, want)
		}
	}
}

// TestHeStrided compares the variances of initial values with those of the authors' code,
// which are 4/(inputs + outputs).
func TestHeStrided(t *testing.T) {
	system, err := built(t, "wgan-gp", mnist, func(*WGANGP) {})
	if err != nil {
		t.Fatal(err)
	}
	trainer := trainerOf(t, system, data.NewDigits(data.Train, 1))
	for name, sum := range map[string]float64{
		"G.0.weight":  (128 + 4096) * 2, // linear
		"G.4.weight":  25 * (256/4. + 128),
		"G.8.weight":  25 * (128/4. + 64),
		"G.12.weight": 25 * (64/4. + 1),
		"D.0.weight":  25 * (1 + 64/4.),
		"D.2.weight":  25 * (64 + 128/4.),
		"D.4.weight":  25 * (128 + 256/4.),
		"D.6.weight":  (4096 + 1) * 2,
	} {
		square, found := 0., false
		for _, player := range system.Game.Players {
			for _, p := range player.Networks[0].Params {
				if p.Name != name {
					continue
				}
				m, _ := trainer.Store().Memory(p.Value)
				found = true
				for _, v := range m.Float32() {
					square += float64(v) * float64(v) / float64(len(m.Float32()))
				}
			}
		}
		if want := 4 / sum; !found || math.Abs(square/want-1) > .1 {
			t.Errorf("%s: variance %g, want %g", name, square, want)
		}
	}
}

func TestWGANGPRefuses(t *testing.T) {
	wantRefused(t, "wgan-gp", map[string]refused[WGANGP]{
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256": {imagesOf(1, 30, 30), func(*WGANGP) {}},
		"it generates images, and the data are points":                                                 {pointsOf(2), func(*WGANGP) {}},
	})
	wantRefused(t, "wgan-gp-resnet", map[string]refused[WGANGPResNet]{
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256": {imagesOf(1, 30, 30), func(*WGANGPResNet) {}},
	})
	wantRefused(t, "wgan-gp-points", map[string]refused[WGANGPPoints]{
		"it generates points, and the data are images": {imagesOf(1, 28, 28), func(*WGANGPPoints) {}},
	})
	for _, wrong := range []string{"lambda=-1", "critic_steps=0", "fall_kimg=-1"} {
		for _, name := range []string{"wgan-gp", "wgan-gp-resnet", "wgan-gp-points"} {
			wantUnset(t, name, wrong)
		}
	}
}

// critic returns a game in which only D moves. G has no parameters: samples are z.
func critic(t *testing.T, real, z func(k int) float64, numbers int, latent Latent, change func(*Pair)) *game.Trainer {
	t.Helper()
	info := data.NewInfo("some", data.Point(numbers))
	column := data.NewValues(info.First(), 100)
	for i := range column.Floats {
		column.Floats[i] = float32(real(i % numbers))
	}
	set, err := data.NewTable(info, column)
	if err != nil {
		t.Fatal(err)
	}
	if z != nil {
		latent = Latent{Name: "z", Draw: func(_ *nn.Context, n int) *tensor.Tensor {
			row := tensor.NewArray(tensor.Float32, 1, numbers)
			for k := range row.Data {
				row.Data[k] = z(k)
			}
			return tensor.Zeros(tensor.Float32, n, numbers).Add(tensor.Const(row))
		}}
	}
	pair := Pair{
		G: nn.New("G", []int{numbers}), D: nn.New("D", []int{numbers}, nn.Linear(1, nn.Normal(.01), nn.Zeros)), Latent: latent,
		Objective: objective.Wasserstein{}, Batch: 10, Makes: info.First(), Techniques: DefaultTechniques,
		OptimizerG: optim.SGD{LearningRate: optim.Constant(0), Momentum: optim.Constant(0)},
		OptimizerD: optim.SGD{LearningRate: optim.Constant(.1), Momentum: optim.Constant(0)},
		Round:      func(d, _ *game.Player) []game.Move { return game.Simultaneous(d) },
	}
	change(&pair)
	system, err := pair.System()
	if err != nil {
		t.Fatal(err)
	}
	return trainerOf(t, system, set)
}

// lossAndGap trains a critic. It returns means over the last rounds of its loss and of the
// difference of the mean scores of real examples and samples.
func lossAndGap(t *testing.T, trainer *game.Trainer, rounds, last int64) (loss, gap float64) {
	t.Helper()
	if err := trainer.Train(context.Background(), rounds, func() error {
		if trainer.Step() > rounds-last {
			trainer.Statistics(func(name string, v float64) {
				switch name {
				case "loss.D":
					loss += v / float64(last)
				case "score(x)":
					gap += v / float64(last)
				case "score(G(z))":
					gap -= v / float64(last)
				}
			})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return loss, gap
}

// TestLinearCritics trains linear critics between two points, where the optimum is known.
func TestLinearCritics(t *testing.T) {
	real := func(k int) float64 { return []float64{.5, -1, 2}[k] }
	z := func(k int) float64 { return []float64{-.5, 0, 2.25}[k] }
	const c, lambda = .01, 10
	l1, l2 := 1+1+.25, math.Sqrt(1+1+.25*.25)
	for name, test := range map[string]struct {
		change    func(*Pair)
		loss, gap float64
	}{
		"clipped to c": {func(p *Pair) { p.OptimizerD = optim.ClipWeights(p.OptimizerD, c) }, -c * l1, c * l1},
		"gradient penalty": {func(p *Pair) {
			p.Penalty = GradientPenalty(objective.GradientPenalty{Lambda: lambda})
			p.OptimizerD = optim.SGD{LearningRate: optim.Constant(.01), Momentum: optim.Constant(0)}
		}, -(l2 + l2*l2/(4*lambda)), l2 + l2*l2/(2*lambda)},
	} {
		loss, gap := lossAndGap(t, critic(t, real, z, 3, Latent{}, test.change), 3000, 1)
		if math.Abs(loss-test.loss) > 1e-5 || math.Abs(gap-test.gap) > 1e-5 {
			t.Errorf("%s: loss %g and gap %g, want %g and %g", name, loss, gap, test.loss, test.gap)
		}
	}
}

// TestGradientPenaltyCritic trains a critic between the origin and N(0, I). The optimum
// with lambda 10 is known: the gap is 1.3403 and the loss -1.2968. The Wasserstein distance
// is 1.2533.
func TestGradientPenaltyCritic(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a critic for some seconds")
	}
	trainer := critic(t, func(int) float64 { return 0 }, nil, 2, Normal("z", 2), func(p *Pair) {
		const width, rounds = 64, 3000
		p.D = nn.New("D", []int{2}, nn.Linear(width, nn.He, nn.Zeros), nn.ReLU, nn.Linear(width, nn.He, nn.Zeros), nn.ReLU, nn.Linear(1, nn.He, nn.Zeros))
		p.Batch = 256
		p.Penalty = GradientPenalty(objective.GradientPenalty{Lambda: 10})
		p.OptimizerD = optim.Adam{LearningRate: optim.LinearRamp(3e-3, 0, 0, rounds, 1), Beta1: .5, Beta2: .9, Epsilon: 1e-8}
	})
	loss, gap := lossAndGap(t, trainer, 3000, 1000)
	if math.Abs(gap/1.3403-1) > .02 || math.Abs(loss/-1.2968-1) > .02 {
		t.Errorf("loss %.4f and gap %.4f, want -1.2968 and 1.3403 within 2%%", loss, gap)
	}
	t.Logf("loss %.4f, gap %.4f", loss, gap)
}

// TestBatchesG compares the loss of G over several minibatches with that of one: the mean
// of as many samples has a smaller variance.
func TestBatchesG(t *testing.T) {
	variance := func(batches int) float64 {
		trainer := critic(t, func(int) float64 { return 0 }, nil, 2, Normal("z", 2), func(p *Pair) {
			p.D = nn.New("D", []int{2}, nn.Linear(1, nn.Constant(1), nil))
			p.BatchesG = batches
			p.OptimizerD = optim.SGD{LearningRate: optim.Constant(0), Momentum: optim.Constant(0)}
			p.Round = func(d, g *game.Player) []game.Move { return game.Simultaneous(d, g) }
		})
		const rounds = 400
		square := 0.
		if err := trainer.Train(context.Background(), rounds, func() error {
			trainer.Statistics(func(name string, v float64) {
				if name == "loss.G" {
					square += v * v / rounds
				}
			})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return square
	}
	// The score is the sum of two standard normal numbers.
	for batches, want := range map[int]float64{0: .2, 1: .2, 4: .05} {
		if got := variance(batches); math.Abs(got/want-1) > .25 {
			t.Errorf("%d batches: the variance of the loss of G is %.4f, want %.4f", batches, got, want)
		}
	}
}

// TestDequantise adds uniform noise to real examples.
func TestDequantise(t *testing.T) {
	trainer := critic(t, func(int) float64 { return .5 }, func(int) float64 { return 0 }, 1, Latent{}, func(p *Pair) {
		p.D = nn.New("D", []int{1}, nn.Linear(1, nn.Constant(1), nil))
		p.Dequantise, p.Batch = .1, 100
		p.OptimizerD = optim.SGD{LearningRate: optim.Constant(0), Momentum: optim.Constant(0)}
	})
	if _, gap := lossAndGap(t, trainer, 100, 100); math.Abs(gap-.55) > .003 {
		t.Errorf("the mean real example is %g, want 0.55", gap)
	}
}
