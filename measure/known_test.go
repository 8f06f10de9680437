package measure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKnown wants a task that knows the real sets to compute less and say the
// same.
func TestKnown(t *testing.T) {
	task := Task{
		Samples: points("samples", 110, 3, 0.2, 0.8), Train: points("train", 110, 3, 0, 1),
		Validation: points("validation", 110, 3, 0, 1), Reference: points("reference", 130, 3, 0, 1),
	}
	halved := task
	halved.Train, halved.Validation = task.Train.Slice(0, 100), task.Validation.Slice(0, 100)
	for _, task := range []Task{task, halved} {
		for _, name := range []string{"parzen", "prdc", "pr", "1nn", "mmd", "memorisation", "kernel", "c2st"} {
			want := runMeasure(t, name, task)
			known, tiles := task, 0
			known.Known = &Known{}
			known.Progress = func(string, int, int) { tiles++ }
			var seen [3]int
			for k := range seen {
				if diff := cmp.Diff(want, runMeasure(t, name, known)); diff != "" {
					t.Errorf("%s differs where the real sets are known: %s", name, diff)
				}
				seen[k], tiles = tiles, 0
			}
			less := name != "parzen" && name != "c2st" || known.Train.Len() >= 110 // these have no floor then
			if seen[1] != seen[2] || less != (seen[1] < seen[0]) {
				t.Errorf("%s: computed %d tiles", name, seen)
			}
			if n := len(known.Known.found); n > 9 {
				t.Errorf("%s: %d findings are kept", name, n)
			}
		}
	}
}
