package load

import (
	"errors"
	"io/fs"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
)

// openReal opens a set of the catalogue, or skips the test if it is not here.
func openReal(t testing.TB, name string, split data.Split) data.Set {
	t.Helper()
	set, err := Open(name, split, 0)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("needs the real %s, in the folder that %s names or in the cache: %v", name, DirVariable, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// tally counts the images of each class and sums the pixels.
func tally(t *testing.T, set data.Set, counts []int) (pixels int64) {
	t.Helper()
	row := set.Info().NewRow()
	for i := range set.Len() {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		counts[row[1].Ints[0]]++
		for _, v := range row[0].Bytes {
			pixels += int64(v)
		}
	}
	return pixels
}

// The figures are those of the canonical files.
func TestRealSets(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes whole sets: not with -short")
	}
	same := func(n int) []int { return []int{n, n, n, n, n, n, n, n, n, n} }
	for _, c := range []struct {
		name                string
		train, test         []int
		trainMean, testMean float64
	}{
		{"mnist", []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
			[]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, 33.3184, 33.7912},
		{"fashion-mnist", same(6000), same(1000), 72.9404, 73.1466},
	} {
		t.Run(c.name, func(t *testing.T) {
			train, validation := openReal(t, c.name, data.Train), openReal(t, c.name, data.Validation)
			test := openReal(t, c.name, data.Test)
			if train.Len() != 50000 || validation.Len() != 10000 || test.Len() != 10000 {
				t.Fatalf("lengths %d, %d, %d", train.Len(), validation.Len(), test.Len())
			}
			counts, testCounts := make([]int, 10), make([]int, 10)
			mean := float64(tally(t, train, counts)+tally(t, validation, counts)) / (60000 * 784)
			testMean := float64(tally(t, test, testCounts)) / (10000 * 784)
			if diff := cmp.Diff([][]int{c.train, c.test}, [][]int{counts, testCounts}); diff != "" {
				t.Error(diff)
			}
			if math.Abs(mean-c.trainMean) > 5e-5 || math.Abs(testMean-c.testMean) > 5e-5 {
				t.Errorf("mean pixels %.4f and %.4f, want %.4f and %.4f", mean, testMean, c.trainMean, c.testMean)
			}
		})
	}
}

func BenchmarkOpenMNIST(b *testing.B) {
	openReal(b, "mnist", data.Train)
	b.ReportAllocs()
	for b.Loop() {
		openReal(b, "mnist", data.Train)
	}
}
