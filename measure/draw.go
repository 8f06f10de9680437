package measure

import (
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

// realSeed is the seed of the draws that do not depend on Task.Seed: the examples of
// a large dataset that [LoadReal] loads, those among which [Nearest] searches, and
// those that give mmd its bandwidth. They are the same for all tasks, so that the
// results of runs with different seeds can be compared.
const realSeed = 0

// draw returns n examples of s, drawn without replacement from the stream called
// name under seed and in the order of the set. It returns s itself if it has no more
// than n.
func (s *Set) draw(n int, seed uint64, name string) *Set {
	if n >= s.Len() {
		return s
	}
	return s.Pick(drawIndices(s.Len(), n, seed, name))
}

// drawIndices returns n different numbers below total in increasing order.
func drawIndices(total, n int, seed uint64, name string) []int {
	indices := make([]int, min(n, total))
	for i, k := range data.DrawIndices(int64(total), int64(n), seed, "measure: "+name) {
		indices[i] = int(k)
	}
	return indices
}

// cachedDraw is draw with the task's seed, for a real set. Equal questions have the
// same set as their answer.
func (t *Task) cachedDraw(s *Set, n int, name string) *Set {
	if n >= s.Len() {
		return s
	}
	type key struct {
		of   *Set
		n    int
		seed uint64
		name string
	}
	drawn, _ := memo(t.Cache, key{s, n, t.Seed, name}, func() (*Set, error) { return s.draw(n, t.Seed, name), nil })
	return drawn
}

// addDraw records that n of all examples are drawn. It does nothing if n is all.
func (r *Result) addDraw(n, all int, what string) {
	if n >= all {
		return
	}
	text := fmt.Sprintf("%d of %d %s", n, all, what)
	for _, known := range r.Drawn {
		if known == text {
			return
		}
	}
	r.Drawn = append(r.Drawn, text)
}

// randomGroups divides the numbers below n into groups of equal size, or sizes that
// differ by 1. Which numbers are in a group is drawn from the stream called name
// under seed.
func randomGroups(n, groups int, seed uint64, name string) [][]int {
	order := random.New(seed, "measure: "+name).Perm(make([]int32, n))
	parts := make([][]int, groups)
	for g := range parts {
		for _, k := range order[n*g/groups : n*(g+1)/groups] {
			parts[g] = append(parts[g], int(k))
		}
	}
	return parts
}
