package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A convolution is a random configuration.
type convolution struct {
	x, k []int
	attr tensor.ConvAttr
}

// drawConvolution draws a valid configuration of small shape: 1 to 3 spatial
// dimensions, kernels up to 5, strides and dilations up to 3, padding from -2
// to 4.
func drawConvolution(t *rapid.T) convolution {
	d := rapid.SampledFrom([]int{1, 1, 2, 2, 3}).Draw(t, "spatial")
	most := func(rank1, more int) int {
		if d == 1 {
			return rank1
		}
		return more
	}
	number := func(lo, hi int, what string) int { return rapid.IntRange(lo, hi).Draw(t, what) }
	c := convolution{attr: tensor.ConvAttr{Groups: number(1, most(3, 2), "groups")}}
	in := number(1, 2, "in")
	c.x = []int{number(1, 2, "batch"), in * c.attr.Groups}
	c.k = []int{number(1, 2, "out") * c.attr.Groups, in}
	for range d {
		extent, kernel := number(1, most(7, 4), "extent"), number(1, most(5, 4), "kernel")
		inputDilation, kernelDilation := number(1, most(3, 2), "input dilation"), number(1, most(3, 2), "kernel dilation")
		low, high := number(-2, 4, "low"), number(-2, 4, "high")
		room := (extent-1)*inputDilation + 1 + low + high - ((kernel-1)*kernelDilation + 1)
		if room < 0 {
			high -= room
		}
		c.x, c.k = append(c.x, extent), append(c.k, kernel)
		c.attr.Strides = append(c.attr.Strides, number(1, 3, "stride"))
		c.attr.PadLow, c.attr.PadHigh = append(c.attr.PadLow, low), append(c.attr.PadHigh, high)
		c.attr.InputDilation = append(c.attr.InputDilation, inputDilation)
		c.attr.KernelDilation = append(c.attr.KernelDilation, kernelDilation)
	}
	return c
}

func TestGradientsOfRandomConvolutions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawConvolution(t)
		name := fmt.Sprintf("%v by %v, %+v", c.x, c.k, c.attr)
		if err := gradcheck.ConvCase(name, c.x, c.k, c.attr).Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestConvolutionsMatchTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawConvolution(t)
		x, k := normal("x", c.x...), normal("k", c.k...)
		found, err := tensor.Eval([]*tensor.Tensor{tensor.Const(x).Conv(tensor.Const(k), c.attr)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, want := found[0], formula(x, k, c.attr)
		if fmt.Sprint(got.Shape) != fmt.Sprint(want.Shape) {
			t.Fatalf("the shape is %v, want %v", got.Shape, want.Shape)
		}
		for i := range want.Data {
			if math.Abs(got.Data[i]-want.Data[i]) > 1e-12 {
				t.Fatalf("element %d is %g, want %g", i, got.Data[i], want.Data[i])
			}
		}
	})
}

// TestTransposedConvolutionIsTheAdjoint checks that a transposed convolution is
// the adjoint of the convolution: for all x and y, <conv(x), y> = <x,
// transposed conv(y)>.
func TestTransposedConvolutionIsTheAdjoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawConvolution(t)
		for i := range c.attr.InputDilation {
			lost := (c.x[2+i] - 1) * (c.attr.InputDilation[i] - 1)
			c.attr.InputDilation[i] = 1
			c.attr.PadHigh[i] += lost // so that the kernel fits
		}
		x, k := tensor.Const(normal("x", c.x...)), tensor.Const(normal("k", c.k...))
		y := x.Conv(k, c.attr)
		w := tensor.Const(normal("w", y.Shape()...))
		extra := make([]int, len(c.attr.Strides))
		for i, stride := range c.attr.Strides {
			room := c.x[2+i] + c.attr.PadLow[i] + c.attr.PadHigh[i] - ((c.k[2+i]-1)*c.attr.KernelDilation[i] + 1)
			extra[i] = room % stride
		}
		back := w.ConvTranspose(k, c.attr, extra)
		if fmt.Sprint(back.Shape()) != fmt.Sprint(x.Shape()) {
			t.Fatalf("the transposed convolution has shape %v, want %v", back.Shape(), x.Shape())
		}
		found, err := tensor.Eval([]*tensor.Tensor{y.Mul(w).Sum(), back.Mul(x).Sum()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := found[0].Data[0], found[1].Data[0]; math.Abs(a-b) > 1e-10 {
			t.Fatalf("<conv(x), y> = %g, <x, conv-transpose(y)> = %g", a, b)
		}
	})
}

