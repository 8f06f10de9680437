package bench

import (
	"context"
	"math"
	"testing"
)

// TestModelsRun times one step and one batch of samples of every model, with small batches.
func TestModelsRun(t *testing.T) {
	o := Options{Threads: 2, Steps: 1, Batch: 8}
	for _, name := range Models() {
		t.Run(name, func(t *testing.T) {
			step, err := Step(context.Background(), name, o)
			if err != nil {
				t.Fatal(err)
			}
			if !(step.StepMs > 0) || !(step.SamplesPerS > 0) || step.Model != name {
				t.Errorf("a step is %+v", step)
			}
			sample, err := Sample(context.Background(), name, o)
			if err != nil {
				t.Fatal(err)
			}
			if !(sample.SampleMs > 0) || !(sample.SamplesPerS > 0) {
				t.Errorf("sampling is %+v", sample)
			}
		})
	}
	if _, err := Step(context.Background(), "dcgan23", o); err == nil {
		t.Error("an unknown model was timed")
	}
}

func TestPlanCountsTheArithmetic(t *testing.T) {
	steps, arena, err := Plan("wgangp-mlp")
	if err != nil {
		t.Fatal(err)
	}
	var flops float64
	for _, s := range steps {
		flops += s.FLOPs
	}
	// The number of products of the round, computed by hand: 64 x the sizes of the layers.
	const g, d = 128*512 + 512*512 + 512*784, 784*512 + 2*512*512 + 512
	if least := 2.0 * 64 * (2*g + 4*d); flops < least || arena <= 0 {
		t.Errorf("a round takes %g FLOP and %d bytes, want at least the forward passes, %g", flops, arena, least)
	}
}

// TestProfileTimesEveryStep wants a time for each step. A product that searches for zeros
// is two steps that run.
func TestProfileTimesEveryStep(t *testing.T) {
	steps, _, err := Plan("mixture")
	if err != nil {
		t.Fatal(err)
	}
	times, err := Profile(context.Background(), "mixture", Options{Threads: 2, Steps: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(times) != len(steps) {
		t.Fatalf("%d steps are timed, want %d", len(times), len(steps))
	}
	for i, s := range times {
		if s.String() != steps[i].String() || math.IsInf(s.Ms, 0) || s.Ms < 0 {
			t.Errorf("step %d is %v and takes %v ms, want %v", i, s.StepInfo, s.Ms, steps[i])
		}
	}
}
