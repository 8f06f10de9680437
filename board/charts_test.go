package board

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// all is the whole training.
var all = view{axis: "kimg", from: math.Inf(-1), to: math.Inf(1), points: 600}

// long returns a history of n ticks with a spike, a number that is not finite, and
// measures at some ticks.
func long(t testing.TB, n int) *history {
	t.Helper()
	h := newHistory()
	for i := range n {
		d := fmt.Sprint(math.Sin(float64(i) / 50))
		if i == n/3 {
			d = "1000"
		}
		if i == n/2 {
			d = `"NaN"`
		}
		measures := ""
		if i%10 == 9 {
			measures = `,"measures":[{"measure":"prdc","values":[{"name":"recall","value":0.5,"baseline":0.9,"better":"higher"}]}]`
		}
		text := fmt.Sprintf(`{"step":%d,"kimg":%g,"seconds":%d,"samples_per_s":5,"losses":{"D":%s,"G":1},"statistics":{"D(x)":0.5,"balance":2},"gradient_norms":{"D":3}%s}`,
			i+1, float64(i+1)/10, i, d, measures)
		if err := h.addLine([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// TestCharts checks the charts, their order and what is kept when they are thinned.
func TestCharts(t *testing.T) {
	h := long(t, 9000)
	charts := h.charts(all)
	var titles []string
	for _, c := range charts {
		titles = append(titles, c.Title)
	}
	if got := strings.Join(titles, ", "); got != "Losses, Output of D, Norms of the gradients, balance, prdc: recall, Examples per second" {
		t.Errorf("charts %s", got)
	}
	d := charts[0].Curves[0]
	if d.Name != "D" || d.Total != 9000 || d.Broken != 1 || len(d.X) > 900 || len(d.X) < 300 {
		t.Errorf("curve %s of %d: %d points, %d broken", d.Name, d.Total, len(d.X), d.Broken)
	}
	spike, broken := false, false
	for i, y := range d.Y {
		spike = spike || y == 1000 && d.X[i] == number(3000+1)/10
		broken = broken || math.IsNaN(float64(y))
		if i > 0 && d.X[i] < d.X[i-1] {
			t.Fatalf("point %d is before the one before", i)
		}
	}
	if !spike || !broken {
		t.Errorf("spike kept: %v, broken value kept: %v", spike, broken)
	}
	recall := charts[4].Curves[0]
	if len(recall.Baseline) != len(recall.Y) || recall.Baseline[0] != number(float32(.9)) || charts[4].Better != "higher" || recall.X[0] != 1 {
		t.Errorf("curve %+v", recall)
	}
	text, err := json.Marshal(charts)
	if err != nil || !strings.Contains(string(text), "null") || strings.Contains(string(text), "NaN") {
		t.Errorf("JSON, error %v", err)
	}
}

// TestZoom wants all values of a small part, with one before it and one after it.
func TestZoom(t *testing.T) {
	h := long(t, 9000)
	for axis, per := range map[string]float64{"kimg": .1, "step": 1} {
		c := h.charts(view{axis: axis, from: 1000 * per, to: 1100 * per, points: 600})[0].Curves[0]
		if c.Total != 103 || len(c.X) != 103 || math.Abs(float64(c.X[0])-999*per) > 1e-3 || math.Abs(float64(c.X[102])-1101*per) > 1e-3 {
			t.Errorf("%s: %d points from %v", axis, len(c.X), c.X[0])
		}
	}
	if c := h.charts(view{axis: "kimg", from: 1e6, to: 2e6, points: 600})[0].Curves[0]; len(c.X) != 1 {
		t.Errorf("%d points after the end", len(c.X))
	}
	if c := newHistory().charts(all); len(c) != 0 {
		t.Errorf("charts %v of nothing", c)
	}
}

// TestThinKeepsExtremes compares the range of thinned curves with that of all values.
func TestThinKeepsExtremes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		c := &curve{}
		low, high := math.Inf(1), math.Inf(-1)
		n := 1 + r.IntN(5000)
		for i := range n {
			v := float32(r.NormFloat64())
			c.at, c.y = append(c.at, int32(i)), append(c.y, v)
			low, high = min(low, float64(v)), max(high, float64(v))
		}
		thinned := c.thin("", view{from: math.Inf(-1), to: math.Inf(1), points: 8 + r.IntN(500)}, func(i int32) float64 { return float64(i) })
		gotLow, gotHigh := math.Inf(1), math.Inf(-1)
		for _, y := range thinned.Y {
			gotLow, gotHigh = min(gotLow, float64(y)), max(gotHigh, float64(y))
		}
		if gotLow != low || gotHigh != high {
			t.Fatalf("%d values from %g to %g, thinned from %g to %g", n, low, high, gotLow, gotHigh)
		}
	}
}

// TestCSV writes a row for each tick and leaves cells empty where there is no value.
func TestCSV(t *testing.T) {
	var b strings.Builder
	if err := long(t, 20).writeCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 21 || lines[0] != "step,kimg,seconds,Losses/D,Losses/G,Output of D/D(x),Norms of the gradients/D,balance/balance,prdc: recall/recall,Examples per second/speed" {
		t.Fatalf("%d lines: %s", len(lines), lines[0])
	}
	if lines[1] != "1,0.1,0,0,1,0.5,3,2,,5" || lines[10] != "10,1,9,0.1790296,1,0.5,3,2,0.5,5" {
		t.Errorf("lines %q, %q", lines[1], lines[10])
	}
}

// TestHistories keeps only what was used last.
func TestHistories(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	c := newHistories(root)
	for i := range maxHistories + 5 {
		id := fmt.Sprint(i)
		if err := os.Mkdir(filepath.Join(dir, id), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, id, "journal.jsonl"), []byte(`{"step":1,"losses":{"D":1}}`+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := c.use(id, func(h *history) {
			if len(h.step) != 1 {
				t.Errorf("%d ticks", len(h.step))
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.all) > maxHistories+1 || len(c.all) != len(c.used) {
		t.Errorf("%d histories are kept, %d are used", len(c.all), len(c.used))
	}
	c.drop(c.used[0])
	if len(c.all) != len(c.used) {
		t.Errorf("%d histories, %d used", len(c.all), len(c.used))
	}
}

func BenchmarkCharts100000(b *testing.B) {
	h := long(b, 100_000)
	for b.Loop() {
		h.charts(all)
	}
}
