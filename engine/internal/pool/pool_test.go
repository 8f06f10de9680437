package pool

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A tally is a step that counts the runs of each of its tiles.
type tally struct {
	counts   []atomic.Int32
	finished int
}

func (t *tally) Tiles() int            { return len(t.counts) }
func (t *tally) Tile(_ *Worker, i int) { t.counts[i].Add(1) }
func (t *tally) Finish()               { t.finished++ }

// TestPool runs steps of 0 to 40 tiles on more threads than there are
// processors. Some steps follow a pause in which helpers park.
func TestPool(t *testing.T) {
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			p := New(5)
			defer p.Close()
			for round := range 2000 {
				s := &tally{counts: make([]atomic.Int32, round%41)}
				p.Run([]Step{s}, nil)
				for i := range s.counts {
					if n := s.counts[i].Load(); n != 1 || s.finished != 1 {
						t.Errorf("round %d: tile %d ran %d times, finish %d times", round, i, n, s.finished)
						return
					}
				}
				if round%500 == 0 {
					time.Sleep(2 * time.Millisecond)
				}
			}
		})
	}
	all.Wait()
}

func TestPoolOfOne(t *testing.T) {
	p := New(0)
	defer p.Close()
	if p.Threads() != 1 {
		t.Errorf("a pool of %d threads, want 1", p.Threads())
	}
	s := &tally{counts: make([]atomic.Int32, 9)}
	p.Run([]Step{s}, nil)
	if s.finished != 1 || s.counts[8].Load() != 1 {
		t.Error("not every tile has run")
	}
}