// normal returns float64 normal numbers of the stream with the given name.
func normal(name string, shape ...int) *tensor.Array {
	s := random.New(1, name)
	a := tensor.NewArray(tensor.Float64, shape...)
	for i := range a.Data {
		a.Data[i] = s.Normal()
	}
	return a
}

// formula computes the convolution directly from its definition. It expands the
// input with its dilation and padding and the kernel with its dilation, both
// with three spatial dimensions, and computes every product, including zeros.
func formula(x, k *tensor.Array, c tensor.ConvAttr) *tensor.Array {
	d := len(c.Strides)
	strides := [3]int{1, 1, 1}
	copy(strides[3-d:], c.Strides)
	wide := write(x, c.InputDilation, c.PadLow, c.PadHigh)
	kernel := write(k, c.KernelDilation, make([]int, d), make([]int, d))
	out := [5]int{len(wide), len(kernel)}
	for i := range 3 {
		room := extents(wide)[i] - extents(kernel)[i]
		out[2+i] = room/strides[i] + 1
	}
	y := tensor.NewArray(tensor.Float64, append([]int{out[0], out[1]}, out[5-d:]...)...)
	i := 0
	for n := range out[0] {
		for o := range out[1] {
			group := o / (out[1] / c.Groups)
			for p := range out[2] {
				for q := range out[3] {
					for r := range out[4] {
						for channel, taps := range kernel[o] {
							image := wide[n][group*len(kernel[o])+channel]
							for a, plane := range taps {
								for b, row := range plane {
									for e, v := range row {
										y.Data[i] += v * image[p*strides[0]+a][q*strides[1]+b][r*strides[2]+e]
									}
								}
							}
						}
						i++
					}
				}
			}
		}
	}
	return y
}

type volume = [][][]float64 // three spatial dimensions

func extents(a [][]volume) [3]int {
	return [3]int{len(a[0][0]), len(a[0][0][0]), len(a[0][0][0][0])}
}

// write returns a [n, channels, spatial...] with zeros inserted between its
// elements and around them; negative padding removes elements.
func write(a *tensor.Array, dilation, low, high []int) [][]volume {
	d := len(dilation)
	full := func(list []int, missing int) [3]int {
		padded := [3]int{missing, missing, missing}
		copy(padded[3-d:], list)
		return padded
	}
	shape, spread, lo, hi := full(a.Shape[2:], 1), full(dilation, 1), full(low, 0), full(high, 0)
	var extent [3]int
	for i := range 3 {
		extent[i] = lo[i] + (shape[i]-1)*spread[i] + 1 + hi[i]
	}
	out := make([][]volume, a.Shape[0])
	from := 0
	for n := range out {
		out[n] = make([]volume, a.Shape[1])
		for channel := range out[n] {
			v := make(volume, extent[0])
			for p := range v {
				v[p] = make([][]float64, extent[1])
				for q := range v[p] {
					v[p][q] = make([]float64, extent[2])
				}
			}
			for p := range shape[0] {
				for q := range shape[1] {
					for r := range shape[2] {
						at := [3]int{lo[0] + p*spread[0], lo[1] + q*spread[1], lo[2] + r*spread[2]}
						if inside(at, extent) {
							v[at[0]][at[1]][at[2]] = a.Data[from]
						}
						from++
					}
				}
			}
			out[n][channel] = v
		}
	}
	return out
}

func inside(at, extent [3]int) bool {
	for i := range at {
		if at[i] < 0 || at[i] >= extent[i] {
			return false
		}
	}
	return true
}
