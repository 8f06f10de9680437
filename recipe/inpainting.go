package recipe

import (
	"errors"
	"math"
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
// learns all conditionals p(missing pixels | observed pixels). It reads an image x with
// noise for the missing pixels, the mask m, 1 for an observed pixel and 0 for a missing one, and
// a latent z. Where m is 1 the result is x, elsewhere it is G's. The game draws the masks.
//
// D reads the result and m, and compares it with x and the same m by the relativistic
// objective. Given m and the observed pixels, x and the result are independent. So the
// optimum is p(missing | observed) for every mask. There is no squared error, which would
// make G predict the mean.
//
// Each image has a single x for its observed pixels. So D cannot see whether G makes one
// completion or many, and G soon makes one. D therefore also reads other completions of the
// same image by G. If they are more alike than x and a completion are, it knows which is
// made. This is the conditional discriminator of Adler and Öktem 2018 (Deep Bayesian
// Inversion, arXiv 1811.05910). Their D reads both orders; here the other completions always
// come after x, and are constants for G.
//
// MisGAN (Li et al. 2019) has the same imputer, of m x + (1-m) noise. But its critic does not
// read m, it learns from incomplete images, which takes two more generators and critics, and
// a critic makes five updates for one of G. Here training images are complete, and the
// objective and the penalties are those of R3GAN: a run takes minutes on a processor.
type Inpainting struct {
	Masks        []string `toml:"masks" oneof:"halves centre border blocks pixels" doc:"kinds of masks, each as often as the others: a half of the image is missing; the centre; all but the centre; a random rectangle, or all but it; independent pixels"`
	Batch        int      `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int      `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Noise        float64  `toml:"noise" min:"0" doc:"standard deviation of the noise in place of missing pixels, which are from -1 to 1"`
	Others       int      `toml:"others" min:"0" max:"8" doc:"other completions of the same image that D reads"`
	Hidden       int      `toml:"hidden" min:"1" doc:"units of the fully connected layers"`
	Width        int      `toml:"width" min:"1" max:"65536" doc:"channels of the largest feature maps, doubled at each halving"`
	MostWidth    int      `toml:"most_width" min:"1" max:"65536" doc:"greatest number of channels"`
	Simultaneous bool     `toml:"simultaneous" doc:"both players move from one forward pass; otherwise D, then G"`
	LearningRate float64  `toml:"learning_rate" min:"0" doc:"of both players' Adam for images of up to 32x32 pixels; for larger ones it is divided by their side, in units of 32"`
	Beta2        float64  `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam; beta1 is 0"`
	Gamma        float64  `toml:"gamma" min:"0" doc:"strength of the gradient penalties R1 and R2 for images of 32x32 pixels; it grows with the number of pixels"`
	AverageKimg  float64  `toml:"average_kimg" min:"0" doc:"half-life of the moving average of G that samples are drawn from, in thousands of images; 0: none"`
}

func init() {
	Register(Recipe{
		Name:   "inpainting",
		Title:  "completes images under any mask: G draws the missing pixels, given the observed ones",
		Source: "the imputer of Li et al. 2019, MisGAN (arXiv 1902.09599), the discriminator of Adler and Öktem 2018 (arXiv 1811.05910) and the objective of Huang et al. 2024, R3GAN (arXiv 2501.05441); masks as of Ivanov et al. 2019, VAEAC (arXiv 1806.02382)",
		Data:   "mnist", Takes: sides(leastImage, mostImage),
		Kimg: 500, TickKimg: 20, Grid: 64,
	}, Inpainting{
		Masks: maskKinds, Batch: 32, Latent: 64, Noise: .1, Others: 1, Hidden: 512, Width: 16, MostWidth: 256, Simultaneous: true,
		LearningRate: 1e-3, Beta2: .99, Gamma: 1, AverageKimg: 10,
	}, Inpainting.build)
}

func (s Inpainting) build(images Examples) (*System, error) {
	if len(s.Masks) == 0 {
		return nil, hint.Add(errors.New("masks is empty"), "name one or more of %s", strings.Join(maskKinds, ", "))
	}
	image, scale := images.First(), data.Scale{Lo: -1, Hi: 1}
	h, w := image.Shape[1], image.Shape[2]
	given := []Condition{{Field: image, Scale: scale}, {
		Field: data.Field{Name: maskField, Kind: data.Pixels, Shape: []int{1, h, w}}, Scale: data.Scale{Lo: 0, Hi: 1},
		Named: namedMasks(h, w),
		Draw:  func(c *nn.Context, n int) *tensor.Tensor { return drawMasks(c, s.Masks, n, h, w) },
	}}
	latents := []Latent{Normal("z", s.Latent), {Name: "noise", Draw: func(c *nn.Context, n int) *tensor.Tensor {
		return c.Normal(append([]int{n}, image.Shape...)...).Scale(s.Noise)
	}}}
	G, D := s.generator(image), s.discriminator(image)
	rules := s.game(G, D, image, latents)
	return &System{
		Game: rules, Sources: fromRoles(rules, roleInput{Main, feed.Input{Name: data.ExampleField, Scale: scale}}),
		Outputs: []Output{{
			Name: "G", Networks: []*nn.Network{G}, Latents: latents, Given: given, Makes: image, Scale: scale,
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
				return complete(c, G, in[data.ExampleField], in[maskField], in["z"], in["noise"])
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

// complete returns images x with their missing pixels made by G.
func complete(c *nn.Context, G *nn.Network, x, m, z, noise *tensor.Tensor) *tensor.Tensor {
	return fill(x, m, G.Apply(c.With("z", z), tensor.Concatenate(1, fill(x, m, noise), m)))
}

// game returns the game of the two networks.
func (s Inpainting) game(G, D *nn.Network, image data.Field, latents []Latent) *game.Game {
	area := float64(image.Shape[1]*image.Shape[2]) / (32 * 32)
	rate := optim.Constant(s.LearningRate / math.Sqrt(max(area, 1)))
	adam := optim.Adam{LearningRate: rate, Beta1: 0, Beta2: s.Beta2, Epsilon: 1e-8}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: adam, Average: averageOf(s.AverageKimg, s.Batch)}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: adam}
	zeroCentred := objective.R1{Gamma: s.Gamma * area}
	return &game.Game{
		Players: []*game.Player{g, d}, Round: roundOf(s.Simultaneous, 1)(d, g), Batch: s.Batch,
		Inputs: []game.Input{{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{s.Batch}, image.Shape...)}},
		Play: func(t *game.Trace) game.Losses {
			c, x := t.Context, t.Data(data.ExampleField)
			m := drawMasks(c, s.Masks, s.Batch, image.Shape[1], image.Shape[2])
			made := func() *tensor.Tensor {
				return complete(c, G, x, m, latents[0].Draw(c, s.Batch), latents[1].Draw(c, s.Batch))
			}
			one, beside := made(), []*tensor.Tensor{m}
			for range s.Others {
				beside = append(beside, made().StopGradient())
			}
			score := func(x *tensor.Tensor) *tensor.Tensor {
				return D.Apply(c, tensor.Concatenate(1, append([]*tensor.Tensor{x}, beside...)...))
			}
			real, fake := score(x), score(one)
			t.Record(d, "D(x) > D(G)", below(fake.Sub(real), 0).Mean())
			penalty := zeroCentred.At(real, x).Add(zeroCentred.At(fake, one))
			var goal objective.Relativistic
			return game.Losses{"D": goal.Discriminator(real, fake).Add(penalty), "G": goal.Generator(real, fake)}
		},
	}
}

// generator returns G. It reads an image and its mask as channels, halves their sides,
// connects all positions and the condition z by two fully connected layers, and doubles the
// sides again. At each size the maps of both halves are joined.
func (s Inpainting) generator(image data.Field) *nn.Network {
	sizes, maps := s.sizes(image)
	resize := halve(4)
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
		nn.ConvTranspose(image.Shape[0], resize, last, nn.Zeros), cutTo(image.Shape[1], image.Shape[2]))
}

// discriminator returns D, which reads an image, its mask and other completions as channels.
func (s Inpainting) discriminator(image data.Field) *nn.Network {
	sizes, maps := s.sizes(image)
	layers := []nn.Layer{padTo(sizes[0][0], sizes[0][1])}
	for _, channels := range maps {
		layers = append(layers, nn.Conv(channels, halve(4), nn.FanInNormal(math.Sqrt2), nn.Zeros), nn.LeakyReLU(.2))
	}
	layers = append(layers, nn.Linear(s.Hidden, nn.FanInNormal(math.Sqrt2), nn.Zeros), nn.LeakyReLU(.2), nn.Linear(1, nn.FanInNormal(1), nn.Zeros))
	return nn.New("D", []int{image.Shape[0]*(1+s.Others) + 1, image.Shape[1], image.Shape[2]}, layers...)
}

// sizes returns the sides of the padded image and of the maps of each size, and the
// channels of the maps. The least side of the smallest is 4 to 8.
func (s Inpainting) sizes(image data.Field) (sides [][2]int, channels []int) {
	times, padded := paddedHalvings(image.Shape[1:])
	for i := range times + 1 {
		sides = append(sides, [2]int{padded[0] >> i, padded[1] >> i})
		if i < times {
			channels = append(channels, min(s.Width<<i, max(s.MostWidth, s.Width)))
		}
	}
	return sides, channels
}
