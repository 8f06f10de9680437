package measure

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/random"
)

// TestPairSource checks that each epoch has every example of both sets once, in another
// order, and that a source continues from any position.
func TestPairSource(t *testing.T) {
	const n = 2 * c2stBatch / 2 // two minibatches an epoch
	whole := func(name string, first float32) *Set {
		s := points(name, n, 1, 0, 1)
		for i := range s.Values {
			s.Values[i] = first + float32(i)
		}
		return s
	}
	fake, real := whole("fake", 0), whole("real", 1000)
	scale := &standard{mean: []float32{0}, scale: []float32{1}}
	source := newPairSource(scale, fake, real, random.Key(1, "order"))
	next := func(s game.Source) (fakes, reals []float32) {
		fakes, reals = make([]float32, c2stBatch/2), make([]float32, c2stBatch/2)
		if err := s.Next(game.Minibatch{fakeInput: engine.MemoryOf(fakes), realInput: engine.MemoryOf(reals)}); err != nil {
			t.Fatal(err)
		}
		return fakes, reals
	}
	var epochs [][]float32
	for range 2 {
		var fakes, reals []float32
		for range 2 {
			f, r := next(source)
			fakes, reals = append(fakes, f...), append(reals, r...)
		}
		epochs = append(epochs, fakes)
		for what, c := range map[string]struct {
			set   *Set
			shown []float32
		}{"samples": {fake, fakes}, "real examples": {real, reals}} {
			if sorted := slices.Sorted(slices.Values(c.shown)); !slices.Equal(sorted, c.set.Values) {
				t.Errorf("an epoch of %s shows %v", what, sorted)
			}
		}
	}
	if slices.Equal(epochs[0], epochs[1]) {
		t.Error("two epochs are in one order")
	}
	again := newPairSource(scale, fake, real, random.Key(1, "order"))
	if err := again.SetPosition(source.Position()); err != nil {
		t.Fatal(err)
	}
	f, r := next(source)
	if g, s := next(again); !slices.Equal(f, g) || !slices.Equal(r, s) {
		t.Error("a source that goes on from a position shows other examples")
	}
}
