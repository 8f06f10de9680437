package data

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/hint"
)

func newBatches(t testing.TB, set Set, size int, seed uint64) *Batches {
	t.Helper()
	b, err := NewBatches(set, size, seed)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// asBytes leaves bytes as they are.
var asBytes = Scale{0, 255}

func pixelsTo(dst []float32, scale Scale) Destination {
	return Destination{Field: ExampleField, Scale: scale, Floats: dst}
}

func labelsTo(dst []int32) Destination { return Destination{Field: ClassField, Ints: dst} }

// show returns the numbers of the next n images of b, a set of numbered images.
func show(t testing.TB, b *Batches, n int) []int {
	t.Helper()
	dst := make([]float32, b.size*2)
	labels := make([]int32, b.size)
	var shown []int
	for len(shown) < n {
		if err := b.Next(pixelsTo(dst, asBytes), labelsTo(labels)); err != nil {
			t.Fatal(err)
		}
		for row, label := range labels {
			i := int(dst[2*row])
			if dst[2*row+1] != float32(2*i) || label != int32(i%3) {
				t.Fatalf("image %d came as %v with label %d", i, dst[2*row:][:2], label)
			}
			shown = append(shown, i)
		}
	}
	return shown
}

// Every epoch is a permutation of the set, of its own, whatever the size of the
// minibatches, which does not change the order either.
func TestEpochs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(rt, "images")
		size := rapid.IntRange(1, 120).Draw(rt, "size")
		seed := rapid.Uint64().Draw(rt, "seed")
		shown := show(t, newBatches(t, numbered(t, n), size, seed), 4*n)
		one := show(t, newBatches(t, numbered(t, n), 1, seed), len(shown))
		if diff := cmp.Diff(one, shown); diff != "" {
			rt.Fatalf("minibatches of %d show another order than of 1: %s", size, diff)
		}
		for e := range 4 {
			epoch := slices.Clone(shown[e*n : (e+1)*n])
			slices.Sort(epoch)
			for i := range epoch {
				if epoch[i] != i {
					rt.Fatalf("epoch %d is no permutation: %v", e, shown[e*n:(e+1)*n])
				}
			}
		}
	})
}

func TestEpochsAndSeedsDiffer(t *testing.T) {
	const n = 50
	shown := show(t, newBatches(t, numbered(t, n), n, 1), 2*n)
	other := show(t, newBatches(t, numbered(t, n), n, 2), n)
	if slices.Equal(shown[:n], shown[n:]) {
		t.Error("two epochs have one order")
	}
	if slices.Equal(shown[:n], other) {
		t.Error("two seeds have one order")
	}
	if slices.IsSorted(shown[:n]) {
		t.Error("the first epoch is not shuffled")
	}
}

