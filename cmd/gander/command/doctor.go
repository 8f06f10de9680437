package command

import (
	"fmt"
	"os"
	"strings"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/machine"
)

type doctorCmd struct {
	Plan string `help:"Show the compiled round of a recipe or a model of bench: every step with what is fused in it, its arithmetic and its memory." placeholder:"RECIPE"`
}

func (c *doctorCmd) Run(e *env) error {
	if c.Plan != "" {
		return showPlan(e, c.Plan)
	}
	m := machine.Describe()
	say := func(what, format string, values ...any) {
		fmt.Fprintf(e.out, "%-13s %s\n", what, fmt.Sprintf(format, values...))
	}
	say("gander", "%s", version())
	say("system", "%s", m.System)
	say("processor", "%s", orUnknown(m.Processor))
	say("instructions", "%s", orUnknown(strings.Join(m.Features, ", ")))
	used, wrong := engine.Instructions()
	say("kernels", "%s", used)
	say("threads", "%d", m.Threads)
	if m.MemoryMiB > 0 {
		say("memory", "%.1f GiB", float64(m.MemoryMiB)/1024)
	}
	say("$"+load.DirVariable, "%s", orUnknown(os.Getenv(load.DirVariable)))
	for _, entry := range data.List() {
		say("data", "%-14s %s", entry.Info.Name, whereabouts(entry))
	}
	return wrong
}

func orUnknown(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// showPlan tells the steps of a recipe's round.
func showPlan(e *env, name string) error {
	steps, arena, err := bench.Plan(name)
	if err != nil {
		return err
	}
	var flops, made, bytes float64
	for i, s := range steps {
		fmt.Fprintf(e.out, "%4d  %v\n", i, s)
		flops, made, bytes = flops+s.FLOPs, made+s.Made, bytes+s.Bytes
	}
	_, err = fmt.Fprintf(e.out, "a round of %s: %.3f GFLOP, of which %.3f are made, %.1f MB through memory, %.1f MB of intermediate values\n",
		name, flops/1e9, made/1e9, bytes/1e6, float64(arena)/1e6)
	return err
}
