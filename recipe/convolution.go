package recipe

import (
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// leastSide is the least side of the feature maps that convolutional networks halve images
// to.
const leastSide = 4

// halvings returns how often the sides of an image can be halved, and the sides after
// that. A side is not halved if it is odd, or if half of it is less than leastSide.
func halvings(image data.Field) (n int, sides []int) {
	sides = slices.Clone(image.Shape[1:])
	for !slices.ContainsFunc(sides, func(s int) bool { return s%2 != 0 || s/2 < leastSide }) {
		for i := range sides {
			sides[i] /= 2
		}
		n++
	}
	return n, sides
}

// Halved returns a Takes for recipes with networks that halve images at least the given number
// of times: both sides are multiples of 2^times, and at least 4 * 2^times. most is the
// greatest side.
func Halved(times, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		if !f.IsImage() {
			return hint.Add(otherKind("it generates images, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		}
		multiple := 1 << times
		if n, _ := halvings(f); n < times || slices.Max(f.Shape[1:]) > most {
			height, width := fitting(f.Shape[1], multiple, most), fitting(f.Shape[2], multiple, most)
			return hint.Add(fmt.Errorf("images of %dx%d: its networks make images with sides that are multiples of %d, from %d to %d",
				f.Shape[1], f.Shape[2], multiple, leastSide*multiple, most), "--set data.size=%s", sizeText(height, width))
		}
		return nil
	}
}

// fitting returns the multiple nearest to a side within the range of Halved.
func fitting(side, multiple, most int) int {
	nearest := (side + multiple/2) / multiple * multiple
	return min(max(nearest, leastSide*multiple), most)
}

func sizeText(height, width int) string {
	if height == width {
		return fmt.Sprint(height)
	}
	return fmt.Sprintf("%dx%d", height, width)
}

// halve returns the window of a convolution that halves the sides of an image, and of a
// transposed convolution that doubles them. The padding is that of PyTorch and Theano: on
// an even side, the same number of zeros before the first pixel as (kernel-1)/2.
func halve(kernel int) nn.Window {
	pad := (kernel - 1) / 2
	return nn.Window{Kernel: kernel, Stride: 2, Pad: pad, OutputPad: 2 + 2*pad - kernel}
}

// halveSame is [halve] with the padding of TensorFlow: on an even side, an odd kernel has
// one zero more after the last pixel than before the first.
func halveSame(kernel int) nn.Window { return nn.Same(2*leastSide, kernel, 2) }

// givenLabels tells how to give labels to examples.
func givenLabels(f data.Field) string {
	if f.IsImage() {
		return "put the pictures of each class in a folder, or the images and their labels in an npz file, as arrays x and y"
	}
	return "put the " + plural(f) + " and their labels in an npz file, as arrays x and y"
}

// labelOf returns the class condition of examples. setting is auto, yes or no; auto
// means wanted if the examples have labels.
func labelOf(examples Examples, setting string, wanted bool) ([]Condition, error) {
	label, ok := examples.Field(data.ClassField)
	switch {
	case setting == "yes" && !ok:
		return nil, hint.Add(fmt.Errorf("conditional = yes, and dataset %s has no labels", examples.Name), "--set conditional=no, or %s", givenLabels(examples.First()))
	case setting == "yes" || setting == "auto" && wanted && ok:
		return []Condition{{Field: label}}, nil
	}
	return nil, nil
}

// referenceBatch returns initial values for the reference batch of virtual batch
// normalisation in D: n training examples. There are none when a trained system is
// opened; then D is not used.
func referenceBatch(examples Examples, n int, scale data.Scale) (nn.Initializer, error) {
	if examples.Training == nil {
		return nn.Zeros, nil
	}
	batches, err := data.NewBatches(examples.Training, n, 0)
	if err != nil {
		return nil, fmt.Errorf("the reference batch: %w", err)
	}
	values := make([]float32, n*examples.First().Size())
	if err := batches.Next(data.Destination{Field: examples.First().Name, Floats: values, Scale: scale}); err != nil {
		return nil, fmt.Errorf("the reference batch: %w", err)
	}
	exact := make([]float64, len(values))
	for i, v := range values {
		exact[i] = float64(v)
	}
	return nn.Values(exact), nil
}

// sides returns a Takes for images with sides in a range.
func sides(least, most int) func(data.Info) error {
	return func(info data.Info) error {
		f := info.First()
		switch {
		case !f.IsImage():
			return hint.Add(otherKind("it generates images, and the data are %s", plural(f)), "gander recipes lists those for %s", plural(f))
		case slices.Min(f.Shape[1:]) < least || slices.Max(f.Shape[1:]) > most:
			clamp := func(side int) int { return min(max(side, least), most) }
			return hint.Add(fmt.Errorf("images of %dx%d: it makes images with sides from %d to %d", f.Shape[1], f.Shape[2], least, most),
				"--set data.size=%s", sizeText(clamp(f.Shape[1]), clamp(f.Shape[2])))
		}
		return nil
	}
}

// bottleneck is the residual block of R3GAN (Huang et al. 2024, section 3): a 1x1
// convolution to twice the channels, a 3x3 convolution in the given number of groups, and
// a 1x1 convolution. The last one is 0 at first, so that a block begins as the identity.
// depth is the number of blocks of the network.
func bottleneck(channels, groups, depth int) nn.Layer {
	const slope = .2
	point := nn.Window{Kernel: 1, Stride: 1}
	grouped := nn.Window{Kernel: 3, Stride: 1, Pad: 1, Groups: groups}
	weights := nn.FanInNormal(math.Sqrt(2/(1+slope*slope)) * math.Pow(float64(depth), -1./4)) // the power is -1 / 2(layers-1)
	return nn.Residual(nn.Sequence(
		nn.Conv(2*channels, point, weights, nn.Zeros), nn.LeakyReLU(slope),
		nn.Conv(2*channels, grouped, weights, nn.Zeros), nn.LeakyReLU(slope),
		nn.Conv(channels, point, nn.Zeros, nil)), nil)
}

// meanOfUnits returns the sum over the units of each example, divided by the root of
// their number: [batch, units] to [batch, 1].
func meanOfUnits(x *tensor.Tensor) *tensor.Tensor {
	return x.Sum(1).Scale(1/math.Sqrt(float64(x.Dim(1)))).Reshape(-1, 1)
}

// padTo adds zeros below and to the right of images, and on the same sides of volumes.
func padTo(sides ...int) nn.Layer {
	return nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
		for i, side := range sides {
			if have := x.Dim(2 + i); have < side {
				zeros := slices.Clone(x.Shape())
				zeros[2+i] = side - have
				x = tensor.Concatenate(2+i, x, tensor.Zeros(x.DType(), zeros...))
			}
		}
		return x
	})
}

// cutTo removes what [padTo] adds.
func cutTo(sides ...int) nn.Layer {
	return nn.Each(func(x *tensor.Tensor) *tensor.Tensor {
		for i, side := range sides {
			x = x.Slice1(2+i, 0, side)
		}
		return x
	})
}
