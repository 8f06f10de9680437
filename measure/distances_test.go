package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// points returns n normal points with the given mean and standard deviation.
func points(name string, n, dims int, mean, sd float64) *Set {
	source := random.New(1, name)
	s := &Set{Name: name, Field: data.Point(dims), Values: make([]float32, n*dims)}
	for i := range s.Values {
		s.Values[i] = float32(mean + sd*source.Normal())
	}
	return s
}

// plainDistances computes the distances by a double loop in float64.
func plainDistances(a, b *Set) [][]float64 {
	table := make([][]float64, a.Len())
	for i := range table {
		table[i] = make([]float64, b.Len())
		for j := range table[i] {
			x, y := a.At(i), b.At(j)
			for k := range x {
				d := float64(x[k]) - float64(y[k])
				table[i][j] += d * d
			}
			if a == b && i == j {
				table[i][j] = math.Inf(1)
			}
		}
	}
	return table
}

// newTask returns a task. Its device is closed at the end of the test.
func newTask(t *testing.T) *Task {
	device := engine.NewDevice(2)
	t.Cleanup(device.Close)
	return &Task{Device: device}
}

// TestDistances compares tiles with the double loop, at sizes around that of a tile, and
// checks that every pair is visited once, in order.
func TestDistances(t *testing.T) {
	for _, c := range []struct{ n, m, dims int }{
		{1, 1, 1}, {3, 2, 784}, {17, 1500, 3}, {tileRows, 5, 2}, {tileRows + 1, 2*tileRows + 1, 2}, {40, 33, 64},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			a, b := points("a", c.n, c.dims, 100, 1), points("b", c.m, c.dims, 101, 0.5)
			compareDistances(t, newTask(t), a, b)
			compareDistances(t, newTask(t), a, a)
		})
	}
}

func compareDistances(t *testing.T, task *Task, a, b *Set) {
	t.Helper()
	rows, columns := newRecorder(a.Len()), newRecorder(b.Len())
	visitColumns := columns.visit
	if a == b {
		visitColumns = nil
	}
	if err := task.distances(context.Background(), "", a, b, rows.visit, visitColumns); err != nil {
		t.Fatal(err)
	}
	want := plainDistances(a, b)
	rows.compare(t, b.Len(), func(i, j int) float64 { return want[i][j] })
	if a != b {
		columns.compare(t, a.Len(), func(j, i int) float64 { return want[i][j] })
	}
}

// A recorder keeps the arguments of visits.
type recorder struct {
	sync.Mutex
	seen [][]float32
	err  error
}

func newRecorder(n int) *recorder { return &recorder{seen: make([][]float32, n)} }

func (r *recorder) visit(i, j int, squared []float32) {
	r.Lock()
	defer r.Unlock()
	if j != len(r.seen[i]) {
		r.err = fmt.Errorf("example %d is visited with %d after %d", i, j, len(r.seen[i]))
	}
	r.seen[i] = append(r.seen[i], squared...)
}

func (r *recorder) compare(t *testing.T, n int, want func(i, j int) float64) {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	for i, row := range r.seen {
		if len(row) != n {
			t.Fatalf("example %d was visited with %d others, want %d", i, len(row), n)
		}
		for j, got := range row {
			if w := want(i, j); !(math.Abs(float64(got)-w) <= 3e-5*w) && float64(got) != w {
				t.Fatalf("distance of %d and %d: got %v, want %v", i, j, got, w)
			}
		}
	}
}

