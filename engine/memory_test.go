package engine

import (
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// TestIndependentPartsShareMemory compiles four products of large matrices that are traced
// before any of them is read. Each can be read at once, so two large values are enough: the
// first product of a chain and the second.
func TestIndependentPartsShareMemory(t *testing.T) {
	device := NewDevice(1)
	defer device.Close()
	const side = 256
	var large, sums []*tensor.Tensor
	for _, name := range []string{"a", "b", "c", "d"} {
		x := tensor.Input(name, tensor.Float32, side, side)
		large = append(large, x.MatMul(x))
	}
	for _, y := range large {
		sums = append(sums, y.MatMul(y).Sum())
	}
	p, err := device.Compile(nil, sums)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.ArenaBytes(), 2*4*side*side+64<<10; got > want {
		t.Errorf("%d bytes, want at most %d", got, want)
	}
}
