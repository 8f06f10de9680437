package kernel

import (
	"slices"
	"testing"
	"unsafe"
)

func TestPrefetchQueue(t *testing.T) {
	const width = 24 // lines of 1.5 cache lines
	memory := make([]float32, 10*width+lineBytes/4)
	skip := -int(uintptr(unsafe.Pointer(&memory[0]))) & (lineBytes - 1) / 4
	memory = memory[skip:]
	first := uintptr(unsafe.Pointer(&memory[0]))
	var a PrefetchQueue
	expect := func(most int, lines ...uintptr) {
		t.Helper()
		p, n := a.take(most)
		var got []uintptr
		for _, line := range unsafe.Slice(p, n) {
			got = append(got, (line-first)/lineBytes)
		}
		if !slices.Equal(got, lines) {
			t.Errorf("lines %v, want %v", got, lines)
		}
	}
	a.Add(unsafe.Pointer(&memory[15]), 8) // across the end of a cache line
	expect(1, 0)

	rows, cols := make([]int, width), []int{0, width, 2 * width}
	for i := range rows {
		rows[i] = i
	}
	op := NewOperand[float32](0, rows, cols)
	op.Data = memory
	op.PrefetchPanel(&a, 0, width, 1, 2)
	expect(3, 1, 2, 3)
	expect(9, 4)
	expect(9, 1) // added with Add
	expect(9)

	transposed := NewOperand[float32](0, cols, rows)
	transposed.Data = memory
	transposed.PrefetchPanel(&a, 2, 1, 8, 4)
	expect(9, 3)

	a.Add(unsafe.Pointer(&memory[0]), 1<<30) // more than the capacity
	a.Clear()
	expect(9)
	if _, n := (*PrefetchQueue)(nil).take(9); n != 0 {
		t.Error("a nil queue has lines")
	}
}
