package run_test

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// conditional is a small GAN whose players are told the class of an image.
type conditional struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of the hidden layers"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name:   "conditional",
		Title:  "a small fully connected GAN that is told the class",
		Source: "Mirza and Osindero 2014, Conditional Generative Adversarial Nets (arXiv 1411.1784)",
		Data:   "digits", Takes: labelledImages,
		Kimg: 300, TickKimg: 20, Grid: 100,
	}, conditional{Batch: 64, Latent: 64, Hidden: 256, LearningRate: 2e-3}, conditional.build)
}

func labelledImages(info data.Info) error {
	if _, ok := info.Field(data.ClassField); !ok {
		return hint.Add(fmt.Errorf("it learns from labels, and dataset %s has none", info.Name), "put the pictures of each class in a folder of its own")
	}
	return recipe.Images(1 << 14)(info)
}

func (s conditional) build(images recipe.Examples) (*recipe.System, error) {
	label, _ := images.Field(data.ClassField)
	class := nn.Concat(nn.Class(label.Name), nn.OneHot(label.Classes))
	G := nn.New("G", []int{s.Latent}, class,
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.ReLU,
		nn.Linear(images.First().Size(), nn.He, nn.Zeros), nn.Sigmoid)
	D := nn.New("D", []int{images.First().Size()}, class,
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(1, nn.He, nn.Zeros))

	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta2: .99, Epsilon: 1e-8}
	return recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", s.Latent), Given: []recipe.Condition{{Field: label}},
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam, OptimizerD: adam, Average: optim.EMA{Decay: .9}, Round: recipe.Simultaneous,
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1},
		Penalty: func(t *game.Trace, p *recipe.Play) *tensor.Tensor {
			t.Record(p.Player, "class", t.Data(label.Name).Convert(tensor.Float32).Mean())
			return tensor.Scalar(tensor.Float32, 0)
		},
	}.System()
}
