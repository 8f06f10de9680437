// Package ring holds a recipe: a small GAN that learns points in the plane. A
// program that imports the package can train it, resume its runs and draw from them.
package ring

import (
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
)

// Settings are what a run can change: mine train ring --set hidden=64. The tags
// give each setting its name, the range of its values and its line in the help.
type Settings struct {
	Batch        int     `toml:"batch" min:"1" doc:"points in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of each hidden layer"`
	Inputs       int     `toml:"inputs" min:"1" doc:"inputs of a unit whose weights are not 0 at first"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name:     "ring",
		Title:    "points in the plane, by small networks that begin sparse",
		Source:   "an example of a recipe outside of Gander",
		Data:     "ring8",           // unless --data names another set
		Takes:    recipe.Points(64), // of at most 64 numbers each
		Kimg:     500,               // length of a run, in thousands of points
		TickKimg: 25,                // from one picture and checkpoint to the next
		Grid:     1000,              // points in a picture
	}, Settings{
		Batch: 64, Latent: 4, Hidden: 128, Inputs: 15, LearningRate: 1e-3,
	}, build)
}

// build makes the system from settings: two networks, two players, their game.
func build(s Settings, points recipe.Examples) (*recipe.System, error) {
	numbers := points.First().Size() // of a point
	sparse := Sparse(s.Inputs)
	G := nn.New("G", []int{s.Latent},
		nn.Linear(s.Hidden, sparse, nn.Zeros), nn.ReLU,
		nn.Linear(s.Hidden, sparse, nn.Zeros), nn.ReLU,
		nn.Linear(numbers, nn.GlorotUniform(1), nn.Zeros))
	D := nn.New("D", []int{numbers},
		nn.Linear(s.Hidden, sparse, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(s.Hidden, sparse, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(1, nn.GlorotUniform(1), nn.Zeros))

	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: .5, Beta2: .99, Epsilon: 1e-8}
	return recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", s.Latent),
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam, OptimizerD: adam,
		Round: recipe.Alternate(1), // one update of D, then one of G
		Makes: points.First(),
	}.System()
}

// Sparse draws the weights of a linear layer, shape [in, out], as in Martens 2010,
// Deep learning via Hessian-free optimization: of every unit, weights of k inputs
// are from N(0, 1), and the others are 0. All random numbers must come from stream:
// then equal seeds give equal runs.
func Sparse(k int) nn.Initializer {
	return func(weights []float64, shape []int, stream *random.Stream) {
		in, out := shape[0], shape[1]
		order := make([]int32, in)
		for unit := range out {
			for _, i := range stream.Perm(order)[:min(k, in)] {
				weights[int(i)*out+unit] = stream.Normal()
			}
		}
	}
}