// The position is all there is to save.
func TestPositionResumes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(rt, "images")
		size := rapid.IntRange(1, 20).Draw(rt, "size")
		skip := rapid.IntRange(0, 10).Draw(rt, "skip")
		whole := newBatches(t, numbered(t, n), size, 7)
		show(t, whole, skip*size)
		if got, want := whole.Position(), int64(skip*size); got != want {
			rt.Fatalf("position %d, want %d", got, want)
		}
		resumed := newBatches(t, numbered(t, n), size, 7)
		show(t, resumed, rapid.IntRange(0, 100).Draw(rt, "elsewhere"))
		if err := resumed.SetPosition(whole.Position()); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(show(t, whole, 100), show(t, resumed, 100)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestEndlessSetsAreReadInOrder(t *testing.T) {
	digits := NewDigits(Train, 1)
	b := newBatches(t, digits, 3, 9)
	if err := b.SetPosition(1000); err != nil {
		t.Fatal(err)
	}
	dst, labels := make([]float32, 3*digitPixels), make([]int32, 3)
	if err := b.Next(pixelsTo(dst, asBytes), labelsTo(labels)); err != nil {
		t.Fatal(err)
	}
	for row := range 3 {
		want, label := digit(t, digits, int64(1000+row))
		if int(labels[row]) != label {
			t.Errorf("row %d: label %d, want %d", row, labels[row], label)
		}
		for p, v := range want {
			if dst[row*digitPixels+p] != float32(v) {
				t.Fatalf("row %d differs at pixel %d", row, p)
			}
		}
	}
}

func TestScale(t *testing.T) {
	set := numbered(t, 256)
	b := newBatches(t, set, 256, 0)
	dst := make([]float32, 512)
	for _, c := range []struct {
		scale       Scale
		lo, mid, hi float32
	}{
		{Scale{0, 1}, 0, 0.2, 1},
		{Scale{-1, 1}, -1, -0.6, 1},
		{Scale{0, 0}, 0, 0, 0},
		{Scale{1, 0}, 1, 0.8, 0},
		{Scale{0, 1}, 0, 0.2, 1},
	} {
		if err := b.Next(pixelsTo(dst, c.scale)); err != nil {
			t.Fatal(err)
		}
		table := c.scale.table()
		if table[0] != c.lo || table[51] != c.mid || table[255] != c.hi {
			t.Errorf("%v maps 0, 51, 255 to %g, %g, %g", c.scale, table[0], table[51], table[255])
		}
		sorted := slices.Sorted(slices.Values([]float32{c.lo, c.hi}))
		if slices.Min(dst) != sorted[0] || slices.Max(dst) != sorted[1] {
			t.Errorf("%v: minibatch from %g to %g", c.scale, slices.Min(dst), slices.Max(dst))
		}
	}
}

// A fakeSet has any length and fails from example broken on.
type fakeSet struct {
	n, broken int64
}

var errBroken = errors.New("broken")

func (f fakeSet) Info() Info { return NewInfo("fake", Image(1, 1, 1), Label(9)) }
func (f fakeSet) Len() int64 { return f.n }
func (f fakeSet) Read(row Row, i int64) error {
	if i >= f.broken {
		return errBroken
	}
	if row[1].Ints != nil {
		row[1].Ints[0] = 7
	}
	return nil
}

func TestNewBatchesRefuses(t *testing.T) {
	if _, err := NewBatches(fakeSet{n: 0}, 1, 0); !errors.Is(err, ErrEmpty) {
		t.Errorf("an empty set: %v", err)
	}
	if _, err := NewBatches(fakeSet{n: 1}, 0, 0); err == nil {
		t.Error("no error for minibatches of 0")
	}
	if _, err := NewBatches(fakeSet{n: 1 << 31}, 1, 0); err == nil {
		t.Error("no error for a set too long to shuffle")
	}
}

func TestNextFails(t *testing.T) {
	b := newBatches(t, fakeSet{n: Endless, broken: 5}, 2, 0)
	x, labels := pixelsTo(make([]float32, 2), asBytes), labelsTo(make([]int32, 2))
	for _, c := range []struct {
		name         string
		destinations []Destination
		want         string
	}{
		{"a dst of the wrong length", []Destination{pixelsTo(make([]float32, 3), asBytes)}, "dataset fake: field x of 2 examples: the destination has 3 floats, want 2"},
		{"labels of the wrong length", []Destination{x, labelsTo(make([]int32, 1))}, "dataset fake: field class of 2 examples: the destination has 1 ints, want 2"},
		{"pixels into integers", []Destination{{Field: ExampleField, Ints: make([]int32, 2)}}, "field x of 2 examples: the destination has 0 floats, want 2"},
		{"labels into floats", []Destination{{Field: ClassField, Floats: make([]float32, 2)}}, "field class of 2 examples: the destination has 0 ints, want 2"},
		{"a field that is not there", []Destination{x, {Field: "y", Floats: make([]float32, 2)}}, `dataset fake has no field "y" (hint: it has x, class)`},
		{"pixels twice", []Destination{x, pixelsTo(make([]float32, 2), Scale{-1, 1})}, "dataset fake: field x of a minibatch has two destinations"},
		{"labels twice", []Destination{labels, x, labels}, "dataset fake: field class of a minibatch has two destinations"},
	} {
		if err := b.Next(c.destinations...); err == nil || !strings.HasSuffix(hint.Text(err), c.want) || b.Position() != 0 {
			t.Errorf("%s: error %v at position %d, want %q", c.name, err, b.Position(), c.want)
		}
	}
	for range 2 {
		if err := b.Next(labels, x); err != nil || labels.Ints[1] != 7 {
			t.Errorf("labels %v, error %v", labels.Ints, err)
		}
	}
	if err := b.Next(x); !errors.Is(err, errBroken) || b.Position() != 4 {
		t.Errorf("error %v at position %d, want %v at 4", err, b.Position(), errBroken)
	}
	for _, position := range []int64{-1, Endless + 1} {
		if err := b.SetPosition(position); !errors.Is(err, ErrRange) || b.Position() != 4 {
			t.Errorf("SetPosition(%d): %v, now at %d", position, err, b.Position())
		}
	}
}

// An observed set notes which fields were asked for.
type observed struct {
	Set
	asked map[string]int
}

func (o observed) Read(row Row, i int64) error {
	for k, f := range o.Info().Fields {
		if row[k].Len() > 0 {
			o.asked[f.Name]++
		}
	}
	return o.Set.Read(row, i)
}

// All fields of an example come together, and only those that are asked for.
func TestNextReadsFields(t *testing.T) {
	set := observed{many(t, 10), map[string]int{}}
	b := newBatches(t, set, 4, 1)
	x := pixelsTo(make([]float32, 4), asBytes)
	class := labelsTo(make([]int32, 4))
	y := Destination{Field: "y", Floats: make([]float32, 8)}
	words := Destination{Field: "words", Ints: make([]int32, 8)}
	seen := map[int32]bool{}
	for range 5 {
		if err := b.Next(words, y, class, x); err != nil {
			t.Fatal(err)
		}
		for row, i := range class.Ints {
			f := float32(i)
			if x.Floats[row] != f || y.Floats[2*row] != f || y.Floats[2*row+1] != -f || words.Ints[2*row] != i || words.Ints[2*row+1] != i {
				t.Fatalf("example %d came with other fields: %v %v %v", i, x.Floats, y.Floats, words.Ints)
			}
			seen[i] = true
		}
	}
	if len(seen) != 10 {
		t.Errorf("two epochs show %d examples of 10", len(seen))
	}
	clear(set.asked)
	clear(y.Floats)
	if err := b.Next(x, class); err != nil {
		t.Fatal(err)
	}
	if err := b.Next(class); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{ExampleField: 4, ClassField: 8}, set.asked); diff != "" {
		t.Error(diff)
	}
	if slices.ContainsFunc(y.Floats, func(v float32) bool { return v != 0 }) {
		t.Error("a destination of before was filled")
	}
	if err := b.Next(); err != nil || b.Position() != 32 {
		t.Errorf("a minibatch of nothing: %v, at position %d", err, b.Position())
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	for _, set := range []Set{numbered(t, 10), NewDigits(Train, 1), NewRing8(Train, 1), many(t, 10), part(t, many(t, 10), Train)} {
		b := newBatches(t, set, 8, 1)
		var destinations []Destination
		for _, f := range set.Info().Fields {
			destinations = append(destinations, Destination{Field: f.Name, Floats: make([]float32, 8*f.Size()), Ints: make([]int32, 8*f.Size())})
		}
		scales := []Scale{{0, 1}, {-1, 1}}
		if n := testing.AllocsPerRun(100, func() {
			scales[0], scales[1] = scales[1], scales[0]
			destinations[0].Scale = scales[0]
			if err := b.Next(destinations...); err != nil {
				t.Fatal(err)
			}
			if err := b.Next(destinations[0], destinations[1]); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %g allocations a minibatch", set.Info().Name, n)
		}
	}
}

func TestMean(t *testing.T) {
	set := numbered(t, 101)
	for _, c := range []struct {
		limit int64
		want  float64 // of the first pixel, of 255
	}{{1, 0}, {11, 5}, {101, 50}, {5000, 50}} {
		mean, err := Mean(set, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]float64{c.want / 255, 2 * c.want / 255}, mean); diff != "" {
			t.Errorf("limit %d: %s", c.limit, diff)
		}
	}
	if _, err := Mean(set, 0); err == nil {
		t.Error("no error for a limit of 0")
	}
	if mean, err := Mean(line(t, 5), 4); err != nil || !slices.Equal(mean, []float64{1.5, -1.5}) {
		t.Errorf("the mean of points: %v, %v", mean, err)
	}
	labels := table(t, NewInfo("labels", Label(2)), Values{Ints: []int32{0, 1}})
	if _, err := Mean(labels, 1); !errors.Is(err, ErrKind) {
		t.Errorf("the mean of classes: %v", err)
	}
	if _, err := Mean(fakeSet{n: 0}, 1); !errors.Is(err, ErrEmpty) {
		t.Errorf("an empty set: %v", err)
	}
	if _, err := Mean(fakeSet{n: 9, broken: 5}, 9); !errors.Is(err, errBroken) {
		t.Errorf("a broken set: %v", err)
	}
}

func benchmarkNext(b *testing.B, set Set, fields ...Destination) {
	batches := newBatches(b, set, 100, 1)
	for b.Loop() {
		if err := batches.Next(fields...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNextDigits(b *testing.B) {
	benchmarkNext(b, NewDigits(Train, 1), pixelsTo(make([]float32, 100*784), Scale{-1, 1}), labelsTo(make([]int32, 100)))
}

// BenchmarkNextMemory is over a set like MNIST in size and shape.
func BenchmarkNextMemory(b *testing.B) {
	set := table(b, NewInfo("grey", Image(1, 28, 28)), Values{Bytes: make([]byte, 50_000*784)})
	benchmarkNext(b, set, pixelsTo(make([]float32, 100*784), Scale{-1, 1}))
}