// TestWholeDistances checks that distances of bits and of counts are exact. Many of them are
// equal, and rounding must not make one of them smaller.
func TestWholeDistances(t *testing.T) {
	random := random.New(1, "whole")
	whole := func(n, dims, most int) *Set {
		s := &Set{Name: "whole", Field: data.Point(dims), Values: make([]float32, n*dims)}
		for i := range s.Values {
			s.Values[i] = float32(random.Intn(most+1) - 3)
		}
		return s
	}
	for _, c := range []struct{ dims, most int }{{1, 1}, {8, 1}, {784, 1}, {64, 16}, {3, 900}} {
		a, b := whole(70, c.dims, c.most), whole(90, c.dims, c.most)
		exact := func(a, b *Set) {
			want := plainDistances(a, b)
			visit := func(i, j int, squared []float32) {
				for k, got := range squared {
					if float64(got) != want[i][j+k] {
						t.Errorf("%v: distance of %d and %d: got %v, want %v", c, i, j+k, got, want[i][j+k])
						return
					}
				}
			}
			if err := newTask(t).distances(context.Background(), "", a, b, visit, nil); err != nil {
				t.Fatal(err)
			}
		}
		exact(a, b)
		exact(a, a)
	}
}

// TestNearDistances checks distances that |a|^2 + |b|^2 - 2ab gives with large errors:
// between equal and almost equal examples far from the mean.
func TestNearDistances(t *testing.T) {
	a := points("a", 300, 784, 0.5, 0.25)
	b := &Set{Name: "b", Field: a.Field, Values: append([]float32(nil), a.Values...)}
	for i := 0; i < b.Len(); i += 2 {
		b.At(i)[i] += 1e-4
	}
	compareDistances(t, newTask(t), a, b)
	task := newTask(t)
	err := task.distances(context.Background(), "", a, b, func(i, j int, squared []float32) {
		for k, d := range squared {
			if equal := i == j+k && i%2 == 1; (d == 0) != equal {
				t.Errorf("distance of %d and %d is %v", i, j+k, d)
			}
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// TestDistancesAreSame checks that the number of threads changes no bit.
func TestDistancesAreSame(t *testing.T) {
	a, b := points("a", 1100, 50, 3, 1), points("b", 70, 50, 3, 1)
	var seen [2]*recorder
	for k := range seen {
		device := engine.NewDevice(k + 1)
		defer device.Close()
		seen[k] = newRecorder(a.Len())
		task := Task{Device: device}
		if err := task.distances(context.Background(), "", a, b, seen[k].visit, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range seen[0].seen {
		for j, d := range seen[0].seen[i] {
			if d != seen[1].seen[i][j] {
				t.Fatalf("distance of %d and %d: %v on one thread, %v on two", i, j, d, seen[1].seen[i][j])
			}
		}
	}
}

func TestDistancesEnd(t *testing.T) {
	task := newTask(t)
	ctx, cancel := context.WithCancel(context.Background())
	task.Progress = func(_ string, done, total int) {
		if total != 9 {
			t.Errorf("%d tiles, want 9", total)
		}
		cancel()
	}
	a := points("a", 3*tileRows, 1, 0, 1)
	b := points("b", 3*tileRows, 1, 0, 1)
	err := task.distances(ctx, "", a, b, func(int, int, []float32) {}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after cancel", err)
	}
}

func TestDistancesRefuseFarExamples(t *testing.T) {
	a := points("a", 10, 3, 0, 1)
	a.Values[20] = 1e30
	err := newTask(t).distances(context.Background(), "", a, a, func(int, int, []float32) {}, nil)
	if err == nil || !strings.Contains(hint.Text(err), "a: example ") || !strings.Contains(hint.Text(err), "hint:") {
		t.Errorf("got %v", err)
	}
}

// TestKernel compares the Gaussian kernel with the double loop.
func TestKernel(t *testing.T) {
	a, b := points("a", 40, 3, 10, 1), points("b", 1100, 3, 10.5, 1)
	const scale = 0.3
	for _, b := range []*Set{a, b} {
		rows := newRecorder(a.Len())
		if err := newTask(t).gaussianKernel(context.Background(), "", a, b, scale, rows.visit, nil); err != nil {
			t.Fatal(err)
		}
		for i, row := range plainDistances(a, b) {
			for j, d := range row {
				if got, want := float64(rows.seen[i][j]), math.Exp(-scale*d); math.Abs(got-want) > 2e-6 {
					t.Fatalf("kernel of %d and %d is %v, want %v", i, j, got, want)
				}
			}
		}
	}
}
