package load

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestStackedMNIST opens stacked-mnist where MNIST is: 30 images for training, of one value
// each, and 10 for test, of greater values.
func TestStackedMNIST(t *testing.T) {
	images := func(from, n int) []byte {
		var pixels []byte
		for i := range n {
			pixels = append(pixels, bytes.Repeat([]byte{byte(from + i)}, 28*28)...)
		}
		return encodeIDX(t, []int{n, 28, 28}, pixels)
	}
	digits := upTo(0, 10)
	root := inDir(t, map[string][]byte{
		"mnist/train-images-idx3-ubyte": images(0, 30), "mnist/train-labels-idx1-ubyte": encodeIDX(t, []int{30}, bytes.Repeat(digits, 3)),
		"mnist/t10k-images-idx3-ubyte": images(30, 10), "mnist/t10k-labels-idx1-ubyte": encodeIDX(t, []int{10}, digits),
	})
	dataIn(t, root)
	entry, err := data.Lookup("stacked-mnist")
	if err != nil {
		t.Fatal(err)
	}
	if dir, err := Locate(entry); err != nil || dir != filepath.Join(root, "mnist") {
		t.Errorf("it is in %s, %v", dir, err)
	}
	for _, o := range []Options{{}, {Height: 32, Width: 32, Fit: "pad"}} {
		parts := New("stacked-mnist", 1, o)
		for split, n := range map[data.Split]int64{data.Train: 128_000, data.Validation: 26_000, data.Test: 26_000} {
			set, err := parts.Open(t.Context(), split)
			if err != nil {
				t.Fatal(err)
			}
			side := max(o.Height, 28)
			if want := data.NewInfo("", data.Image(3, side, side), data.Label(1000)); set.Len() != n || !set.Info().Same(want) {
				t.Errorf("%v: %d of %+v", split, set.Len(), set.Info())
			}
			row := set.Info().NewRow()
			for i := range int64(100) {
				if err := set.Read(row, i); err != nil {
					t.Fatal(err)
				}
				class := 0
				for k := range 3 {
					value := int(row[0].Bytes[(k*side+side/2)*side+side/2])
					if forTest := value >= 30; forTest != (split == data.Test) {
						t.Errorf("%v: an image of value %d", split, value)
					}
					class = 10*class + value%10
				}
				if class != int(row[1].Ints[0]) {
					t.Errorf("%v: class %d, want %d", split, row[1].Ints[0], class)
				}
			}
		}
	}
	dataIn(t, t.TempDir())
	if _, err := Open("stacked-mnist", data.Train, 1); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), "hint: gander data get mnist") {
		t.Errorf("without MNIST: %v", err)
	}
}
