package bench

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
)

// The models that are timed. For a comparison, another framework uses the same
// networks, batch, optimiser and the same two updates of a step. Each update draws new
// noise for the generator and computes only what it needs.
//
//	goodfellow2014  B=100  784      the recipe, but with updates of D and G in turn and a constant learning rate
//	dcgan32         B=64   3x32x32  batch norm, 4x4 (transposed) convolutions, 64 to 256 channels, Adam 2e-4 (.5, .999)
//	wgangp-mlp      B=64   784      G 128-512r-512r-784s, D 784-512l-512l-512l-1, gradient penalty 10, Adam
//	wgangp-conv32   B=64   3x32x32  dcgan32 with layer norm in D, gradient penalty 10, Adam
//	sngan32         B=64   3x32x32  the recipe sngan with width 32, half the published one
//	r3gan32         B=32   3x32x32  the recipe r3gan with width 64 and 1 block for each size, published are 768 and 2
//	wgangp-resnet32 B=32   3x32x32  the recipe wgan-gp-resnet with width 64, half the published one
//
// (r ReLU, l leaky ReLU .2, s sigmoid.) The last three have one update of D in a step, no
// noise on pixels, no moving average and constant settings of Adam.
var models = map[string]func(Variant) (*recipe.System, error){
	"goodfellow2014": goodfellow2014,
	"dcgan32":        func(v Variant) (*recipe.System, error) { return dcgan(nn.BatchNorm, false, v) },
	"wgangp-mlp":     func(v Variant) (*recipe.System, error) { return wganMLP(v) },
	"wgangp-conv32":  func(v Variant) (*recipe.System, error) { return dcgan(nn.LayerNorm, true, v) },
	"sngan32": func(v Variant) (*recipe.System, error) {
		return fromRecipe("sngan", func(s *recipe.SNGAN) {
			s.Batch, s.Width, s.Dequantise = cmp.Or(v.Batch, defaultBatch), 32, false
		})
	},
	"r3gan32": func(v Variant) (*recipe.System, error) {
		return fromRecipe("r3gan", func(s *recipe.R3GAN) {
			s.Batch, s.Width, s.Blocks = cmp.Or(v.Batch, 32), 64, 1
			s.BurnInKimg, s.HalfLifeKimg = 0, 0
		})
	},
	"wgangp-resnet32": func(v Variant) (*recipe.System, error) {
		return fromRecipe("wgan-gp-resnet", func(s *recipe.WGANGPResNet) {
			s.Batch, s.Width, s.CriticSteps, s.BatchesG = cmp.Or(v.Batch, 32), 64, 1, 1
			s.Dequantise, s.FallKimg = 0, 0
		})
	},
}

// A Variant is a change of a timed model. Its zero fields change nothing.
type Variant struct {
	NoDropout bool
	Batch     int // number of examples in a minibatch
}

// Models returns the names of the models.
func Models() []string { return slices.Sorted(maps.Keys(models)) }

// Build returns a model by name.
func Build(name string, v Variant) (*recipe.System, error) {
	if build, ok := models[name]; ok {
		return build(v)
	}
	return nil, hint.Add(fmt.Errorf("unknown model %q", name), "%s", suggest.Hint(name, Models()))
}

func goodfellow2014(v Variant) (*recipe.System, error) {
	r, err := recipe.Find("goodfellow2014")
	if err != nil {
		return nil, err
	}
	s := r.Settings().(*recipe.Goodfellow2014)
	s.Simultaneous, s.K, s.Decay, s.FinalMomentum = false, 1, 1, s.Momentum
	if v.NoDropout {
		s.DropInput, s.DropHidden = 0, 0
	}
	s.Batch = cmp.Or(v.Batch, s.Batch)
	images, err := r.Typical()
	if err != nil {
		return nil, err
	}
	return r.Build(s, images)
}

// fromRecipe returns the system of a recipe with changed settings, for colour images of
// 32x32 pixels.
func fromRecipe[S any](name string, change func(*S)) (*recipe.System, error) {
	r, err := recipe.Find(name)
	if err != nil {
		return nil, err
	}
	s := r.Settings().(*S)
	change(s)
	return r.Build(s, recipe.Examples{Info: data.NewInfo("bench", data.Image(3, 32, 32)), Epoch: 1})
}

// framework draws initial values like PyTorch by default: U(-r, r) with
// r = 1/sqrt(inputs).
var framework = nn.FanIn(1)

func wganMLP(v Variant) (*recipe.System, error) {
	leaky := nn.LeakyReLU(.2)
	linear := func(units int) nn.Layer { return nn.Linear(units, framework, framework) }
	G := nn.New("G", []int{128}, linear(512), nn.ReLU, linear(512), nn.ReLU, linear(784), nn.Sigmoid)
	D := nn.New("D", []int{784}, linear(512), leaky, linear(512), leaky, linear(512), leaky, linear(1))
	return system(G, D, data.Image(1, 28, 28), true, v)
}

func dcgan(norm nn.Layer, penalised bool, v Variant) (*recipe.System, error) {
	leaky := nn.LeakyReLU(.2)
	half := nn.Window{Kernel: 4, Stride: 2, Pad: 1}
	whole := nn.Window{Kernel: 4, Stride: 1, Pad: 0}
	up := func(channels int, w nn.Window) nn.Layer { return nn.ConvTranspose(channels, w, framework, nil) }
	down := func(channels int, w nn.Window) nn.Layer { return nn.Conv(channels, w, framework, nil) }
	G := nn.New("G", []int{100, 1, 1},
		up(256, whole), nn.BatchNorm, nn.ReLU,
		up(128, half), nn.BatchNorm, nn.ReLU,
		up(64, half), nn.BatchNorm, nn.ReLU,
		up(3, half), nn.Tanh)
	D := nn.New("D", []int{3, 32, 32},
		down(64, half), leaky,
		down(128, half), norm, leaky,
		down(256, half), norm, leaky,
		down(1, whole), nn.Reshape(1))
	return system(G, D, data.Image(3, 32, 32), penalised, v)
}

// defaultBatch is the batch size of most models.
const defaultBatch = 64

// system returns the system of two networks that makes examples of the field. If
// penalised is true, the loss is that of WGAN-GP.
func system(G, D *nn.Network, makes data.Field, penalised bool, v Variant) (*recipe.System, error) {
	batch := cmp.Or(v.Batch, defaultBatch)
	adam := optim.Adam{LearningRate: optim.Constant(2e-4), Beta1: .5, Beta2: .999, Epsilon: 1e-8}
	pair := recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", G.In...), Objective: objective.NonSaturating{}, Batch: batch,
		OptimizerG: adam, OptimizerD: adam, Makes: makes,
	}
	if penalised {
		pair.Objective, pair.Penalty = objective.Wasserstein{}, recipe.GradientPenalty(objective.GradientPenalty{Lambda: 10})
	}
	return pair.System()
}
