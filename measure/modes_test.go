package measure

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// ring is a mixture of 8 modes.
func ring() *Mixture {
	m := &Mixture{SD: 0.01}
	for k := range 8 {
		angle := 2 * math.Pi * float64(k) / 8
		m.Means = append(m.Means, []float64{math.Cos(angle), math.Sin(angle)})
	}
	return m
}

// TestModesByHand measures five points with known modes.
func TestModesByHand(t *testing.T) {
	samples := &Set{Name: "samples", Field: data.Point(2), Values: []float32{
		1, 0,
		1.029, 0, // just within three standard deviations
		1.031, 0, // and just without
		0, 1,
		0, 0,
	}}
	r := runMeasure(t, "modes", Task{Samples: samples, Mixture: ring()})
	p, q := 2.0/3, 1.0/3
	for name, want := range map[string]float64{
		"modes": 2, "high quality": 3.0 / 5, "reverse KL": p*math.Log(8*p) + q*math.Log(8*q),
	} {
		if v, ok := r.Find(name); !ok || math.Abs(float64(v.Value)-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, v.Value, want)
		}
	}
	if g := r.Groups[0]; g.Samples[0] != 2 || g.Samples[2] != 1 || len(g.Of) != 8 {
		t.Errorf("groups %+v", g)
	}
	if v, _ := r.Find("reverse KL"); v.StdErr != nil {
		t.Errorf("reverse KL has the standard error %v, but of some resamples it is infinite", *v.StdErr)
	}
	wantWarnings(t, r, "5 samples and not the 2500", "reverse KL has no standard error")
}

// TestModesOfTheMixture measures draws from the mixture. Their figures must be equal to the
// baseline. A round Gaussian has 1 - e^(-9/2) within three standard deviations.
func TestModesOfTheMixture(t *testing.T) {
	m := ring()
	r := runMeasure(t, "modes", Task{Samples: m.draw(2500, 7), Mixture: m})
	if len(r.Warnings) > 0 {
		t.Errorf("warnings %q", r.Warnings)
	}
	want := 1 - math.Exp(-4.5)
	standardError := math.Sqrt(want * (1 - want) / 2500)
	good, _ := r.Find("high quality")
	if math.Abs(float64(good.Value)-want) > 4*standardError || math.Abs(float64(*good.StdErr)/standardError-1) > 0.3 {
		t.Errorf("high quality %v +- %v, want %v +- %v", good.Value, *good.StdErr, want, standardError)
	}
	if v, _ := r.Find("modes"); v.Value != 8 || *v.Baseline != 8 {
		t.Errorf("%v modes, want 8", v.Value)
	}
	if v, _ := r.Find("reverse KL"); v.Value > 0.01 || *v.Baseline > 0.01 {
		t.Errorf("reverse KL %v, baseline %v, want almost 0", v.Value, *v.Baseline)
	}
}

// TestModesFloors compares perfect samplers of 2500 points with the floors of ring8 and
// grid25: 98.89 +- 0.21 % of high quality, 1 - e^(-9/2), and a reverse KL of 0.0014 +- 0.0007
// and 0.0047 +- 0.0015, about (modes-1)/(2 * 2500). The second number is the sd of one draw.
func TestModesFloors(t *testing.T) {
	const draws, n = 50, 2500
	for _, c := range []struct {
		set    *data.Mixture
		kl, sd float64
	}{
		{data.NewRing8(data.Train, 0), .0014, .0007},
		{data.NewGrid25(data.Train, 0), .0047, .0015},
		{data.New8Gaussians(data.Train, 0), .0014, .0007},
		{data.New25Gaussians(data.Train, 0), .0047, .0015},
	} {
		m, name := mixtureOf(c.set), c.set.Info().Name
		var good, kl []float64
		for seed := range uint64(draws) {
			f := m.figures(m.assign(m.draw(n, seed)))
			if f[0] != float64(len(m.Means)) {
				t.Errorf("%s: a perfect sampler finds %g modes of %d", name, f[0], len(m.Means))
			}
			good, kl = append(good, 100*f[1]), append(kl, f[2])
		}
		for _, f := range []struct {
			name     string
			list     []float64
			want, sd float64
		}{{"high quality", good, 98.89, .21}, {"reverse KL", kl, c.kl, c.sd}} {
			mean, sd := meanSD(f.list)
			t.Logf("%s: %s %.4f +- %.4f", name, f.name, mean, sd)
			// The published floors are rounded to two digits.
			if math.Abs(mean-f.want) > 4*f.sd/math.Sqrt(draws)+.05*f.sd || sd < .6*f.sd || sd > 1.5*f.sd {
				t.Errorf("%s: %s of a perfect sampler %.4f +- %.4f, want %.4f +- %.4f", name, f.name, mean, sd, f.want, f.sd)
			}
		}
	}
}

func TestModesOfNoise(t *testing.T) {
	r := runMeasure(t, "modes", Task{Samples: points("samples", 2500, 2, 50, 1), Mixture: ring()})
	if v, _ := r.Find("reverse KL"); !math.IsInf(float64(v.Value), 1) {
		t.Errorf("reverse KL %v, want +Inf", v.Value)
	}
	wantWarnings(t, r, "no sample has high quality")
}

func TestModesRefuse(t *testing.T) {
	m, _, _ := Find("modes")
	for name, c := range map[string]struct {
		task Task
		want string
	}{
		"no mixture": {Task{Samples: points("s", 9, 2, 0, 1)}, "hint:"},
		"other dims": {Task{Samples: points("s", 9, 3, 0, 1), Mixture: ring()}, "points of 3 numbers"},
		"images":     {Task{Samples: &Set{Name: "s", Field: data.Image(1, 1, 1), Values: []float32{0}}, Mixture: ring()}, "judges points"},
	} {
		if _, err := m.Run(context.Background(), c.task); err == nil || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestModesAreNamedByTheirPlace(t *testing.T) {
	want := []string{"(1, 0)", "(0.707, 0.707)", "(0, 1)", "(-0.707, 0.707)", "(-1, 0)", "(-0.707, -0.707)", "(0, -1)", "(0.707, -0.707)"}
	if got := ring().names(); !slices.Equal(got, want) {
		t.Errorf("modes are called %q, want %q", got, want)
	}
}
