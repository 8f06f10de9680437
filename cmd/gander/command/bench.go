package command

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/internal/words"
)

type benchCmd struct {
	Step   benchStepCmd   `cmd:"" help:"Time a training step."`
	Sample benchSampleCmd `cmd:"" help:"Time a generator alone, 256 samples at a time."`
	Plan   benchPlanCmd   `cmd:"" help:"Time each part of a compiled training step of a model or a recipe. The shortest time of each is shown."`
	Gemm   benchGemmCmd   `cmd:"" help:"Time matrix multiplications."`
	Conv   benchConvCmd   `cmd:"" help:"Time convolutions of the models and their gradients, and compare them with the peak of a matrix product."`
}

// benchFlags are the flags of all benchmarks of a model.
type benchFlags struct {
	Model   string `help:"Name of the model. Default: goodfellow2014." default:"goodfellow2014" placeholder:"MODEL"`
	Threads int    `help:"Number of threads; 0: one for each processor. Default: 1." default:"1" placeholder:"N" min:"0" max:"1024"`
	Steps   int    `help:"Number of steps that are timed. Default: 20." default:"20" placeholder:"N" min:"1"`
	Warmup  int    `help:"Number of steps before them. Default: 3." default:"3" placeholder:"N" min:"0"`
	JSON    bool   `name:"json" help:"Write JSON lines."`
}

func (c *benchFlags) options() bench.Options {
	return bench.Options{Threads: c.Threads, Steps: c.Steps, Warmup: c.Warmup}
}

type benchStepCmd struct {
	benchFlags
	Apart bool `help:"Also time the update of each player."`
}

func (c *benchStepCmd) Run(e *env) error {
	o := c.options()
	o.Apart = c.Apart
	r, err := bench.Step(e.ctx, c.Model, o)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	fmt.Fprintf(e.stdout, "%s, %s: %.1f ms a step, %.0f samples/s, %.0f MiB\n",
		r.Model, words.Count(r.Threads, "thread", "threads"), r.StepMs, r.SamplesPerS, r.PeakRSSMiB)
	return nil
}

type benchSampleCmd struct{ benchFlags }

func (c *benchSampleCmd) Run(e *env) error {
	r, err := bench.Sample(e.ctx, c.Model, c.options())
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	fmt.Fprintf(e.stdout, "%s, %s: %.1f ms for 256 samples, %.0f samples/s, %.0f MiB\n",
		r.Model, words.Count(r.Threads, "thread", "threads"), r.SampleMs, r.SamplesPerS, r.PeakRSSMiB)
	return nil
}

// rateFlags are the flags of all benchmarks of an operation.
type rateFlags struct {
	Threads int  `help:"Number of threads; 0: one for each processor. Default: 1." default:"1" placeholder:"N" min:"0" max:"1024"`
	Steps   int  `help:"Number of repetitions of each; 0: those of a quarter of a second. Default: 0." default:"0" placeholder:"N" min:"0"`
	JSON    bool `name:"json" help:"Write JSON lines."`
}

func (c *rateFlags) options() bench.Options {
	return bench.Options{Threads: c.Threads, Steps: c.Steps, Warmup: 2}
}

func (c *rateFlags) show(e *env, r *bench.RateResult) error {
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	_, err := fmt.Fprintf(e.stdout, "%-42s %9.3f ms %8.1f GFLOP/s\n", r.Name, r.Ms, r.GFLOPs)
	return err
}

type benchGemmCmd struct {
	rateFlags
	Shape []string `help:"Time MxNxK, the product of MxK and KxN, instead of the products in the models. MxNxK:TN: the first matrix is stored by columns. May be given more than once." placeholder:"SHAPE"`
}

func (c *benchGemmCmd) Run(e *env) error {
	products := bench.Products()
	if len(c.Shape) > 0 {
		products = nil
	}
	for _, text := range c.Shape {
		p, err := bench.ParseProduct(text)
		if err != nil {
			return err
		}
		products = append(products, p)
	}
	for _, p := range products {
		r, err := bench.Gemm(e.ctx, p, c.options())
		if err != nil {
			return err
		}
		if err := c.show(e, r); err != nil {
			return err
		}
	}
	return nil
}

type benchConvCmd struct {
	rateFlags
	Match string `help:"Time only the convolutions with this text in their name." placeholder:"TEXT"`
}

func (c *benchConvCmd) Run(e *env) error {
	for _, convolution := range bench.Convolutions() {
		if !strings.Contains(convolution.String(), c.Match) {
			continue
		}
		results, err := bench.Conv(e.ctx, convolution, c.options())
		if err != nil {
			return err
		}
		for _, r := range results {
			if err := c.show(e, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *benchConvCmd) show(e *env, r *bench.ShareResult) error {
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	_, err := fmt.Fprintf(e.stdout, "%-58s %9.3f ms %8.1f GFLOP/s %5.0f%% of peak  %s\n", r.Name, r.Ms, r.GFLOPs, 100*r.Share, r.Form)
	return err
}
