package optim

import (
	"math"
	"testing"
)

func TestEMA(t *testing.T) {
	if got := value(t, EMA{Decay: 0.75}.Next(scalar(2), scalar(6), scalar(0))); !near(got, 3) {
		t.Errorf("the average of 2 and 6 with decay 0.75 is %g, want 3", got)
	}
}

// TestEMARampUp compares with the half-life of Karras et al. 2020: the minimum of
// the final half-life and a fraction of the number of steps.
func TestEMARampUp(t *testing.T) {
	const halfLife, share = 1000.0, 0.05
	e := EMA{Decay: HalfLife(halfLife), RampUp: LinearRamp(0, 1, 0, halfLife/share, 1)}
	for _, step := range []float64{0, 1, 10, 500, 19_999, 20_000, 100_000} {
		decay := 0.0
		if step > 0 {
			decay = math.Pow(0.5, 1/min(halfLife, share*step))
		}
		got := value(t, e.Next(scalar(0), scalar(1), scalar(step)))
		if math.Abs(got-(1-decay)) > 1e-5*(1-decay) {
			t.Errorf("at step %g the share of the new value is %.9g, want %.9g", step, got, 1-decay)
		}
	}
}

// TestEndlessHalfLife begins an average that hardly changes with the first value.
func TestEndlessHalfLife(t *testing.T) {
	e := EMA{Decay: HalfLife(math.Inf(1)), RampUp: LinearRamp(0, 1, 0, math.MaxInt32, 1)}
	for step, want := range []float64{6, 6} {
		if got := value(t, e.Next(scalar(want*float64(step)), scalar(6), scalar(float64(step)))); !near(got, want) {
			t.Errorf("after step %d the average is %g, want %g", step, got, want)
		}
	}
}

// TestHalfLife compares with the published figures of R3GAN: batches of 512, and
// half-lives of half a million and five million images.
func TestHalfLife(t *testing.T) {
	for images, want := range map[float64]float64{.5e6: .99929, 5e6: .99993} {
		if got := HalfLife(images / 512); math.Abs(got-want) > 5e-6 {
			t.Errorf("a half-life of %g images is a decay of %.6f, want %.5f", images, got, want)
		}
	}
}

// TestEMAFromZero has an average of equal values with the weights 1 - decay^t of the code
// of Salimans et al. 2016.
func TestEMAFromZero(t *testing.T) {
	e, average := EMA{Decay: .9, FromZero: true}, 0.0
	for step := range 20 {
		average = value(t, e.Next(scalar(average), scalar(3), scalar(float64(step))))
	}
	if want := 3 * (1 - math.Pow(.9, 20)); !near(average, want) {
		t.Errorf("the average is %g, want %g", average, want)
	}
}
