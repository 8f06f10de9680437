package bench

import (
	"context"
	"math"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/machine"
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
	program, err := compile(device, y, inputs)
	if err != nil {
		return nil, err
	}
	var times []float64
	err = repeat(ctx, o, func(counts bool) {
		began := time.Now()
		program.Run()
		if counts {
			times = append(times, 1000*time.Since(began).Seconds())
		}
	})
	if err != nil {
		return nil, err
	}
	ms := median(times)
	return &RateResult{"gander", name, device.Threads(), ms, float64(flops) / ms / 1e6}, nil
}

// compile returns a program that computes y, with normal random numbers as inputs.
func compile(device *engine.Device, y *tensor.Tensor, inputs []*tensor.Tensor) (*engine.Program, error) {
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
	return program, nil
}

// repeat calls run as often as the options say. counts is false in the first calls,
// which warm up.
func repeat(ctx context.Context, o Options, run func(counts bool)) error {
	for range o.Warmup {
		run(false)
	}
	began := time.Now()
	for n := 0; n < o.Steps || o.Steps == 0 && (n < minRuns || time.Since(began) < minTime); n++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		run(true)
	}
	return nil
}

// A ShareResult is the speed of one operation, compared with the peak of the machine.
// The time is the shortest of several, because other programs on the machine make some
// runs slower. With one thread it is processor time.
type ShareResult struct {
	RateResult
	Form  string  `json:"form,omitempty"` // the name of the fast algorithm; empty if there is none
	Share float64 `json:"share"`          // of the peak, counting the operations that are performed
}

// peakSize is the size of the matrices of the product that gives the peak of the machine.
const peakSize = 512

// share is rate for a ShareResult. It runs the product that gives the peak and the
// operation in turn, so that a change of the clock or of other programs affects both.
func share(ctx context.Context, name string, o Options, y *tensor.Tensor, flops int, inputs ...*tensor.Tensor) (*ShareResult, error) {
	device := engine.NewDevice(o.Threads)
	defer device.Close()
	program, err := compile(device, y, inputs)
	if err != nil {
		return nil, err
	}
	a, b := tensor.Input("a", tensor.Float32, peakSize, peakSize), tensor.Input("b", tensor.Float32, peakSize, peakSize)
	peak, err := compile(device, a.MatMul(b), []*tensor.Tensor{a, b})
	if err != nil {
		return nil, err
	}
	now := machine.ProcessorTime
	if device.Threads() > 1 {
		began := time.Now()
		now = func() time.Duration { return time.Since(began) }
	}
	ms, peakMs := math.Inf(1), math.Inf(1)
	err = repeat(ctx, o, func(bool) {
		start := now()
		peak.Run()
		middle := now()
		program.Run()
		peakMs = min(peakMs, 1000*(middle-start).Seconds())
		ms = min(ms, 1000*(now()-middle).Seconds())
	})
	if err != nil {
		return nil, err
	}
	r := &ShareResult{RateResult: RateResult{"gander", name, device.Threads(), ms, float64(flops) / ms / 1e6}}
	performed := float64(flops)
	for _, s := range program.Steps() {
		if s.Form != "" {
			r.Form, performed = s.Form, s.Made
		}
	}
	r.Share = performed / ms / (2 * peakSize * peakSize * peakSize / peakMs)
	return r, nil
}
