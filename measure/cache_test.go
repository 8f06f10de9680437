package measure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCache measures several times with one cache. The results must be equal, and the
// second measure must compute less.
func TestCache(t *testing.T) {
	task := Task{
		Samples: points("samples", 110, 3, 0.2, 0.8), Train: points("train", 110, 3, 0, 1),
		Validation: points("validation", 110, 3, 0, 1), Reference: points("reference", 130, 3, 0, 1),
	}
	halved := task
	halved.Train, halved.Validation = task.Train.Slice(0, 100), task.Validation.Slice(0, 100)
	for _, task := range []Task{task, halved} {
		for _, name := range []string{"parzen", "prdc", "pr", "1nn", "mmd", "memorisation", "kernel", "c2st"} {
			want := runMeasure(t, name, task)
			cached, tiles := task, 0
			cached.Cache = &Cache{}
			cached.Progress = func(string, int, int) { tiles++ }
			var computed, kept [3]int
			for k := range computed {
				if diff := cmp.Diff(want, runMeasure(t, name, cached)); diff != "" {
					t.Errorf("%s differs with a cache: %s", name, diff)
				}
				computed[k], kept[k], tiles = tiles, len(cached.Cache.values), 0
			}
			less := name != "parzen" && name != "c2st" || cached.Train.Len() >= 110 // these have no baseline in this case
			if computed[1] != computed[2] || less != (computed[1] < computed[0]) {
				t.Errorf("%s: computed %d tiles", name, computed)
			}
			if kept[0] != kept[2] {
				t.Errorf("%s: the cache has %d values", name, kept)
			}
		}
	}
}
