package impute

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// plane returns points of three columns, of which the third is 10 times the sum of the
// others, and the first is far from 0.
func plane(t *testing.T, n int) *Table {
	t.Helper()
	s := random.New(1, "plane")
	table := &Table{Name: "plane", Field: data.Point(3)}
	for range n {
		a, b := s.Normal(), s.Normal()
		table.X = append(table.X, float32(100+a), float32(b), float32(10*(a+b)))
		table.Observed = append(table.Observed, 1, 1, 1)
	}
	return table
}

// hidden returns the table without a fifth of its numbers.
func hidden(t *testing.T, whole *Table) *Table {
	t.Helper()
	less, err := whole.Hide(.2, 3)
	if err != nil {
		t.Fatal(err)
	}
	return less
}

// keeps fails unless filled has the observed numbers of a table, and others elsewhere.
func keeps(t *testing.T, filled []float32, table *Table) {
	t.Helper()
	for i, v := range filled {
		if table.Observed[i] != 0 && v != table.X[i] || v-v != 0 {
			t.Fatalf("number %d is %v, was %v, observed %v", i, v, table.X[i], table.Observed[i])
		}
	}
}

// TestTable reads sets and makes them again.
func TestTable(t *testing.T) {
	whole := plane(t, 500)
	less := hidden(t, whole)
	if n := less.Missing(); n < 250 || n > 350 || whole.Missing() != 0 || less.Rows() != 500 {
		t.Errorf("%d of 1500 numbers are missing in %d rows", n, less.Rows())
	}
	keeps(t, whole.X, less)
	set, err := less.Set()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(set)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(less, again); diff != "" {
		t.Error(diff)
	}
	fewer, err := less.Hide(.5, 9)
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, less.X, fewer)
	for i, o := range fewer.Observed {
		if o > less.Observed[i] {
			t.Fatal("a missing number is observed after others were hidden")
		}
	}
	if _, err := Read(data.NewDigits(data.Train, 1)); !errors.Is(err, data.ErrKind) {
		t.Errorf("images: %v", err)
	}
}

// TestRMSE scales errors by the range of the whole table, and counts hidden numbers alone.
func TestRMSE(t *testing.T) {
	whole := &Table{Field: data.Point(2), X: []float32{0, 10, 4, 30, 2, 20}, Observed: []float32{1, 1, 1, 1, 1, 0}}
	less := &Table{Field: data.Point(2), X: []float32{0, 10, 0, 0, 2, 0}, Observed: []float32{1, 1, 0, 0, 1, 0}}
	got := RMSE([]float32{0, 10, 3, 40, 2, 99}, less, whole)
	if want := math.Sqrt((1./16 + 1./4) / 2); math.Abs(got-want) > 1e-6 {
		t.Errorf("error %v, want %v", got, want)
	}
	if v := RMSE(whole.X, whole, whole); !math.IsNaN(v) {
		t.Errorf("error %v of nothing", v)
	}
	rounded := []float32{0.4, 10.4, 3.4, 40.6, 2.4, 2.5}
	less.Round(rounded)
	if want := []float32{0.4, 10.4, 3, 41, 2.4, 2}; !slices.Equal(rounded, want) {
		t.Errorf("rounded to %v, want %v", rounded, want)
	}
}

