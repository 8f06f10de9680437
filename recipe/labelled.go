package recipe

import (
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// Labelled contains the settings of recipes that learn a classifier from few labels. The
// unlabelled examples are always the whole training set.
type Labelled struct {
	Labels     int  `toml:"labelled" min:"0" doc:"labelled examples, as many of each class, drawn from the seed; all training examples are used without their labels too; 0: all have labels"`
	Supervised bool `toml:"supervised" doc:"the control: the classifier learns from the labelled examples only, without a generator"`
}

// The inputs of a play: labelled examples, their classes, and unlabelled examples.
const labelledInput, classInput, unlabelledInput = "labelled", data.ClassField, data.ExampleField

// classesOf returns the image and the class of labelled images.
func (Labelled) classesOf(images Examples) (image, class data.Field, err error) {
	class, ok := images.Field(data.ClassField)
	if !ok || class.Kind != data.Class {
		err = hint.Add(otherKind("it learns a classifier, and dataset %s has no labels", images.Name), "%s", givenLabels(images.First()))
	}
	return images.First(), class, err
}

// inputs returns the inputs of the game. If unlabelled is false, there are no unlabelled
// examples.
func (s Labelled) inputs(image data.Field, batch int, unlabelled bool) []game.Input {
	shape := append([]int{batch}, image.Shape...)
	inputs := []game.Input{
		{Name: labelledInput, DType: tensor.Float32, Shape: shape},
		{Name: classInput, DType: tensor.Int32, Shape: []int{batch}},
	}
	if unlabelled && !s.Supervised {
		inputs = append(inputs, game.Input{Name: unlabelledInput, DType: tensor.Float32, Shape: shape})
	}
	return inputs
}

// Draw returns the labelled examples of a training set in a run with this seed.
func (s Labelled) Draw(training data.Set, seed uint64) (data.Set, error) {
	return data.DrawBalanced(training, s.Labels, seed, "labelled examples")
}

// sources returns the Sources of a system: one source reads the labelled examples, and if
// the game has unlabelled ones, another source reads the whole training set.
func (s Labelled) sources(g *game.Game, scale data.Scale) func(Sets, uint64) ([]game.Source, error) {
	return func(sets Sets, seed uint64) ([]game.Source, error) {
		few, err := s.Draw(sets[Main], seed)
		if err != nil {
			return nil, err
		}
		labelled, err := feed.New(few, g, seed, feed.Input{Name: labelledInput, Field: data.ExampleField, Scale: scale}, feed.Input{Name: classInput})
		if err != nil || !slices.ContainsFunc(g.Inputs, func(in game.Input) bool { return in.Name == unlabelledInput }) {
			return []game.Source{labelled}, err
		}
		all, err := feed.New(sets[Main], g, seed, feed.Input{Name: unlabelledInput, Scale: scale})
		return []game.Source{all, labelled}, err
	}
}

// outputs returns the samples of G, unless the system has only a classifier, and the
// classifier, an output that lacks its name and its condition. If the player d has moving
// averages, there is also the classifier without them. Both have the scale of the
// classifier.
func (s Labelled) outputs(G *nn.Network, z Latent, image data.Field, d *game.Player, classifier Output) []Output {
	var outputs []Output
	if !s.Supervised {
		outputs = append(outputs, Output{
			Name: "G", Networks: []*nn.Network{G}, Latents: []Latent{z}, Makes: image, Scale: classifier.Scale,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor { return G.Apply(c, in[z.Name]) },
		})
	}
	classifier.Name, classifier.Given = "D", []Condition{{Field: image, Scale: classifier.Scale}}
	outputs = append(outputs, classifier)
	if d.Average.Decay > 0 {
		classifier.Name, classifier.Unaveraged = "D-unaveraged", true
		outputs = append(outputs, classifier)
	}
	return outputs
}
