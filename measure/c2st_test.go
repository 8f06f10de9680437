package measure

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/random"
)

// TestHeldOutScores compares accuracy and area with counts over all pairs.
func TestHeldOutScores(t *testing.T) {
	random := random.New(1, "test")
	h := &heldOutScores{}
	var counts []int
	score := float32(-2)
	for range 60 {
		score += float32(random.Intn(3)) / 10 // with ties
		h.scores, h.fake = append(h.scores, score), append(h.fake, random.Intn(2) == 0)
		counts = append(counts, random.Intn(4))
	}
	for _, c := range [][]int{nil, counts} {
		times := func(i int) float64 {
			if c == nil {
				return 1
			}
			return float64(c[i])
		}
		var fakes, reals, right, wins float64
		for i := range h.scores {
			if !h.fake[i] {
				reals += times(i)
				continue
			}
			fakes += times(i)
			for j := range h.scores {
				switch weight := times(i) * times(j); {
				case h.fake[j]:
				case h.scores[i] > h.scores[j]:
					wins += weight
				case h.scores[i] == h.scores[j]:
					wins += weight / 2
				}
			}
		}
		for i, s := range h.scores {
			switch {
			case h.fake[i] && s > 0:
				right += times(i) / fakes / 2
			case !h.fake[i] && s <= 0:
				right += times(i) / reals / 2
			}
		}
		got := h.figures(c)
		if !agree(got[0], right) || !agree(got[1], wins/(fakes*reals)) {
			t.Errorf("accuracy and area are %v, want %v and %v", got, right, wins/(fakes*reals))
		}
	}
}

// TestC2STTells checks the accuracy between N(2, I) and N(0, I) in two dimensions, which is at
// best Phi(sqrt 2) = .921, and between equal distributions, which is 1/2.
func TestC2STTells(t *testing.T) {
	task := Task{Samples: points("far", 2000, 2, 2, 1), Train: points("train", 2000, 2, 0, 1), Reference: points("real", 2000, 2, 0, 1)}
	r := runMeasure(t, "c2st", task)
	accuracy, _ := r.Find("accuracy")
	area, _ := r.Find("auc")
	const best, standardError = .9214, .0062
	if math.Abs(float64(accuracy.Value)-best) > 4*standardError {
		t.Errorf("the accuracy is %.4f, want %.4f", accuracy.Value, best)
	}
	if s := float64(*accuracy.StdErr); s < standardError/1.3 || s > standardError*1.3 {
		t.Errorf("the standard error of the accuracy is %.4f, want %.4f", s, standardError)
	}
	if want := .9772; math.Abs(float64(area.Value)-want) > .015 { // Phi(2)
		t.Errorf("the area is %.4f, want %.4f", area.Value, want)
	}
	for _, v := range r.Values {
		if math.Abs(float64(*v.Baseline)-.5) > .05 {
			t.Errorf("the baseline of %s is %.4f, want .5", v.Name, *v.Baseline)
		}
	}
}

// TestC2STCounts checks the numbers of examples in the result.
func TestC2STCounts(t *testing.T) {
	r := runMeasure(t, "c2st", Task{Samples: points("a", 300, 2, 0, 1), Reference: points("b", 120, 2, 0, 1)})
	if r.N != 120 || r.M != 120 {
		t.Errorf("%d samples against %d, want 120 of either", r.N, r.M)
	}
}

// TestC2STRepeats runs twice, with one thread and with two.
func TestC2STRepeats(t *testing.T) {
	var texts []string
	for threads := range 2 {
		device := engine.NewDevice(1 + threads)
		defer device.Close()
		r := runMeasure(t, "c2st", Task{Samples: points("a", 300, 7, .2, 1), Reference: points("b", 300, 7, 0, 1), Device: device, Seed: 3})
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Errorf("two threads give\n%s\none gives\n%s", texts[1], texts[0])
	}
}
