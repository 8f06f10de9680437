package bench

import (
	"context"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// A RateResult is the speed of one operation. The time is a median.
type RateResult struct {
	Engine  string  `json:"engine"`
	Name    string  `json:"name"`
	Threads int     `json:"threads"`
	Ms      float64 `json:"ms"`
	GFLOPs  float64 `json:"gflop_per_s"`
}

// If Options.Steps is 0, an operation is repeated for minTime and at least minRuns
// times.
const (
	minTime = 250 * time.Millisecond
	minRuns = 5
)

// rate times a program that computes y from inputs of normal random numbers. flops is
// the number of multiplications and additions that this takes.
func rate(ctx context.Context, name string, o Options, y *tensor.Tensor, flops int, inputs ...*tensor.Tensor) (*RateResult, error) {
	device := engine.NewDevice(o.Threads)
	defer device.Close()
	program, err := device.Compile(nil, []*tensor.Tensor{y})
	if err != nil {
		return nil, err
	}
	noise := random.New(0, "benchmark data")
	for _, t := range inputs {
		if m, ok := program.Input(t); ok {
			for i, x := 0, m.Float32(); i < len(x); i++ {
				x[i] = float32(noise.Normal())
			}
		}
	}
	for range o.Warmup {
		program.Run()
	}
	var times []float64
	for first := time.Now(); len(times) < o.Steps || o.Steps == 0 && (len(times) < minRuns || time.Since(first) < minTime); {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		began := time.Now()
		program.Run()
		times = append(times, 1000*time.Since(began).Seconds())
	}
	ms := median(times)
	return &RateResult{"gander", name, device.Threads(), ms, float64(flops) / ms / 1e6}, nil
}
