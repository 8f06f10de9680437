package optim

import (
	"math"
	"testing"
)

func TestSchedules(t *testing.T) {
	decay, ramp := ExponentialDecay(0.1, 1.000004, 1e-6), LinearRamp(0.5, 0.7, 1, 250, 500)
	for _, step := range []float64{0, 1, 1000, 75_000, 150_000, 2_000_000, 10_000_000} {
		want := max(0.1*math.Pow(1.000004, -step), 1e-6)
		if got := at(t, decay, step); math.Abs(got-want) > 1e-5*want {
			t.Errorf("the decaying rate at step %g is %g, want %g", step, got, want)
		}
		epoch := math.Floor(step / 500)
		rise := 0.5 + 0.2*min(max((epoch-1)/249, 0), 1)
		if got := at(t, ramp, step); math.Abs(got-rise) > 1e-6 {
			t.Errorf("the rising momentum at step %g is %g, want %g", step, got, rise)
		}
	}
}

func TestScheduleValues(t *testing.T) {
	for name, c := range map[string]struct {
		schedule   Schedule
		step, want float64
	}{
		"linear to 0, start":      {LinearRamp(2e-4, 0, 0, 1000, 1), 0, 2e-4},
		"linear to 0, middle":     {LinearRamp(2e-4, 0, 0, 1000, 1), 250, 1.5e-4},
		"linear to 0, end":        {LinearRamp(2e-4, 0, 0, 1000, 1), 1000, 0},
		"linear to 0, after":      {LinearRamp(2e-4, 0, 0, 1000, 1), 1500, 0},
		"constant, then linear":   {LinearRamp(1, 0, 600, 900, 1), 700, 2. / 3},
		"cosine, start":           {Cosine(0.05, 0.005, 100), 0, 0.05},
		"cosine, a third":         {Cosine(0.05, 0.005, 90), 30, 0.005 + 0.045*0.75},
		"cosine, end":             {Cosine(0.05, 0.005, 100), 100, 0.005},
		"cosine, after":           {Cosine(0.05, 0.005, 100), 170, 0.005},
		"halved, just before":     {StepDecay(0.8, 0.5, 100), 99, 0.8},
		"halved, just after":      {StepDecay(0.8, 0.5, 100), 100, 0.4},
		"halved three times":      {StepDecay(0.8, 0.5, 100), 399, 0.1},
		"product with a warm-up":  {Product(LinearRamp(0, 1, 0, 10, 1), Constant(0.3)), 5, 0.15},
		"product after a warm-up": {Product(LinearRamp(0, 1, 0, 10, 1), Constant(0.3)), 50, 0.3},
		"product of nothing is 1": {Product(), 3, 1},
	} {
		if got := at(t, c.schedule, c.step); math.Abs(got-c.want) > 1e-6*(math.Abs(c.want)+1e-3) {
			t.Errorf("%s: %g, want %g", name, got, c.want)
		}
	}
}
