package load

import (
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

func TestExamplesFirst(t *testing.T) {
	// pixel is the value of pixel p of example i. There are 5 examples.
	pixel := func(i, p int) byte { return byte(i*50 + p) }
	last := func(size int) []byte {
		var values []byte
		for p := range size {
			for i := range 5 {
				values = append(values, pixel(i, p))
			}
		}
		return values
	}
	first := func(size int) []byte {
		var values []byte
		for i := range 5 {
			for p := range size {
				values = append(values, pixel(i, p))
			}
		}
		return values
	}
	for _, c := range []struct {
		shape, want []int
		values      []byte
	}{
		{[]int{2, 2, 5}, []int{5, 2, 2}, last(4)},
		{[]int{5, 2, 2}, []int{5, 2, 2}, first(4)},
		{[]int{2, 6, 3, 5}, []int{5, 2, 6, 3}, last(36)}, // of SVHN
		{[]int{2, 6, 1, 5}, []int{5, 2, 6, 1}, last(12)},
		{[]int{5, 2, 6, 3}, []int{5, 2, 6, 3}, first(36)},
		{[]int{5, 3, 2, 6}, []int{5, 3, 2, 6}, first(36)},
		{[]int{2, 2, 2, 5}, []int{5, 2, 2, 2}, last(8)}, // volumes
		{[]int{5, 2, 2, 2}, []int{5, 2, 2, 2}, first(8)},
		{[]int{2, 3, 2, 1, 5}, []int{5, 2, 3, 2, 1}, last(12)},
		{[]int{5, 1, 2, 3, 2}, []int{5, 1, 2, 3, 2}, first(12)},
		{[]int{5, 9}, []int{5, 9}, first(9)},
	} {
		arrays, err := examplesFirst([]format.Named{{Name: "X", Array: &format.Array{Shape: c.shape, Data: c.values}}}, nil)
		if err != nil || arrays[0].Err != nil {
			t.Errorf("%v: errors %v, %v", c.shape, err, arrays[0].Err)
		}
		size := len(c.values) / 5
		if a := arrays[0]; !slices.Equal(a.Shape, c.want) || !slices.Equal(a.Data.([]byte), first(size)) {
			t.Errorf("%v becomes %v, want %v; values %v", c.shape, a.Shape, c.want, a.Data)
		}
	}
	for _, shape := range [][]int{{2, 3, 5}, {2, 2, 2}, {5, 6, 7, 8}, {6, 6, 6, 6}, {5, 1, 2, 1, 5}} {
		arrays, _ := examplesFirst([]format.Named{{Array: &format.Array{Shape: shape, Data: make([]byte, data.Field{Shape: shape}.Size())}}}, nil)
		if arrays[0].Err == nil {
			t.Errorf("%v is taken", shape)
		}
		if _, err := choose("a.mat", arrays, ""); err == nil || !strings.Contains(hint.Text(err), "may be the first axis or the last (hint: save it as an npy file") {
			t.Errorf("%v alone in a file: error %v", shape, err)
		}
	}
}
