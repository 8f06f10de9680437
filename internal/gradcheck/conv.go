package gradcheck

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/tensor"
)

// ConvCase returns a case of a convolution of x [batch, in, spatial...] with k
// [out, in/groups, spatial...], differentiated by both.
func ConvCase(name string, x, k []int, attr tensor.ConvAttr) Case {
	d := drawn(name)
	return of2(name, d.normal(x...), d.normal(k...), func(x, k *tensor.Tensor) *tensor.Tensor {
		return x.Conv(k, attr).Sin()
	})
}

// convCases are convolutions in one dimension with every kernel size from 1 to
// 5, every stride from 1 to 3 and every dilation of input and kernel from 1 to
// 3; groups and padding vary. In two and three dimensions they have the forms
// that networks use, and forms with different values for each axis.
func convCases() []Case {
	var cases []Case
	pads := [][2]int{{0, 0}, {1, 1}, {2, 0}, {0, 1}, {-1, 2}, {3, -1}, {-1, -1}}
	n := 0
	for kernel := 1; kernel <= 5; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			for inputDilation := 1; inputDilation <= 3; inputDilation++ {
				for kernelDilation := 1; kernelDilation <= 3; kernelDilation++ {
					pad, groups := pads[n%len(pads)], 1+n%3
					n++
					extent := (5-1)*inputDilation + 1 + pad[0] + pad[1]
					if missing := (kernel-1)*kernelDilation + 1 - extent; missing > 0 {
						pad[n%2] += missing + n%3
					}
					cases = append(cases, conv1(5, kernel, groups, tensor.ConvAttr{
						Strides: []int{stride}, PadLow: []int{pad[0]}, PadHigh: []int{pad[1]},
						InputDilation: []int{inputDilation}, KernelDilation: []int{kernelDilation}, Groups: groups,
					}))
				}
			}
		}
	}
	return slices.Concat(cases, conv2Cases(), conv3Cases(), convWindowCases())
}

func conv1(extent, kernel, groups int, attr tensor.ConvAttr) Case {
	name := fmt.Sprintf("conv1d/kernel %d stride %d input dilation %d kernel dilation %d pad %d %d groups %d",
		kernel, attr.Strides[0], attr.InputDilation[0], attr.KernelDilation[0], attr.PadLow[0], attr.PadHigh[0], groups)
	in := 1 + kernel%2 // channels of a group
	return ConvCase(name, []int{2, in * groups, extent}, []int{2 * groups, in, kernel}, attr)
}

// convWindowCases have windows that are wholly or partly outside the input, and
// strides that leave a remainder.
func convWindowCases() []Case {
	var cases []Case
	for _, c := range []struct{ extent, kernel, stride, low, high int }{
		{5, 2, 3, 0, 0}, // the last two elements are in no window
		{5, 1, 3, 0, 0}, // elements between windows are in no window
		{2, 2, 1, 4, 3}, // most windows contain only padding
		{1, 3, 2, 4, 5},
		{6, 2, 2, -2, -2}, // one window remains
		{1, 1, 1, 0, 0},
	} {
		attr := tensor.Plain(1)
		attr.Strides[0], attr.PadLow[0], attr.PadHigh[0] = c.stride, c.low, c.high
		name := fmt.Sprintf("conv1d/windows of %d on %d stride %d pad %d %d", c.kernel, c.extent, c.stride, c.low, c.high)
		cases = append(cases, ConvCase(name, []int{1, 2, c.extent}, []int{2, 2, c.kernel}, attr))
	}
	return cases
}