// TestBaselines fills a table whose columns determine each other.
func TestBaselines(t *testing.T) {
	whole := plane(t, 1000)
	less := hidden(t, whole)
	mean := Mean(less)
	keeps(t, mean, less)
	ridge, err := Ridge(context.Background(), less)
	if err != nil {
		t.Fatal(err)
	}
	keeps(t, ridge, less)
	if m, r := RMSE(mean, less, whole), RMSE(ridge, less, whole); m < .1 || r > .6*m {
		t.Errorf("the error of the mean is %.4f and of ridge regression %.4f", m, r)
	}
	one, err := plane(t, 50).Hide(0, 1) // the third column of one row is missing
	if err != nil {
		t.Fatal(err)
	}
	one.Observed[2], one.X[2] = 0, 0
	if ridge, err = Ridge(context.Background(), one); err != nil || math.Abs(float64(ridge[2]-plane(t, 50).X[2])) > .3 {
		t.Errorf("predicted %v, want %v, error %v", ridge[2], plane(t, 50).X[2], err)
	}
	single := &Table{Field: data.Point(1), X: []float32{1, 3, 0}, Observed: []float32{1, 1, 0}}
	if ridge, err = Ridge(context.Background(), single); err != nil || math.Abs(float64(ridge[2])-2) > 1e-5 {
		t.Errorf("one column: %v, error %v", ridge, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Ridge(ctx, less); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestGaussian compares the conditional means with those of a known distribution: of x =
// (u, u+v, w) given the first value, the second is the first.
func TestGaussian(t *testing.T) {
	s := random.New(2, "gaussian")
	var x []float32
	for range 20_000 {
		u, v, w := s.Normal(), s.Normal(), s.Normal()
		x = append(x, float32(u), float32(u+v), float32(5+w))
	}
	g := FitGaussian(x, 3, 1e-6)
	for name, c := range map[string]struct{ observed, want []float32 }{
		"first":  {[]float32{1, 0, 0}, []float32{2, 2, 5}},
		"second": {[]float32{0, 1, 1}, []float32{1.5, 3, 7}}, // u given u+v is half of it
		"none":   {[]float32{0, 0, 0}, []float32{0, 0, 5}},
		"all":    {[]float32{1, 1, 1}, []float32{2, 3, 7}},
	} {
		given, err := g.Given(c.observed)
		if err != nil {
			t.Fatal(err)
		}
		filled := given.Fill([]float32{2, 3, 7}, -10, 10)
		for k := range filled {
			if math.Abs(float64(filled[k]-c.want[k])) > .1 {
				t.Errorf("%s: %v, want %v", name, filled, c.want)
				break
			}
		}
	}
	given, err := g.Given([]float32{1, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	if filled := given.Fill([]float32{2, 3, 7}, 0, 1); filled[1] != 1 || filled[0] != 2 {
		t.Errorf("limited to %v", filled)
	}
	if _, err := FitGaussian([]float32{1, 1, 1, 1}, 2, 0).Given([]float32{1, 0}); err == nil {
		t.Error("a singular covariance was taken")
	}
}

// TestTrain trains gain for a short time, and fills with two noises.
func TestTrain(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	ctx, whole := context.Background(), plane(t, 1000)
	less := hidden(t, whole)
	steps := int64(0)
	m, err := Training{Rounds: 300, Seed: 1, Set: []string{"hidden=16"}, Progress: func(done, total int64) { steps = done }}.Train(ctx, device, less)
	if err != nil || steps != 300 {
		t.Fatalf("%d steps, error %v", steps, err)
	}
	var fills [3][]float32
	for i, seed := range []uint64{5, 5, 6} {
		if fills[i], err = m.Fill(ctx, less, seed); err != nil {
			t.Fatal(err)
		}
		keeps(t, fills[i], less)
	}
	if !slices.Equal(fills[0], fills[1]) || slices.Equal(fills[0], fills[2]) {
		t.Error("the noise does not follow the seed")
	}
	for _, c := range columnsOf(fills[0], 3) {
		if slices.Max(c) > 200 {
			t.Errorf("a number outside the range of its column: %v", slices.Max(c))
		}
	}
	other := plane(t, 3)
	other.Field = data.Point(1)
	if _, err := m.Fill(ctx, other, 1); err == nil || !strings.Contains(hint.Text(err), "plane has 1 columns of numbers, and the generator learned 3 (hint: train on a table with the same columns)") {
		t.Errorf("error %v", err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := (Training{}).Train(stopped, device, less); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// columnsOf returns the columns of rows.
func columnsOf(x []float32, d int) [][]float32 {
	list := make([][]float32, d)
	for i, v := range x {
		list[i%d] = append(list[i%d], v)
	}
	return list
}

// TestTrainRefuses gives what gain cannot be trained on.
func TestTrainRefuses(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	ctx := context.Background()
	empty := &Table{Name: "t", Field: data.Field{Name: "x", Kind: data.Numbers, Shape: []int{2}, Names: []string{"a", "b"}},
		X: []float32{1, 0, 2, 0}, Observed: []float32{1, 0, 1, 0}}
	if _, err := (Training{}).Train(ctx, device, empty); err == nil || hint.Text(err) != "t: column 2 (b) has no value in any of the 2 rows (hint: leave that column out)" {
		t.Errorf("error %v", err)
	}
	if _, err := (Training{Set: []string{"alfa=1"}}).Train(ctx, device, plane(t, 5)); err == nil || hint.Of(err) == "" {
		t.Errorf("error %v", err)
	}
	if _, err := (Scoring{Share: 0}).Score(ctx, device, plane(t, 5)); err == nil || !strings.Contains(err.Error(), "none of its 15 numbers was hidden") {
		t.Errorf("error %v", err)
	}
}

// TestScore compares all methods on the same hidden numbers.
func TestScore(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	results, err := Scoring{Share: .2, Training: Training{Rounds: 50, Seed: 3}}.Score(context.Background(), device, plane(t, 300))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range results {
		names = append(names, r.Method)
		if !(r.RMSE > 0 && r.RMSE < 1) {
			t.Errorf("%s: %v", r.Method, r.RMSE)
		}
	}
	if want := []string{"GAIN", "GAIN without the adversary", "iterated ridge regression", "column mean"}; !slices.Equal(names, want) {
		t.Errorf("methods %q", names)
	}
}
