package data

import (
	"errors"
	"math"
	"testing"
)

// TestHide hides a fifth of the numbers of points.
func TestHide(t *testing.T) {
	const n, d, share = 2000, 3, .2
	points := make([]float32, n*d)
	for i := range points {
		points[i] = float32(i + 1)
	}
	info := NewInfo("points", Point(d), Label(2))
	info.Fields[0].Names = []string{"a", "b", "c"}
	whole, err := NewTable(info, Values{Floats: points}, Values{Ints: make([]int32, n)})
	if err != nil {
		t.Fatal(err)
	}
	set, err := Hide(whole, share, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !set.Info().HasMissing() || whole.Info().HasMissing() || len(whole.Info().Fields) != 2 || set.Len() != n {
		t.Errorf("fields %v of %d examples", set.Info().Fields, set.Len())
	}
	missing := [d]int{}
	row, again := set.Info().NewRow(), set.Info().RowOf(ObservedField)
	for i := range int64(n) {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		if err := set.Read(again, i); err != nil {
			t.Fatal(err)
		}
		for k := range d {
			x, observed := row[0].Floats[k], row[2].Floats[k]
			want := points[int(i)*d+k]
			if observed == 0 {
				missing[k]++
				want = 0
			}
			if x != want || observed != 0 && observed != 1 || again[2].Floats[k] != observed {
				t.Fatalf("number %d of example %d is %v, observed %v and %v", k, i, x, observed, again[2].Floats[k])
			}
		}
	}
	sd := math.Sqrt(share * (1 - share) / n)
	for k, count := range missing {
		if away := float64(count)/n - share; math.Abs(away) > 4*sd {
			t.Errorf("%d of %d numbers of column %d are missing", count, n, k)
		}
	}
}

func TestHideRefuses(t *testing.T) {
	points := NewRing8(Train, 1)
	if _, err := Hide(NewDigits(Train, 1), .2, 1); !errors.Is(err, ErrKind) {
		t.Errorf("images: %v", err)
	}
	if _, err := Hide(points, math.NaN(), 1); err == nil {
		t.Error("a share that is no number was taken")
	}
	set, err := Hide(points, .2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Hide(set, .2, 1); err == nil {
		t.Error("numbers were hidden twice")
	}
}
