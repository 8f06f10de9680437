package memory

import (
	"testing"
	"unsafe"

	"github.com/gander-ml/gander/tensor"
)

// TestAlignment checks that memory, and every part carved from it, begins on a
// cache line and is zero.
func TestAlignment(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1 << 20, 1<<20 + 1, 3 << 20, 5<<20 + 7} {
		m := New(tensor.Float32, n)
		if len(m.Float32()) != n {
			t.Errorf("memory of %d elements, want %d", len(m.Float32()), n)
		}
		if n > 0 && uintptr(unsafe.Pointer(&m.Bytes[0]))%Alignment != 0 {
			t.Errorf("memory of %d elements does not begin on a cache line", n)
		}
	}
	scratch := NewBytes(SizeOf[float64](3) + SizeOf[uint8](65) + SizeOf[float32](0) + SizeOf[int32](1))
	a, b := Carve[float64](&scratch, 3), Carve[uint8](&scratch, 65)
	none, c := Carve[float32](&scratch, 0), Carve[int32](&scratch, 1)
	if len(a) != 3 || len(b) != 65 || len(none) != 0 || len(c) != 1 || len(scratch) != 0 {
		t.Errorf("carved %d, %d, %d and %d elements, %d bytes are left", len(a), len(b), len(none), len(c), len(scratch))
	}
	for _, p := range []unsafe.Pointer{unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&c[0])} {
		if uintptr(p)%Alignment != 0 {
			t.Error("what is carved does not begin on a cache line")
		}
	}
}

// TestOf checks that the memory of a slice is the slice.
func TestOf(t *testing.T) {
	x, k, yes := []float32{1, 2}, []int32{3}, []bool{true, false}
	Of(x).Float32()[1] = 5
	Of(k).Int32()[0]++
	if x[1] != 5 || k[0] != 4 || !Of(yes).Bool()[0] || len(Of[uint32](nil).Uint32()) != 0 || len(Of([]float64{7}).Float64()) != 1 {
		t.Errorf("%v, %v, %v", x, k, yes)
	}
}
