package recipe

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// ACGAN contains the settings of the GAN with an auxiliary classifier: D has a second output,
// the class of an image. With L_S = E[log P(real|x)] + E[log P(fake|G)] and L_C = E[log
// P(c|x)] + E[log P(c|G)], D maximises L_S + L_C and G maximises L_C - L_S; here G's part of
// L_S is non-saturating. The paper has no MNIST. The forms are three public programs for it:
//
//	                  buriburisuri   keras           lukedeo
//	latent            40, U(0, 1)    100, U(-1, 1)   100, U(-1, 1)
//	G reads z and     one-hot class  z times a vector of the class
//	batch             32             100             100
//	learning_rate_d   1e-4           2e-4            2e-4
//	learning_rate_g   1e-3           2e-4            2e-4
//	auxiliary         both           real            both
//	D's targets       1, 0           .9, .1          1, 0
//	class_weight_g    .5             1               1
//	batches of G      1              2               2
//
// A setting of 0 or auto has the value of the form. With auxiliary = both, D's classifier
// learns the class that G read, even if the sample looks like another class: in a run of a
// quarter of the width, samples of 6 looked like 1. And G gains by samples that are easy to classify, even
// if they are all alike. This is why the program in Keras left the samples out.
// In small networks, G then ignored z; the technique dragan = 10 prevented it.
//
// There are three differences. The classes of samples are those of training examples; in the
// programs they are drawn evenly. Buriburisuri's optimiser is similar to Adamax; here it is
// Adam. And samples use running statistics of batch normalisation.
type ACGAN struct {
	Form          string  `toml:"form" oneof:"buriburisuri keras lukedeo" doc:"program whose networks and numbers are used"`
	Auxiliary     string  `toml:"auxiliary" oneof:"auto real both" doc:"what D's classifier learns from: real examples, or both these and samples"`
	Batch         int     `toml:"batch" min:"0" doc:"examples in a minibatch; 0: those of the form"`
	Latent        int     `toml:"latent" min:"0" doc:"dimensions of z; 0: those of the form"`
	Width         int     `toml:"width" min:"0" max:"65536" doc:"channels of D's first convolution, to which those of the others are in proportion; 0: those of the form, 64 or 32"`
	Hidden        int     `toml:"hidden" min:"1" doc:"units of the fully connected hidden layers, except in the form keras"`
	HiddenC       int     `toml:"hidden_c" min:"1" doc:"units of the classifier's hidden layer in the form buriburisuri"`
	Drop          float64 `toml:"drop" min:"0" max:"0.99" doc:"share of D's activations dropped, except in the form buriburisuri"`
	Slope         float64 `toml:"slope" min:"0" max:"1" doc:"of D's leaky ReLU; 0: that of the form, .01, .2 or .3"`
	ClassWeight   float64 `toml:"class_weight" min:"0" doc:"weight of the class term in D's loss"`
	ClassWeightG  float64 `toml:"class_weight_g" min:"0" doc:"weight of the class term in G's loss; 0: that of the form"`
	LearningRateD float64 `toml:"learning_rate_d" min:"0" doc:"of D's Adam; 0: that of the form"`
	LearningRateG float64 `toml:"learning_rate_g" min:"0" doc:"of G's Adam; 0: that of the form"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
	Average       float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "acgan",
		Title:  "auxiliary-classifier GAN: D also finds the class of an image",
		Source: "Odena et al. 2017, Conditional Image Synthesis with Auxiliary Classifier GANs (arXiv 1610.09585), in the form of public programs for MNIST",
		Data:   "mnist", Takes: labelled(Halved(2, 256)),
		Kimg: 3000, TickKimg: 50, Grid: 100, // 30 epochs of MNIST for D, and half of one
	}, ACGAN{
		Form: "buriburisuri", Auxiliary: "auto", Hidden: 1024, HiddenC: 128, Drop: .3, ClassWeight: 1, Beta1: .5, Beta2: .999,
		Techniques: DefaultTechniques,
	}, ACGAN.build)
}

// acganForms are the settings of the forms. Only buriburisuri reads z from U(0, 1).
var acganForms = map[string]struct {
	ACGAN
	targets  objective.SoftLabels
	batchesG int
	least    float64 // of z, and of the pixels
}{
	"buriburisuri": {ACGAN{Auxiliary: "both", Batch: 32, Latent: 40, Width: 64, Slope: .01, ClassWeightG: .5, LearningRateD: 1e-4, LearningRateG: 1e-3}, objective.SoftLabels{Real: 1, G: 1}, 1, 0},
	"keras":        {ACGAN{Auxiliary: "real", Batch: 100, Latent: 100, Width: 32, Slope: .2, ClassWeightG: 1, LearningRateD: 2e-4, LearningRateG: 2e-4}, objective.SoftLabels{Real: .9, Fake: .1, G: .9}, 2, -1},
	"lukedeo":      {ACGAN{Auxiliary: "both", Batch: 100, Latent: 100, Width: 32, Slope: .3, ClassWeightG: 1, LearningRateD: 2e-4, LearningRateG: 2e-4}, objective.SoftLabels{Real: 1, G: 1}, 2, -1},
}

func (s ACGAN) build(images Examples) (*System, error) {
	image, form := images.First(), acganForms[s.Form]
	class, _ := images.Field(data.ClassField)
	if s.Auxiliary == "auto" {
		s.Auxiliary = form.Auxiliary
	}
	s.Batch, s.Latent, s.Width = cmp.Or(s.Batch, form.Batch), cmp.Or(s.Latent, form.Latent), cmp.Or(s.Width, form.Width)
	s.Slope, s.ClassWeightG = cmp.Or(s.Slope, form.Slope), cmp.Or(s.ClassWeightG, form.ClassWeightG)
	s.LearningRateD, s.LearningRateG = cmp.Or(s.LearningRateD, form.LearningRateD), cmp.Or(s.LearningRateG, form.LearningRateG)
	G, D, err := s.networks(image, class)
	if err != nil {
		return nil, err
	}
	goal := objective.Adversarial(form.targets)
	if form.targets == (objective.SoftLabels{Real: 1, G: 1}) {
		goal = objective.NonSaturating{} // the same; it can be smoothed
	}
	adam := adamOf(s.Beta1, s.Beta2)
	system, err := Pair{
		G: G, D: D, Latent: Uniform("z", form.least, 1, s.Latent), Given: []Condition{{Field: class}},
		Objective: goal, WeightD: .5, BatchesG: form.batchesG, Penalty: s.classOfD, PenaltyG: s.classOfG, Batch: s.Batch,
		OptimizerG: adam(optim.Constant(s.LearningRateG)), OptimizerD: adam(s.RateOfD(optim.Constant(s.LearningRateD))),
		Average: optim.EMA{Decay: s.Average},
		Makes:   image, Scale: data.Scale{Lo: form.least, Hi: 1}, Techniques: s.Techniques,
	}.System()
	if err != nil {
		return nil, err
	}
	system.Outputs = append(system.Outputs, classifierOf("D", D, system.Outputs[0], class, 1))
	return system, nil
}

// classOfD returns the class term of D, -L_C as a mean over all its examples: real ones, or
// both real ones and samples.
func (s ACGAN) classOfD(t *game.Trace, p *Play) *tensor.Tensor {
	labels := t.Data(data.ClassField)
	t.Record(p.Player, "accuracy(x)", classAccuracy(p.RealOutputs, labels))
	t.Record(p.Player, "accuracy(G(z))", classAccuracy(p.FakeOutputs, labels))
	loss := objective.CrossEntropy(p.RealOutputs, labels)
	if s.Auxiliary == "both" {
		loss = loss.Add(objective.CrossEntropy(p.FakeOutputs, labels)).Scale(.5)
	}
	return loss.Scale(s.ClassWeight)
}

// classOfG returns the class term of G. Several minibatches of samples have the same classes.
func (s ACGAN) classOfG(t *game.Trace, p *Play) *tensor.Tensor {
	labels := slices.Repeat([]*tensor.Tensor{t.Data(data.ClassField)}, p.FakeOutputs.Dim(0)/s.Batch)
	return objective.CrossEntropy(p.FakeOutputs, tensor.Concatenate(0, labels...)).Scale(s.ClassWeightG)
}

// classAccuracy returns the share of examples with the greatest logit at their label.
func classAccuracy(logits, labels *tensor.Tensor) *tensor.Tensor {
	return logits.ArgMax(1).Compare(tensor.Equal, labels).Convert(tensor.Float32).Mean()
}

// networks returns G and D. The outputs of D are the score and the logits of the classes.
// Images of other sizes than MNIST's are halved as often as possible in the form
// buriburisuri, where channels double each time, and twice in the others.
func (s ACGAN) networks(image, class data.Field) (G, D *nn.Network, err error) {
	var layersG, layersD []nn.Layer
	head := nn.Linear(class.Classes, nn.GlorotUniform(1), nn.Zeros)
	if s.Form == "buriburisuri" {
		layersG, layersD = s.buriburisuri(image, class)
		head = nn.Sequence(nn.Linear(s.HiddenC, nn.He, nn.Zeros), nn.LeakyReLU(s.Slope), head)
	} else {
		sides := []int{image.Shape[1] / 4, image.Shape[2] / 4}
		if s.Form == "keras" && slices.Min(sides) < 5 {
			return nil, nil, hint.Add(fmt.Errorf("form = keras: images of %dx%d: it makes images with sides of at least 20", image.Shape[1], image.Shape[2]), "--set form=buriburisuri, or --set data.size=N, with N of 20 or more")
		}
		layersG = []nn.Layer{nn.Product(nn.Sequence(), nn.Given(nn.Class(class.Name), nn.Embedding(class.Classes, s.Latent, nn.GlorotNormal(1))))}
		layersG, layersD = append(layersG, s.ofKeras(image.Shape[0], sides)...), s.classifier()
	}
	layersD = append(layersD, nn.Join(nn.Linear(1, nn.GlorotUniform(1), nn.Zeros), head))
	return nn.New("G", []int{s.Latent}, layersG...), nn.New("D", s.Packed(image.Shape), layersD...), nil
}

// buriburisuri returns the layers of both networks in this form, D's without its outputs.
func (s ACGAN) buriburisuri(image, class data.Field) (layersG, layersD []nn.Layer) {
	times, sides := halvings(image)
	channels := s.Width << (times - 1)
	layersG = []nn.Layer{
		nn.Concat(nn.Class(class.Name), nn.OneHot(class.Classes)),
		nn.Linear(s.Hidden, nn.He, nil), nn.BatchNorm, nn.ReLU,
		nn.Linear(channels*sides[0]*sides[1], nn.He, nil), nn.BatchNorm, nn.ReLU, nn.Reshape(channels, sides[0], sides[1]),
	}
	for i := range times {
		layersD = append(layersD, nn.Conv(s.Width<<i, halve(4), nn.He, nn.Zeros), nn.LeakyReLU(s.Slope))
		if i < times-1 {
			layersG = append(layersG, nn.ConvTranspose(channels>>(i+1), halve(4), nn.He, nil), nn.BatchNorm, nn.ReLU)
		}
	}
	layersG = append(layersG, nn.ConvTranspose(image.Shape[0], halve(4), nn.GlorotUniform(1), nn.Zeros), nn.Sigmoid)
	return layersG, append(layersD, nn.Linear(s.Hidden, nn.He, nn.Zeros), nn.LeakyReLU(s.Slope))
}

// ofKeras returns the layers of G in the other forms after the product of z and the class.
// sides are a quarter of those of the images.
func (s ACGAN) ofKeras(channels int, sides []int) []nn.Layer {
	normal, uniform := nn.GlorotNormal(1), nn.GlorotUniform(1)
	if s.Form == "keras" {
		up := func(channels, times int) nn.Layer {
			return nn.ConvTranspose(channels, nn.Same(sides[0]*times, 5, 2), normal, nn.Zeros)
		}
		first := []int{12 * s.Width, sides[0] - 4, sides[1] - 4}
		return []nn.Layer{
			nn.Linear(tensor.Size(first), uniform, nn.Zeros), nn.ReLU, nn.Reshape(first...),
			nn.ConvTranspose(6*s.Width, nn.Window{Kernel: 5, Stride: 1}, normal, nn.Zeros), nn.ReLU,
			up(3*s.Width, 2), nn.ReLU, up(channels, 4), nn.Tanh,
		}
	}
	conv := func(channels, kernel int) nn.Layer {
		return nn.Conv(channels, nn.Same(4*sides[0], kernel, 1), normal, nn.Zeros)
	}
	first := []int{4 * s.Width, sides[0], sides[1]}
	return []nn.Layer{
		nn.Linear(s.Hidden, uniform, nn.Zeros), nn.ReLU,
		nn.Linear(tensor.Size(first), uniform, nn.Zeros), nn.ReLU, nn.Reshape(first...),
		nn.UpsampleNearest(2), conv(8*s.Width, 5), nn.ReLU,
		nn.UpsampleNearest(2), conv(4*s.Width, 5), nn.ReLU, conv(channels, 2), nn.Tanh,
	}
}

// classifier returns the layers of D in the other forms without its outputs.
func (s ACGAN) classifier() (layers []nn.Layer) {
	for i, stride := range []int{2, 1, 2, 1} {
		layers = append(layers, nn.Conv(s.Width<<i, nn.Same(2*leastSide, 3, stride), nn.GlorotUniform(1), nn.Zeros), nn.LeakyReLU(s.Slope), nn.Dropout(s.Drop))
	}
	return layers
}
