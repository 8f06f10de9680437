package main

import (
	"encoding/json"
	"fmt"

	"github.com/gander-ml/gander/internal/bench"
)

type benchCmd struct {
	Step   benchStepCmd   `cmd:"" help:"Time a training step."`
	Sample benchSampleCmd `cmd:"" help:"Time a generator alone, 256 samples at a time."`
}

// benchFlags are those of every benchmark of a model.
type benchFlags struct {
	Model   string `help:"Which model. Default: goodfellow2014." default:"goodfellow2014" placeholder:"MODEL"`
	Threads int    `help:"Threads to compute with; 0: one for each processor. Default: 1." default:"1" placeholder:"N"`
	Steps   int    `help:"Steps timed. Default: 20." default:"20" placeholder:"N"`
	Warmup  int    `help:"Steps before them. Default: 3." default:"3" placeholder:"N"`
	JSON    bool   `name:"json" help:"One JSON line."`
}

func (c *benchFlags) options() (bench.Options, error) {
	if err := checkThreads(c.Threads); err != nil {
		return bench.Options{}, err
	}
	if c.Steps < 1 || c.Warmup < 0 {
		return bench.Options{}, fmt.Errorf("--steps %d and --warmup %d: want at least 1 and 0 (hint: leave them out for 20 and 3)", c.Steps, c.Warmup)
	}
	return bench.Options{Threads: c.Threads, Steps: c.Steps, Warmup: c.Warmup}, nil
}

type benchStepCmd struct {
	benchFlags
	Apart bool `help:"Time the two players' updates apart, too."`
}

func (c *benchStepCmd) Run(e *env) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	o.Apart = c.Apart
	r, err := bench.Step(e.ctx, c.Model, o)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(r)
	}
	fmt.Fprintf(e.out, "%s, %s: %.1f ms a step, %.0f samples/s, %.0f MiB\n",
		r.Model, plural(r.Threads, "thread", "threads"), r.StepMs, r.SamplesPerS, r.PeakRSSMiB)
	return nil
}

type benchSampleCmd struct{ benchFlags }

func (c *benchSampleCmd) Run(e *env) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	r, err := bench.Sample(e.ctx, c.Model, o)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.out).Encode(r)
	}
	fmt.Fprintf(e.out, "%s, %s: %.1f ms for 256 samples, %.0f samples/s, %.0f MiB\n",
		r.Model, plural(r.Threads, "thread", "threads"), r.SampleMs, r.SamplesPerS, r.PeakRSSMiB)
	return nil
}
