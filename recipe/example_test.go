package recipe_test

import (
	"fmt"
	"log"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/recipe"
)

// small holds the settings of a recipe. The tags give the name, the range and the
// help of each.
type small struct {
	Batch  int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Hidden int     `toml:"hidden" min:"1" doc:"units of the hidden layers"`
	Rate   float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
}

// build makes the system: the networks, the players and their game. Both networks
// read the class of an example.
func (s small) build(images recipe.Examples) (*recipe.System, error) {
	label, ok := images.Field(data.ClassField)
	if !ok {
		return nil, fmt.Errorf("dataset %s has no labels", images.Name)
	}
	class := nn.Concat(nn.Class(label.Name), nn.OneHot(label.Classes))
	const latent = 16
	G := nn.New("G", []int{latent}, class,
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.ReLU,
		nn.Linear(images.First().Size(), nn.He, nn.Zeros), nn.Sigmoid)
	D := nn.New("D", []int{images.First().Size()}, class,
		nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(.2),
		nn.Linear(1, nn.He, nn.Zeros))

	adam := optim.Adam{LearningRate: optim.Constant(s.Rate), Beta1: .5, Beta2: .99, Epsilon: 1e-8}
	return recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", latent), Given: []recipe.Condition{{Field: label}},
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam, OptimizerD: adam, Round: recipe.Alternate(1),
		Makes: images.First(), Scale: data.Scale{Lo: 0, Hi: 1},
	}.System()
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "small", Title: "a small GAN that is told the class", Source: "Mirza and Osindero 2014",
		Data: "digits", Takes: recipe.Images(1 << 14), Kimg: 300, TickKimg: 20, Grid: 100,
	}, small{Batch: 64, Hidden: 128, Rate: 1e-3}, small.build)
}

// A program registers a recipe in init. The command then has it, and a program can
// find it by its name and build it.
func ExampleRegister() {
	r, err := recipe.Find("small")
	if err != nil {
		log.Fatal(err)
	}
	settings := r.Settings() // a *small with the defaults
	settings.(*small).Hidden = 32

	set := data.NewDigits(data.Train, 1)
	system, err := r.Build(settings, recipe.Examples{Info: set.Info(), Epoch: 50_000, Training: set})
	if err != nil {
		log.Fatal(err)
	}
	for _, input := range system.Game.Inputs {
		fmt.Println("input", input.Name, input.Shape)
	}
	for _, output := range system.Outputs {
		fmt.Println("output", output.Name, "makes", output.Makes, "from", output.Latents[0].Name, "and", output.Given[0].Name)
	}
	// Output:
	// input x [64 784]
	// input class [64]
	// output G makes 1x28x28 from z and class
}
