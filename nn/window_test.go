package nn_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// TestAlignmentOfPadding uses a kernel of 5 elements where only the first is not 0.
// The output shows where the windows begin: at -1, 1, 3, ... with TensorFlow's padding
// SAME, at -2, 0, 2, ... with padding 2 of PyTorch.
func TestAlignmentOfPadding(t *testing.T) {
	first := nn.Values([]float64{1, 0, 0, 0, 0})
	x := &tensor.Array{DType: tensor.Float64, Shape: []int{1, 1, 8}, Data: []float64{1, 2, 3, 4, 5, 6, 7, 8}}
	same := applied(t, nn.Conv(1, nn.Same(8, 5, 2), first, nil), x)
	wantNear(t, "SAME", same.Data, []float64{0, 2, 4, 6}, 0)
	torch := applied(t, nn.Conv(1, nn.Window{Kernel: 5, Stride: 2, Pad: 2}, first, nil), x)
	wantNear(t, "PyTorch", torch.Data, []float64{0, 1, 3, 5}, 0)
}

func TestShapesOfWindows(t *testing.T) {
	conv := func(w nn.Window) nn.Layer { return nn.Conv(4, w, nn.He, nil) }
	back := func(w nn.Window) nn.Layer { return nn.ConvTranspose(4, w, nn.He, nil) }
	for name, c := range map[string]struct {
		layer    nn.Layer
		in, want int
	}{
		"SAME of 7 by 2 is 4":                {conv(nn.Same(7, 5, 2)), 7, 4},
		"SAME of 28 by 2 is 14":              {conv(nn.Same(28, 5, 2)), 28, 14},
		"SAME with stride 1 keeps the size":  {conv(nn.Same(9, 4, 1)), 9, 9},
		"SAME with a stride over the kernel": {conv(nn.Same(28, 1, 2)), 28, 14},
		"back from 4 to 7":                   {back(nn.Same(7, 5, 2)), 4, 7},
		"back from 14 to 28":                 {back(nn.Same(28, 5, 2)), 14, 28},
		"back with a stride over the kernel": {back(nn.Same(28, 1, 2)), 14, 28},
		"5, 2, 2 wants output padding 1":     {back(nn.Window{Kernel: 5, Stride: 2, Pad: 2, OutputPad: 1}), 14, 28},
		"dilation":                           {conv(nn.Window{Kernel: 3, Stride: 1, Dilation: 3}), 10, 4},
		"32 by 8 with 4 is 33":               {conv(nn.Window{Kernel: 8, Stride: 1, Pad: 4}), 32, 33},
	} {
		n := nn.New("N", []int{2, c.in}, c.layer)
		if !slices.Equal(n.Out, []int{4, c.want}) {
			t.Errorf("%s: the output has shape %v, want [4 %d]", name, n.Out, c.want)
		}
	}
	n := nn.New("N", []int{6, 8, 8}, nn.Conv(4, nn.Window{Kernel: 3, Stride: 1, Groups: 2}, nn.He, nil))
	if got := n.Params[0].Value.Shape(); !slices.Equal(got, []int{4, 3, 3, 3}) {
		t.Errorf("the kernel of 2 groups has shape %v, want [4 3 3 3]", got)
	}
}

// TestTransposedIsTheAdjoint checks <conv(x), y> = <x, transposed(y)>, with
// TensorFlow's padding and with dilation.
func TestTransposedIsTheAdjoint(t *testing.T) {
	const size = 9
	for _, w := range []nn.Window{nn.Same(size, 4, 2), {Kernel: 3, Stride: 1, Pad: 1, PadMore: 1, Dilation: 2}} {
		kernel := nn.Values([]float64{.3, -.4, .9, 1.1}[:w.Kernel])
		forth := nn.NewOf(tensor.Float64, "N", []int{1, size}, nn.Conv(1, w, kernel, nil))
		back := nn.NewOf(tensor.Float64, "N", forth.Out, nn.ConvTranspose(1, w, kernel, nil))
		if !slices.Equal(back.Out, []int{1, size}) {
			t.Fatalf("%+v: from %v back to %v, want [1 %d]", w, forth.Out, back.Out, size)
		}
		x, y := counting(1, 1, size), counting(1, 1, forth.Out[1])
		for i := range y.Data {
			y.Data[i] = 1 / (1 + y.Data[i])
		}
		a := evaluate(t, values(forth), forth.Apply(context(), tensor.Const(x)).Mul(tensor.Const(y)).Sum())[0]
		b := evaluate(t, values(back), back.Apply(context(), tensor.Const(y)).Mul(tensor.Const(x)).Sum())[0]
		wantNear(t, "inner product", a.Data, b.Data, 1e-12)
	}
}

func TestTransposedConvDoublesTheSize(t *testing.T) {
	up := nn.New("G", []int{8, 4, 4}, nn.ConvTranspose(3, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.He, nil))
	if got := up.Out; got[0] != 3 || got[1] != 8 || got[2] != 8 {
		t.Errorf("4x4 becomes %v, want [3 8 8]", got)
	}
	if up.Size() != 8*3*4*4 {
		t.Errorf("%d parameters, want %d", up.Size(), 8*3*4*4)
	}
}
