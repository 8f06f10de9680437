package recipe

import (
	"math/bits"

	"github.com/gander-ml/gander/nn"
)

// conv returns a convolution. If norm is true, batch normalisation follows instead of a bias.
func (s StackGAN) conv(channels int, w nn.Window, norm bool) nn.Layer {
	weights := nn.Normal(s.Weights)
	if !norm {
		return nn.Conv(channels, w, weights, nn.Zeros)
	}
	return nn.Sequence(nn.Conv(channels, w, weights, nil), s.norm())
}

func (s StackGAN) norm() nn.Layer {
	return batchNormAround1(s.Weights)
}

// The windows of the convolutions.
var (
	stackPoint = nn.Window{Kernel: 1, Stride: 1}
	stackSame  = nn.Window{Kernel: 3, Stride: 1, Pad: 1}
	stackHalve = nn.Window{Kernel: 4, Stride: 2, Pad: 1}
)

// bottleneck returns a residual block of channels, with the given number of channels inside.
func (s StackGAN) bottleneck(channels, inside int, act nn.Layer) nn.Layer {
	inside = max(inside, 1)
	return nn.Residual(nn.Sequence(
		s.conv(inside, stackPoint, true), act, s.conv(inside, stackSame, true), act, s.conv(channels, stackSame, true)), nil)
}

// generator1 returns the layers of stage I's G. Its input is [c, z].
func (s StackGAN) generator1(channels, side int) []nn.Layer {
	times := bits.Len(uint(side)) - 3 // doublings of 4
	width := s.WidthG << (times - 1)
	layers := []nn.Layer{nn.Linear(width*4*4, nn.Normal(s.Weights), nil), s.norm(), nn.Reshape(width, 4, 4)}
	if s.Form == "tensorflow" {
		layers = append(layers, s.bottleneck(width, width/4, nn.ReLU))
	}
	layers = append(layers, nn.ReLU)
	for i := range times {
		width /= 2
		layers = append(layers, nn.UpsampleNearest(2))
		if s.Form == "tensorflow" && i == times-1 {
			break // the last convolution makes the image
		}
		layers = append(layers, s.conv(width, stackSame, true))
		if s.Form == "tensorflow" && i == 0 {
			layers = append(layers, s.bottleneck(width, width/4, nn.ReLU))
		}
		layers = append(layers, nn.ReLU)
	}
	return append(layers, s.conv(channels, stackSame, false), nn.Tanh)
}

// generator2 returns the layers of stage II's G. Its input is the image of stage I. It reads c,
// the condition.
func (s StackGAN) generator2(channels, side, small int) []nn.Layer {
	width := 4 * s.WidthG2
	layers := []nn.Layer{
		s.conv(s.WidthG2, stackSame, false), nn.ReLU,
		s.conv(2*s.WidthG2, stackHalve, true), nn.ReLU,
		s.conv(width, stackHalve, true), nn.ReLU,
		nn.Concat(nn.Vector("c", s.Condition)),
		s.conv(width, stackSame, true), nn.ReLU,
	}
	for range s.Blocks {
		layers = append(layers, nn.Residual(nn.Sequence(s.conv(width, stackSame, true), nn.ReLU, s.conv(width, stackSame, true)), nil), nn.ReLU)
	}
	for at := small / 4; at < side; at *= 2 {
		width = max(width/2, s.WidthG2/4)
		layers = append(layers, nn.UpsampleNearest(2), s.conv(width, stackSame, true), nn.ReLU)
	}
	return append(layers, s.conv(channels, stackSame, false), nn.Tanh)
}

// discriminator returns the layers of a D. It reads its condition late, where the maps have
// 4x4 positions.
func (s StackGAN) discriminator(width, side, text int) []nn.Layer {
	act := nn.LeakyReLU(s.Slope)
	times := bits.Len(uint(side)) - 3 // halvings to 4
	last := width << min(times-1, 3)  // channels that judge image and text
	layers := []nn.Layer{s.conv(width, stackHalve, false), act}
	add := func(channels int, w nn.Window) {
		layers = append(layers, s.conv(channels, w, true), act)
	}
	for i := 1; i < times; i++ {
		add(width<<i, stackHalve)
	}
	judge := stackPoint
	if s.Form == "pytorch" {
		judge = stackSame
	}
	for i := times - 2; i >= 3; i-- {
		add(width<<i, judge)
	}
	given := nn.Concat(nn.Vector("c", s.Condition))
	if s.Form == "tensorflow" {
		if times > 1 {
			layers = layers[:len(layers)-1] // the activation follows the residual block
			layers = append(layers, s.bottleneck(last, last/4, act), act)
		}
		given = nn.Concat(nn.Vector("t", text), nn.Linear(s.Projection, nn.GlorotUniform(1), nn.Zeros), act)
	}
	layers = append(layers, given)
	add(last, judge)
	return append(layers, s.conv(1, nn.Window{Kernel: 4, Stride: 4}, false), nn.Reshape(1))
}
