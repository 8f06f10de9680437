package measure

import (
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/random"
)

// The inputs of the game of the classifier two-sample test.
const (
	fakeInput = "fake"
	realInput = "real"
)

// pairSource is a [game.Source] of minibatches of two sets of equal length. Each epoch has
// its own order.
type pairSource struct {
	scale *standard
	sets  [2]*Set    // for fakeInput and realInput
	key   [2]uint32  // of the orders
	order [2][]int32 // of each set, in epoch
	epoch int64      // -1: none yet
	shown int64      // examples of each set so far
}

// newPairSource returns a source at position 0. The orders are drawn from key.
func newPairSource(scale *standard, fake, real *Set, key [2]uint32) *pairSource {
	n := fake.Len()
	return &pairSource{scale: scale, sets: [2]*Set{fake, real}, key: key, epoch: -1,
		order: [2][]int32{make([]int32, n), make([]int32, n)}}
}

func (s *pairSource) Inputs() []string { return []string{fakeInput, realInput} }
func (s *pairSource) Position() int64  { return s.shown }

func (s *pairSource) SetPosition(position int64) error {
	s.shown = position
	return nil
}

// Next fills both inputs with c2stBatch/2 examples.
func (s *pairSource) Next(m game.Minibatch) error {
	n := int64(s.sets[0].Len())
	for row := range c2stBatch / 2 {
		if epoch := s.shown / n; epoch != s.epoch {
			s.epoch = epoch
			for k := range s.order {
				random.At(s.key, uint64(2*epoch)+uint64(k)).Perm(s.order[k])
			}
		}
		for k, name := range s.Inputs() {
			set := s.sets[k]
			s.scale.put(m[name].Float32()[row*set.Size():], set.At(int(s.order[k][s.shown%n])))
		}
		s.shown++
	}
	return nil
}
