package recipe

import (
	"cmp"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Goodfellow2014CIFAR contains the settings of the two CIFAR-10 experiments of the 2014
// paper, as its authors published them with their code. They did not publish the length of
// the training.
//
// Both networks work on images with global contrast normalisation, see [GlobalContrast].
// It removes the brightness and the contrast of an image, and samples do not have them
// either. In a picture of samples 0 is grey, -Range is black and Range is white. The authors used the greatest value of all samples in the picture instead, but
// here a sample does not depend on others. A measure in the space of pixels compares such
// pictures with unchanged images.
type Goodfellow2014CIFAR struct {
	Form         string  `toml:"form" oneof:"dense convolutional" doc:"of both networks: dense (fully connected) or convolutional"`
	Batch        int     `toml:"batch" min:"0" doc:"examples in a minibatch; 0: 100 in the form dense, 128 in the form convolutional"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Contrast     float64 `toml:"contrast" above:"0" doc:"Euclidean length of an image after global contrast normalisation"`
	Range        float64 `toml:"range" above:"0" doc:"numbers of samples that are black (-range) and white (range) in pictures"`
	Hidden       int     `toml:"hidden" min:"1" doc:"units of G's ReLU layer, and in the form dense of its sigmoid layer"`
	Maps         int     `toml:"maps" min:"1" doc:"in the form convolutional, the feature maps that G's sigmoid layer makes"`
	Filters      int     `toml:"filters" min:"1" doc:"in the form convolutional, the channels of D's first two layers; the third has six times as many"`
	Maxout       int     `toml:"maxout" min:"0" doc:"units of each fully connected maxout layer of D; 0: 1600 in the form dense, 500 in the form convolutional"`
	Pieces       int     `toml:"pieces" min:"1" doc:"linear pieces of such a unit; a maxout unit of a convolution has two"`
	WeightsG     float64 `toml:"weights_g" min:"0" doc:"G's weights begin in U(-w, w)"`
	OutputG      float64 `toml:"output_g" min:"0" doc:"the same for G's output layer in the form dense"`
	WeightsD     float64 `toml:"weights_d" min:"0" doc:"D's weights begin in U(-w, w)"`
	DropInput    float64 `toml:"drop_input" min:"0" max:"0.99" doc:"share of D's inputs dropped"`
	DropHidden   float64 `toml:"drop_hidden" min:"0" max:"0.99" doc:"share of the inputs of D's other layers dropped"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players at first; 0: 0.025 in the form dense, 0.004 in the form convolutional"`

	Descent2014

	Average float64 `toml:"average" min:"0" max:"0.99999" doc:"decay of the moving average of G that samples are drawn from; 0, as published: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "goodfellow2014-cifar",
		Title:  "the CIFAR-10 experiments of the GAN paper of 2014, fully connected or convolutional",
		Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 5 and the authors' configuration",
		Data:   "cifar10", Takes: Images(mostValues),
		Kimg: 10_000, TickKimg: 40, Grid: 64, // until the momentum has risen
	}, Goodfellow2014CIFAR{
		Form: "dense", Latent: 100, Contrast: 55, Range: 2.5, // an average image keeps its contrast in pictures
		Hidden: 8000, Maps: 80, Filters: 32, Pieces: 5,
		WeightsG: .05, OutputG: .5, WeightsD: .005, DropInput: .2, DropHidden: .5,
		Descent2014: descent2014(0, 249),
		Techniques:  DefaultTechniques,
	}, Goodfellow2014CIFAR.build)
}

func (s Goodfellow2014CIFAR) build(images Examples) (*System, error) {
	image := images.First()
	var G, D *nn.Network
	if s.Form == "dense" {
		s.Batch, s.Maxout, s.LearningRate = cmp.Or(s.Batch, 100), cmp.Or(s.Maxout, 1600), cmp.Or(s.LearningRate, .025)
		G, D = s.dense(image.Size())
	} else {
		if err := deconvolved(image); err != nil {
			return nil, err
		}
		s.Batch, s.Maxout, s.LearningRate = cmp.Or(s.Batch, 128), cmp.Or(s.Maxout, 500), cmp.Or(s.LearningRate, .004)
		G, D = s.convolutional(image)
	}
	sgd := s.sgd(images, s.Batch)
	rate := s.rate(s.LearningRate)
	return Pair{
		G: G, D: D, Latent: Normal("z", s.Latent),
		Objective: objective.NonSaturating{}, WeightD: 0.5, Batch: s.Batch, Contrast: &GlobalContrast{s.Contrast},
		OptimizerG: sgd(rate), OptimizerD: sgd(s.RateOfD(rate)), Average: optim.EMA{Decay: s.Average},
		Round: Simultaneous,
		Makes: image, Scale: data.Scale{Lo: -s.Range, Hi: s.Range}, Techniques: s.Techniques,
	}.System()
}

// dense returns the fully connected networks.
func (s Goodfellow2014CIFAR) dense(size int) (G, D *nn.Network) {
	weightsG := nn.Uniform(s.WeightsG)
	G = nn.New("G", []int{s.Latent},
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.Sigmoid,
		nn.Linear(size, nn.Uniform(s.OutputG), nn.Zeros))
	return G, nn.New("D", s.Packed([]int{size}), maxoutLayers(s.Maxout, s.Pieces, nn.Uniform(s.WeightsD), s.DropInput, s.DropHidden)...)
}

// The deconvolution of G makes an image from windows of deconvolutionKernel pixels that are
// deconvolutionStride pixels apart.
const deconvolutionKernel, deconvolutionStride = 5, 3

// deconvolved returns an error if the deconvolution cannot make an image.
func deconvolved(image data.Field) error {
	const kernel, stride = deconvolutionKernel, deconvolutionStride
	for _, side := range image.Shape[1:] {
		if side < kernel || (side-kernel)%stride != 0 {
			fit := func(side int) int { return kernel + max(0, side-kernel+1)/stride*stride }
			return hint.Add(fmt.Errorf("form = convolutional: images of %dx%d: it makes images with sides of %d, %d, %d and so on",
				image.Shape[1], image.Shape[2], kernel, kernel+stride, kernel+2*stride), "--set data.size=%s", sizeText(fit(image.Shape[1]), fit(image.Shape[2])))
		}
	}
	return nil
}

// convolutional returns the convolutional networks. The output bias of G is untied: each
// pixel has its own. The layers of D have one bias for each channel.
func (s Goodfellow2014CIFAR) convolutional(image data.Field) (G, D *nn.Network) {
	weightsG, weightsD := nn.Uniform(s.WeightsG), nn.Uniform(s.WeightsD)
	windows := []int{s.Maps}
	for _, side := range image.Shape[1:] {
		windows = append(windows, (side-deconvolutionKernel)/deconvolutionStride+1)
	}
	G = nn.New("G", []int{s.Latent},
		nn.Linear(s.Hidden, weightsG, nn.Zeros), nn.ReLU,
		nn.Linear(tensor.Size(windows), weightsG, nn.Zeros), nn.Sigmoid, nn.Reshape(windows...),
		nn.ConvTranspose(image.Shape[0], nn.Window{Kernel: deconvolutionKernel, Stride: deconvolutionStride}, weightsG, nil), nn.Bias(nn.Zeros))

	layer := func(channels, kernel, pad, pool int) nn.Layer {
		return nn.Sequence(
			nn.Conv(2*channels, nn.Window{Kernel: kernel, Stride: 1, Pad: pad}, weightsD, nn.Zeros), maxoutOfTwo,
			nn.MaxPool(nn.Pool{Kernel: pool, Stride: 2, Ceil: true}))
	}
	D = nn.New("D", s.Packed(image.Shape),
		nn.Dropout(s.DropInput), layer(s.Filters, 8, 4, 4),
		nn.Dropout(s.DropHidden), layer(s.Filters, 8, 3, 4),
		nn.Dropout(s.DropHidden), layer(6*s.Filters, 5, 3, 2),
		nn.Dropout(s.DropHidden), nn.Maxout(s.Maxout, s.Pieces, weightsD, nn.Zeros),
		nn.Dropout(s.DropHidden), nn.Linear(1, weightsD, nn.Zeros))
	return G, D
}

// maxoutOfTwo computes the maximum of each two adjacent channels.
var maxoutOfTwo = nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
	return x.Reshape(append([]int{x.Dim(0), x.Dim(1) / 2, 2}, x.Shape()[2:]...)...).MaxOver(2)
})
