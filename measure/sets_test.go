package measure

import (
	"context"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
)

// partsOfMNIST reads each part of MNIST once, for all tests.
var partsOfMNIST = map[data.Split]func() (*Set, error){
	data.Train:      sync.OnceValues(func() (*Set, error) { return readMNIST(data.Train) }),
	data.Validation: sync.OnceValues(func() (*Set, error) { return readMNIST(data.Validation) }),
	data.Test:       sync.OnceValues(func() (*Set, error) { return readMNIST(data.Test) }),
}

// mnist returns the images of a part of MNIST. It skips the test if there is no MNIST or the
// tests should be short.
func mnist(t testing.TB, split data.Split) *Set {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long")
	}
	if os.Getenv(load.DirVariable) == "" {
		t.Skip("needs MNIST: set GANDER_DATA")
	}
	s, err := partsOfMNIST[split]()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var long = flag.Bool("long", false, "compare with known answers that take minutes")

// needsLong skips a test unless -long is set.
func needsLong(t testing.TB) {
	t.Helper()
	if !*long {
		t.Skip("takes long: set -long")
	}
}

func readMNIST(split data.Split) (*Set, error) {
	set, err := load.Open("mnist", split, 0)
	if err != nil {
		return nil, err
	}
	return FromData(set, "mnist "+split.String(), set.Len())
}

// blurred returns images blurred by a 3x3 box, black around.
func blurred(s *Set) *Set {
	b := *s
	b.Values = make([]float32, len(s.Values))
	h, w := s.Field.Shape[1], s.Field.Shape[2]
	for i := range s.Len() {
		x, y := s.At(i), b.At(i)
		for r := range h {
			for c := range w {
				sum := float32(0)
				for near := max(r-1, 0); near <= min(r+1, h-1); near++ {
					for k := max(c-1, 0); k <= min(c+1, w-1); k++ {
						sum += x[near*w+k]
					}
				}
				y[r*w+c] = sum / 9
			}
		}
	}
	return &b
}

// runMeasure returns the result of a measure that must have one.
func runMeasure(t testing.TB, name string, task Task) *Result {
	t.Helper()
	m, _, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Run(context.Background(), task)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantWarnings checks that the warnings contain these texts, in order, and that there are no
// others.
func wantWarnings(t *testing.T, r *Result, texts ...string) {
	t.Helper()
	if len(r.Warnings) != len(texts) {
		t.Errorf("warnings %q, want those of %q", r.Warnings, texts)
		return
	}
	for i, text := range texts {
		if !strings.Contains(r.Warnings[i], text) {
			t.Errorf("warning %q, want one of %q", r.Warnings[i], text)
		}
	}
}
