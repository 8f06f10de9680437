package recipe

import (
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Inpainting contains the settings of the recipe that completes images. One network G
// learns all conditionals p(missing pixels | observed pixels). It reads an image x whose
// missing pixels are noise, the mask m, 1 for an observed pixel and 0 for a missing one, and
// a latent z. Where m is 1 the result is x, elsewhere it is G's. The game draws the masks.
//
// D reads the result and m, and compares it with x and the same m by the relativistic
// objective. Given m and the observed pixels, x and the result are independent. So the
// optimum is p(missing | observed) for every mask, and not only images that look complete:
// no squared error is needed, which would make G predict the mean. The penalties R1 and R2
// and the networks are those of the recipe images, of which G has one for reading and one for
// making, joined at each size.
//
// MisGAN (Li et al. 2019) has the same imputer, from m x + (1-m) noise, but its critic does
// not read m, it learns from incomplete images, which takes two more generators and
// critics, and it needs five updates of a critic for one of G. Complete images are given
// here, so these are left out: a run takes minutes on a processor.
type Inpainting struct {
	Masks        []string `toml:"masks" oneof:"halves centre border blocks pixels" doc:"kinds of masks, each as often as the others: a half of the image is missing; the centre; all but the centre; a random rectangle, or all but it; independent pixels"`
	Batch        int      `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int      `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Hidden       int      `toml:"hidden" min:"1" doc:"units of the fully connected layers between G's smallest feature maps"`
	Width        int      `toml:"width" min:"1" doc:"channels of the largest feature maps, doubled at each halving"`
	MostWidth    int      `toml:"most_width" min:"1" doc:"greatest number of channels"`
	LearningRate float64  `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta2        float64  `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam; beta1 is 0"`
	Gamma        float64  `toml:"gamma" min:"0" doc:"strength of the gradient penalties R1 and R2 for images of 32x32 pixels; it grows with the number of pixels"`
	AverageKimg  float64  `toml:"average_kimg" min:"0" doc:"half-life of the moving average of G that samples are drawn from, in thousands of images; 0: none"`
}

func init() {
	Register(Recipe{
		Name:   "inpainting",
		Title:  "completes images with arbitrary masks: all conditionals p(missing | observed) by one network",
		Source: "the imputer of Li et al. 2019, MisGAN (arXiv 1902.09599), with the objective of Huang et al. 2024, R3GAN (arXiv 2501.05441); the masks are after Ivanov et al. 2019, VAEAC (arXiv 1806.02382)",
		Data:   "mnist", Takes: sides(leastImage, mostImage),
		Kimg: 1000, TickKimg: 20, Grid: 64,
	}, Inpainting{
		Masks: maskKinds, Batch: 32, Latent: 64, Hidden: 256, Width: 32, MostWidth: 256,
		LearningRate: 1e-3, Beta2: .99, Gamma: .3, AverageKimg: 5,
	}, Inpainting.build)
}

func (s Inpainting) build(images Examples) (*System, error) {
	if len(s.Masks) == 0 {
		return nil, hint.Add(errors.New("masks is empty"), "name one or more of %s", strings.Join(maskKinds, ", "))
	}
	image, scale := images.First(), data.Scale{Lo: -1, Hi: 1}
	mask := Condition{Field: data.Field{Name: maskField, Kind: data.Pixels, Shape: []int{1, image.Shape[1], image.Shape[2]}}, Scale: data.Scale{Lo: 0, Hi: 1}}
	mask.Named = namedMasks(image.Shape[1], image.Shape[2])
	mask.Draw = func(c *nn.Context, n int) *tensor.Tensor { return drawMasks(c, s.Masks, n, image.Shape[1], image.Shape[2]) }
	G, D := s.generator(image), s.discriminator(image)
	z := Normal("z", s.Latent)
	complete := func(c *nn.Context, x, m, z, noise *tensor.Tensor) *tensor.Tensor {
		read := tensor.Concatenate(1, fill(x, m, noise), m)
		return fill(x, m, G.Apply(c.With("z", z), read))
	}
	area := float64(image.Shape[1]*image.Shape[2]) / (32 * 32)
	rate := optim.Constant(s.LearningRate / math.Sqrt(max(area, 1)))
	adam := optim.Adam{LearningRate: rate, Beta1: 0, Beta2: s.Beta2, Epsilon: 1e-8}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: adam}
	if half := s.AverageKimg * 1000 / float64(s.Batch); half > 0 {
		g.Average = optim.EMA{Decay: optim.HalfLife(half), RampUp: optim.LinearRamp(0, 1, 0, int(20*half), 1)}
	}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: adam}
	rules := &game.Game{
		Players: []*game.Player{g, d}, Round: game.Alternate(d, g, 1), Batch: s.Batch,
		Inputs: []game.Input{{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{s.Batch}, image.Shape...)}},
	}
	zeroCentred := objective.R1{Gamma: s.Gamma * area}
	rules.Play = func(t *game.Trace) game.Losses {
		c, x := t.Context, t.Data(data.ExampleField)
		m := mask.Draw(c, s.Batch)
		made := complete(c, x, m, z.Draw(c, s.Batch), c.Normal(x.Shape()...))
		score := func(x *tensor.Tensor) *tensor.Tensor { return D.Apply(c, tensor.Concatenate(1, x, m)) }
		real, fake := score(x), score(made)
		var goal objective.Relativistic
		t.Record(d, "D(x) > D(G)", real.Sub(fake).Sign().Mean().Scale(.5).Plus(.5))
		penalty := zeroCentred.At(real, x).Add(zeroCentred.At(fake, made))
		return game.Losses{"D": goal.Discriminator(real, fake).Add(penalty), "G": goal.Generator(real, fake)}
	}
	given := []Condition{{Field: image, Scale: scale}, mask}
	return &System{
		Game: rules, Sources: fromRoles(rules, roleInput{Main, feed.Input{Name: data.ExampleField, Scale: scale}}),
		Outputs: []Output{{
			Name: "G", Networks: []*nn.Network{G}, Latents: []Latent{z, Normal("noise", image.Shape...)}, Given: given, Makes: image, Scale: scale,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
				return complete(c, in[data.ExampleField], in[maskField], in["z"], in["noise"])
			},
		}, {
			Name: "given", Given: given, Makes: image, Scale: scale,
			Make: func(_ *nn.Context, in Inputs) *tensor.Tensor {
				x := in[data.ExampleField]
				return fill(x, in[maskField], tensor.Zeros(x.DType(), x.Shape()...))
			},
		}},
	}, nil
}

