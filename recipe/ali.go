package recipe

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
)

// ALI contains the settings of adversarially learned inference on points in the plane. The
// defaults are those of the authors' code. E is stochastic: it also reads noise.
//
// The authors' code uses the Adam of Blocks, which takes 1 - beta1 under the name of beta1.
// So its beta1 of .8 is a momentum of .2. Later programs, such as that of PacGAN, copied the
// number .8 to libraries in which it is the momentum. The setting adam chooses one of the
// two. In the paper each model was trained 10 times with random learning rate, beta1 and
// weights at first; the ranges are not published.
//
// In the authors' code all 100,000 points are drawn once, before the training. Dropout is
// in the code, but not used.
type ALI struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each hidden layer of G and E: ReLU with batch normalisation"`
	LayersG      int     `toml:"layers_g" min:"1" max:"100" doc:"hidden layers of G"`
	LayersE      int     `toml:"layers_e" min:"1" max:"100" doc:"hidden layers of E"`
	Maxout       int     `toml:"maxout" min:"1" doc:"units of each of D's three maxout layers"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of a maxout unit"`
	Weights      float64 `toml:"weights" above:"0" doc:"standard deviation of the weights at first"`
	Epsilon      float64 `toml:"epsilon" above:"0" doc:"added to the variance in batch normalisation"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of the players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of the players' Adam; what it means is the setting adam"`
	Adam         string  `toml:"adam" oneof:"blocks usual" doc:"blocks: the weight of the old momentum is 1 - beta1, as in the authors' code; usual: it is beta1"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of the players' Adam, in the usual meaning"`
	Standardise  string  `toml:"standardise" oneof:"auto yes no" doc:"train on points with mean 0 and standard deviation 1 in each column; samples have the units of the data. auto: if the columns have very different scales, or are large, small or far from 0"`
}

func init() {
	Register(Recipe{
		Name:   "ali",
		Title:  "adversarially learned inference: points in the plane, with a stochastic encoder",
		Source: "Dumoulin et al. 2017, Adversarially Learned Inference (arXiv 1606.00704), section 4.5, and the authors' code",
		Data:   "grid25", Takes: Points(mostValues),
		Kimg: 20_000, TickKimg: 400, Grid: 2500, // 200 epochs, and 4
	}, ALI{
		Batch: 100, Latent: 2, Hidden: 400, LayersG: 4, LayersE: 2, Maxout: 200, Pieces: 5, Weights: .02, Epsilon: 1e-4,
		LearningRate: 1e-4, Beta1: .8, Adam: "blocks", Beta2: .999, Standardise: "auto",
	}, ALI.build)
}

func (s ALI) build(points Examples) (*System, error) {
	weights, columns := nn.Normal(s.Weights), points.First().Size()
	norm := nn.BatchNormWith(nn.BatchNormOptions{Epsilon: s.Epsilon, Momentum: .05, Scale: nn.Constant(1), Shift: nn.Zeros})
	mapping := func(name string, in, layers, out int) *nn.Network {
		var list []nn.Layer
		for range layers {
			list = append(list, nn.Linear(s.Hidden, weights, nil), norm, nn.ReLU)
		}
		return nn.New(name, []int{in}, append(list, nn.Linear(out, weights, nn.Zeros))...)
	}
	layersD := []nn.Layer{nn.Concat(nn.Vector("z", s.Latent))}
	for range 3 {
		layersD = append(layersD, nn.Maxout(s.Maxout, s.Pieces, weights, nn.Zeros))
	}
	noise := Normal("epsilon", columns)
	b := &bidirectional{
		G: mapping("G", s.Latent, s.LayersG, columns), E: mapping("E", 2*columns, s.LayersE, s.Latent),
		D:      nn.New("D", []int{columns}, append(layersD, nn.Linear(1, weights, nn.Zeros))...),
		Latent: Normal("z", s.Latent), Noise: &noise, Optimizer: s.optimizer, Batch: s.Batch, Weight: 1,
		Makes: points.First(), Standard: standardOf(points, s.Standardise),
	}
	return b.system(nil), nil
}

// optimizer returns the optimiser of a player.
func (s ALI) optimizer() optim.Optimizer {
	momentum := s.Beta1
	if s.Adam == "blocks" {
		momentum = 1 - s.Beta1
	}
	return optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: momentum, Beta2: s.Beta2, Epsilon: 1e-8}
}