func conv2Cases() []Case {
	var cases []Case
	add := func(name string, in, out, groups int, image, kernel [2]int, attr tensor.ConvAttr) {
		attr.Groups = groups
		cases = append(cases, ConvCase("conv2d/"+name,
			[]int{2, in, image[0], image[1]}, []int{out, in / groups, kernel[0], kernel[1]}, attr))
	}
	square := func(stride, pad int) tensor.ConvAttr {
		attr := tensor.Plain(2)
		attr.Strides = []int{stride, stride}
		attr.PadLow, attr.PadHigh = []int{pad, pad}, []int{pad, pad}
		return attr
	}
	for kernel := 1; kernel <= 5; kernel++ {
		pad := (kernel - 1) / 2
		for stride := 1; stride <= 2; stride++ {
			add(fmt.Sprintf("%dx%d stride %d", kernel, kernel, stride), 1, 2, 1,
				[2]int{4, 5}, [2]int{kernel, kernel}, square(stride, pad))
		}
	}
	add("4x4 stride 2 pad 1 of DCGAN", 2, 3, 1, [2]int{4, 4}, [2]int{4, 4}, square(2, 1))
	add("depthwise", 3, 3, 3, [2]int{3, 3}, [2]int{3, 3}, square(1, 1))
	add("depthwise with two outputs each", 2, 4, 2, [2]int{4, 4}, [2]int{2, 2}, square(2, 0))
	add("two groups", 4, 2, 2, [2]int{3, 4}, [2]int{2, 3}, square(1, 1))
	add("every axis differs", 2, 2, 1, [2]int{4, 3}, [2]int{2, 3}, tensor.ConvAttr{
		Strides: []int{3, 1}, PadLow: []int{2, -1}, PadHigh: []int{-1, 3},
		InputDilation: []int{2, 1}, KernelDilation: []int{1, 2},
	})
	add("every axis differs, in groups", 4, 4, 2, [2]int{3, 4}, [2]int{3, 2}, tensor.ConvAttr{
		Strides: []int{1, 2}, PadLow: []int{0, 3}, PadHigh: []int{2, -2},
		InputDilation: []int{1, 3}, KernelDilation: []int{2, 3},
	})
	return cases
}

func conv3Cases() []Case {
	cube := tensor.Plain(3)
	strided := tensor.ConvAttr{
		Strides: []int{2, 2, 2}, PadLow: []int{1, 1, 1}, PadHigh: []int{1, 1, 1},
		InputDilation: []int{1, 1, 1}, KernelDilation: []int{1, 1, 1}, Groups: 1,
	}
	mixed := tensor.ConvAttr{
		Strides: []int{1, 2, 1}, PadLow: []int{0, 1, -1}, PadHigh: []int{1, 0, 2},
		InputDilation: []int{1, 1, 2}, KernelDilation: []int{2, 1, 1}, Groups: 2,
	}
	return []Case{
		ConvCase("conv3d/2x2x2", []int{1, 2, 3, 2, 3}, []int{2, 2, 2, 2, 2}, cube),
		ConvCase("conv3d/4x4x4 stride 2 pad 1 of 3D-GAN", []int{1, 1, 4, 4, 4}, []int{2, 1, 4, 4, 4}, strided),
		ConvCase("conv3d/every axis differs, in groups", []int{2, 2, 3, 3, 2}, []int{2, 1, 2, 3, 2}, mixed),
	}
}

// convTransposeCases are transposed convolutions. extra selects the size of the
// result where the stride leaves several possible sizes.
func convTransposeCases() []Case {
	var cases []Case
	add := func(name string, x, k, strides, pad, dilation, extra []int, groups int) {
		name = fmt.Sprintf("conv-transpose/%s stride %v pad %v dilation %v extra %v groups %d", name, strides, pad, dilation, extra, groups)
		d := drawn(name)
		attr := tensor.Plain(len(strides))
		attr.Strides, attr.PadLow, attr.PadHigh, attr.KernelDilation, attr.Groups = strides, pad, pad, dilation, groups
		cases = append(cases, of2(name, d.normal(x...), d.normal(k...), func(x, k *tensor.Tensor) *tensor.Tensor {
			return x.ConvTranspose(k, attr, extra).Sin()
		}))
	}
	for kernel := 1; kernel <= 5; kernel++ {
		for stride := 1; stride <= 3; stride++ {
			add(fmt.Sprintf("kernel %d", kernel), []int{2, 2, 3}, []int{2, 1, kernel},
				[]int{stride}, []int{(kernel - 1) / 2}, []int{1}, []int{stride - 1}, 1)
		}
	}
	add("dilated", []int{1, 2, 4}, []int{2, 2, 3}, []int{2}, []int{1}, []int{2}, []int{1}, 1)
	add("groups", []int{2, 4, 3}, []int{4, 1, 4}, []int{2}, []int{1}, []int{1}, []int{0}, 2)
	add("4x4 of DCGAN", []int{2, 2, 2, 3}, []int{2, 2, 4, 4}, []int{2, 2}, []int{1, 1}, []int{1, 1}, []int{0, 0}, 1)
	add("5x5", []int{1, 1, 3, 2}, []int{1, 2, 5, 5}, []int{2, 3}, []int{2, 1}, []int{1, 1}, []int{1, 2}, 1)
	add("4x4x4 of 3D-GAN", []int{1, 2, 1, 2, 1}, []int{2, 1, 4, 4, 4}, []int{2, 2, 2}, []int{1, 1, 1}, []int{1, 1, 1}, []int{0, 0, 0}, 1)
	return cases
}