// generator returns G. It reads an image and its mask as channels, halves their sides,
// connects all positions and the condition z by two fully connected layers, and doubles the
// sides again. At each size the maps of both halves are joined.
func (s Inpainting) generator(image data.Field) *nn.Network {
	sizes, maps := s.sizes(image)
	resize := nn.Window{Kernel: 4, Stride: 2, Pad: 1}
	weights, last, activation := nn.FanInNormal(math.Sqrt2), nn.FanInNormal(1), nn.LeakyReLU(.2)
	smallest, channels := sizes[len(maps)], maps[len(maps)-1]
	inner := nn.Join(nn.Sequence(), nn.Sequence( // of the smallest maps
		nn.Linear(s.Hidden, weights, nn.Zeros), activation, nn.Concat(nn.Vector("z", s.Latent)),
		nn.Linear(s.Hidden, weights, nn.Zeros), activation,
		nn.Linear(channels*smallest[0]*smallest[1], weights, nn.Zeros), nn.Reshape(channels, smallest[0], smallest[1]), activation))
	for i := len(maps) - 1; i > 0; i-- {
		inner = nn.Join(nn.Sequence(), nn.Sequence(
			nn.Conv(maps[i], resize, weights, nn.Zeros), activation, inner,
			nn.ConvTranspose(maps[i-1], resize, weights, nn.Zeros), activation))
	}
	return nn.New("G", []int{image.Shape[0] + 1, image.Shape[1], image.Shape[2]}, padTo(sizes[0][0], sizes[0][1]),
		nn.Conv(maps[0], resize, weights, nn.Zeros), activation, inner,
		nn.ConvTranspose(image.Shape[0], resize, last, nn.Zeros), nn.Tanh, cutTo(image.Shape[1], image.Shape[2]))
}

// discriminator returns D, which reads an image and its mask as channels.
func (s Inpainting) discriminator(image data.Field) *nn.Network {
	sizes, maps := s.sizes(image)
	layers := []nn.Layer{padTo(sizes[0][0], sizes[0][1])}
	for _, channels := range maps {
		layers = append(layers, nn.Conv(channels, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.FanInNormal(math.Sqrt2), nn.Zeros), nn.LeakyReLU(.2))
	}
	return nn.New("D", []int{image.Shape[0] + 1, image.Shape[1], image.Shape[2]}, append(layers, nn.Linear(1, nn.FanInNormal(1), nn.Zeros))...)
}

// sizes returns the sides of the padded image and of the maps of each size, and the
// channels of the maps. The least side of the smallest is 4 to 7.
func (s Inpainting) sizes(image data.Field) (sides [][2]int, channels []int) {
	times := int(math.Log2(float64(slices.Min(image.Shape[1:])) / leastSide))
	padded := func(side int) int { return (side + 1<<times - 1) >> times << times }
	height, width := padded(image.Shape[1]), padded(image.Shape[2])
	for i := range times + 1 {
		sides = append(sides, [2]int{height >> i, width >> i})
		if i < times {
			channels = append(channels, min(s.Width<<i, max(s.MostWidth, s.Width)))
		}
	}
	return sides, channels
}
