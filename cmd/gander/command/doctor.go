package command

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/machine"
)

type doctorCmd struct {
	Plan string `help:"Show how a round of a recipe, or of a model of bench, is compiled: each step with its fused operations, its arithmetic and its memory." placeholder:"RECIPE" xor:"form"`
	JSON bool   `name:"json" help:"Write a JSON object to standard output." xor:"form"`
}

// A diagnosis is what Gander finds on a machine.
type diagnosis struct {
	Version      string       `json:"version"`
	System       string       `json:"system"`
	Processor    string       `json:"processor"`
	Instructions []string     `json:"instructions"` // of the processor
	Kernels      string       `json:"kernels"`      // the instructions that Gander uses
	Threads      int          `json:"threads"`
	MemoryMiB    int          `json:"memory_mib,omitempty"` // 0: unknown
	DataFolder   string       `json:"data_folder"`          // $GANDER_DATA
	Data         []datasetRow `json:"data"`
}

func (c *doctorCmd) Run(e *env) error {
	if c.Plan != "" {
		return showPlan(e, c.Plan)
	}
	m := machine.Describe()
	kernels, wrong := engine.Instructions()
	d := diagnosis{
		Version: version(), System: m.System, Processor: m.Processor, Instructions: m.Features, Kernels: kernels,
		Threads: m.Threads, MemoryMiB: m.MemoryMiB, DataFolder: os.Getenv(load.DirVariable), Data: datasetRows(),
	}
	if !c.JSON {
		d.print(e)
	} else if err := json.NewEncoder(e.stdout).Encode(d); err != nil {
		return err
	}
	return wrong
}

// print writes the diagnosis, a fact on each line.
func (d *diagnosis) print(e *env) {
	line := func(name, format string, values ...any) {
		fmt.Fprintf(e.stdout, "%-13s %s\n", name, fmt.Sprintf(format, values...))
	}
	line("gander", "%s", d.Version)
	line("system", "%s", d.System)
	line("processor", "%s", orDash(d.Processor))
	line("instructions", "%s", orDash(strings.Join(d.Instructions, ", ")))
	line("kernels", "%s", d.Kernels)
	line("threads", "%d", d.Threads)
	if d.MemoryMiB > 0 {
		line("memory", "%.1f GiB", float64(d.MemoryMiB)/1024)
	}
	line("$"+load.DirVariable, "%s", orDash(d.DataFolder))
	longest := 0
	for _, row := range d.Data {
		longest = max(longest, len(row.Name))
	}
	for _, row := range d.Data {
		line("data", "%-*s  %s", longest, row.Name, row.place())
	}
}

// orDash returns s, or a dash for an unknown text.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// showPlan prints the steps of a round of a recipe.
func showPlan(e *env, name string) error {
	steps, arena, err := bench.Plan(name)
	if err != nil {
		return err
	}
	var flops, made, bytes float64
	for i, s := range steps {
		fmt.Fprintf(e.stdout, "%4d  %v\n", i, s)
		flops, made, bytes = flops+s.FLOPs, made+s.Made, bytes+s.Bytes
	}
	_, err = fmt.Fprintf(e.stdout, "a round of %s: %.3f GFLOP, %.3f of them computed, %.1f MB of memory traffic, %.1f MB of intermediate values\n",
		name, flops/1e9, made/1e9, bytes/1e6, float64(arena)/1e6)
	return err
}
