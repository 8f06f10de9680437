package data

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// TestDrawIndices checks that draws are in order, without repetition, nested, and
// uniform.
func TestDrawIndices(t *testing.T) {
	const total = 50
	var counts [total]float64
	for seed := range uint64(2000) {
		all := DrawIndices(total, 20, seed, "test")
		few := DrawIndices(total, 7, seed, "test")
		if len(all) != 20 || len(few) != 7 || !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != 20 {
			t.Fatalf("seed %d: drew %v and %v", seed, all, few)
		}
		for _, i := range few {
			if !slices.Contains(all, i) {
				t.Fatalf("seed %d: %d is in the draw of 7 and not in the draw of 20", seed, i)
			}
			counts[i]++
		}
	}
	const want = 2000.0 * 7 / total
	for i, n := range counts {
		if math.Abs(n-want) > 5*math.Sqrt(want) {
			t.Errorf("%d was drawn %v times, want about %v", i, n, want)
		}
	}
	if got := DrawIndices(4, 9, 1, "test"); !slices.Equal(got, []int64{0, 1, 2, 3}) {
		t.Errorf("a draw of all is %v", got)
	}
	if got := DrawIndices(math.MaxInt64, 1000, 1, "test"); len(slices.Compact(got)) != 1000 {
		t.Error("a draw from a large set repeats a number")
	}
}

func TestDraw(t *testing.T) {
	values := make([]float32, 100)
	for i := range values {
		values[i] = float32(i)
	}
	set, err := NewTable(NewInfo("numbers", Point(1)), Values{Floats: values})
	if err != nil {
		t.Fatal(err)
	}
	if Draw(set, 100, 1, "test") != Set(set) {
		t.Error("a draw of all is another set")
	}
	drawn, row := Draw(set, 10, 1, "test"), set.Info().NewRow()
	for i, want := range DrawIndices(100, 10, 1, "test") {
		if err := drawn.Read(row, int64(i)); err != nil || row[0].Floats[0] != float32(want) {
			t.Errorf("example %d is %v, error %v; want %d", i, row[0].Floats, err, want)
		}
	}
	if err := drawn.Read(row, 10); drawn.Len() != 10 || !errors.Is(err, ErrRange) {
		t.Errorf("%d examples; reading another: error %v", drawn.Len(), err)
	}
	digits := NewDigits(Test, 1)
	endless, got, want := Draw(digits, 5, 1, "test"), digits.Info().NewRow(), digits.Info().NewRow()
	for i := range endless.Len() {
		if err := errors.Join(endless.Read(got, i), digits.Read(want, i)); err != nil || !slices.Equal(got[0].Bytes, want[0].Bytes) {
			t.Errorf("example %d of a draw from an endless set is not example %d of the set, error %v", i, i, err)
		}
	}
}
