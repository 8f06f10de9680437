package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A strided describes the networks of the recipes images and volumes: one strided
// convolution for each halving, no normalisation, and no layer on feature maps of the full
// size except the first of D and the last of G. The smallest side of the smallest maps is
// 4 to 8. Examples with other sides than a multiple of 2^n are padded for D, and cut from
// larger ones for G.
//
// G has no function after its last layer, such as tanh: most voxels of a volume are empty,
// and where such a function is near its bound, it hardly passes gradients.
type strided struct {
	latent int   // dimensions of z
	width  int   // channels of the largest maps, doubled at each halving
	most   int   // greatest number of channels
	blocks int   // residual blocks for each size of maps
	seen   []int // the shape of what D reads: an example, or a pack
}

// networks returns G and D for images or volumes.
func (s strided) networks(example data.Field, given []Condition) (G, D *nn.Network) {
	channels, sides := example.Shape[0], example.Shape[1:]
	times, padded := paddedHalvings(sides)
	weights, last := nn.FanInNormal(math.Sqrt2), nn.FanInNormal(1)
	resize, activation := halve(4), nn.LeakyReLU(.2)
	smallest := []int{s.channels(times - 1)} // the shape of the maps
	for _, side := range padded {
		smallest = append(smallest, side>>times)
	}
	units := tensor.Size(smallest)
	first := nn.Sequence(nn.Linear(units, last, nn.Zeros), nn.Reshape(smallest...), activation)
	score := nn.Linear(1, last, nn.Zeros)
	if len(given) > 0 {
		class := given[0].Field
		first = nn.Sequence(nn.Concat(nn.Class(class.Name), nn.OneHot(class.Classes)), first)
		score = projection(score, class, units, last, meanOfUnits)
	}

	layersG, layersD := []nn.Layer{first}, []nn.Layer{padTo(padded...)}
	for i := range times {
		c, mirrored := s.channels(i), s.channels(times-1-i)
		layersD = append(layersD, nn.Conv(c, resize, weights, nn.Zeros), activation)
		for range s.blocks {
			layersD = append(layersD, bottleneck(c, groupsOf16(c), s.blocks*times))
			layersG = append(layersG, bottleneck(mirrored, groupsOf16(mirrored), s.blocks*times))
		}
		if i < times-1 {
			layersG = append(layersG, nn.ConvTranspose(s.channels(times-2-i), resize, weights, nn.Zeros), activation)
		}
	}
	layersG = append(layersG, nn.ConvTranspose(channels, resize, last, nn.Zeros), cutTo(sides...))
	layersD = append(layersD, nn.Reshape(units), score)
	return nn.New("G", []int{s.latent}, layersG...), nn.New("D", s.seen, layersD...)
}

// channels returns the number of channels after the given number of halvings, less 1.
func (s strided) channels(halvings int) int { return min(s.width<<halvings, max(s.most, s.width)) }

// groupsOf16 returns the number of groups of 16 channels in a [bottleneck], which has twice
// the given number of channels. If 16 does not divide it, there is one group.
func groupsOf16(channels int) int {
	if channels%8 != 0 {
		return 1
	}
	return channels / 8
}
