package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
)

type benchPlanCmd struct{ benchFlags }

func (c *benchPlanCmd) Run(e *env) error {
	times, err := bench.Profile(e.ctx, c.Model, c.options())
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(e.stdout)
		for _, t := range times {
			if err := encoder.Encode(t); err != nil {
				return err
			}
		}
		return nil
	}
	for i, t := range times {
		fmt.Fprintf(e.stdout, "%4d %9.3f ms  %v\n", i, t.Ms, t.StepInfo)
	}
	return sumUp(e, c.Model, times)
}

// sumUp prints the total time of each kind of step, the longest first.
func sumUp(e *env, name string, times []bench.StepTime) error {
	type total struct {
		kind         string
		count        int
		ms, gigaflop float64
	}
	kinds, all := map[string]*total{}, 0.0
	for _, t := range times {
		k := kinds[t.Kind]
		if k == nil {
			k = &total{kind: t.Kind}
			kinds[t.Kind] = k
		}
		k.count, k.ms, k.gigaflop = k.count+1, k.ms+t.Ms, k.gigaflop+t.FLOPs/1e9
		all += t.Ms
	}
	for _, k := range slices.SortedFunc(maps.Values(kinds), func(a, b *total) int { return cmp.Compare(b.ms, a.ms) }) {
		fmt.Fprintf(e.stdout, "%-12s %4d steps %9.3f ms %5.1f%% %8.1f GFLOP/s\n", k.kind, k.count, k.ms, 100*k.ms/all, 1000*k.gigaflop/k.ms)
	}
	_, err := fmt.Fprintf(e.stdout, "a round of %s: %.3f ms\n", name, all)
	return err
}
