package measure

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// stackedSamples is the number of samples of the protocol.
const stackedSamples = 26000

// TestTriplesOfEqualShares compares draws from 1000 equal cells with the known answer,
// 0.0192 +- 0.0009. The theory is 999 / 2N.
func TestTriplesOfEqualShares(t *testing.T) {
	const draws = 50
	for _, n := range []int{stackedSamples, 25600} {
		var list []float64
		source := random.New(1, "cells")
		for range draws {
			modes := make([]int, n)
			for i := range modes {
				modes[i] = source.Intn(1000)
			}
			f := tripleFigures(modes)
			if f[0] != 1000 {
				t.Errorf("%d draws reach %g cells", n, f[0])
			}
			list = append(list, f[1])
		}
		mean, sd := meanSD(list)
		t.Logf("%d draws: KL %.4f +- %.4f", n, mean, sd)
		if want := 999 / (2 * float64(n)); math.Abs(mean-want) > 4*.0009/math.Sqrt(draws)+.0001 || sd < .0006 || sd > .0012 {
			t.Errorf("%d draws: KL %.5f +- %.5f, want %.5f +- 0.0009", n, mean, sd, want)
		}
	}
}

func TestTriplesByHand(t *testing.T) {
	f := tripleFigures([]int{7, 7, 7, 999})
	if want := math.Log(1000) + .75*math.Log(.75) + .25*math.Log(.25); f[0] != 2 || math.Abs(f[1]-want) > 1e-12 {
		t.Errorf("%g modes and KL %g, want 2 and %g", f[0], f[1], want)
	}
}

// stackedMNIST returns a part of stacked-mnist, or skips the test.
func stackedMNIST(t *testing.T, split data.Split) data.Set {
	t.Helper()
	if os.Getenv(load.DirVariable) == "" {
		t.Skip("needs MNIST: set GANDER_DATA")
	}
	set, err := load.Open("stacked-mnist", split, 1)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestTriplesOfMNIST compares real triples, by their true labels, with the known answer:
// 1000 modes and 0.0235 +- 0.0011.
func TestTriplesOfMNIST(t *testing.T) {
	set := stackedMNIST(t, data.Train)
	labels, err := data.ReadLabels(set)
	if err != nil {
		t.Fatal(err)
	}
	var list []float64
	for lo := 0; lo+stackedSamples <= len(labels); lo += stackedSamples {
		modes := make([]int, stackedSamples)
		for i := range modes {
			modes[i] = int(labels[lo+i])
		}
		f := tripleFigures(modes)
		if f[0] != 1000 {
			t.Errorf("%g modes of 26000 real triples", f[0])
		}
		list = append(list, f[1])
	}
	mean, sd := meanSD(list)
	t.Logf("%d times 26000 triples: 1000 modes, KL %.4f +- %.4f: %.4f", len(list), mean, sd, list)
	if math.Abs(mean-.0235) > 3*.0011/math.Sqrt(float64(len(list))) {
		t.Errorf("KL %.4f of real triples, want 0.0235 +- 0.0011", mean)
	}
}

// TestStackedModes classifies real triples of the digits for test. The classifier finds their
// labels. With -long there are 26000 triples, in which it finds 1000 modes, and about the
// divergence of the true labels.
func TestStackedModes(t *testing.T) {
	n := 2100
	if *long {
		n = stackedSamples
	}
	test, err := FromData(stackedMNIST(t, data.Test), "test", int64(n))
	if err != nil {
		t.Fatal(err)
	}
	device := engine.NewDevice(0)
	defer device.Close()
	modes, err := (&Task{Device: device}).triples(t.Context(), test)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0.0
	for i, mode := range modes {
		if int32(mode) != test.Labels[i] {
			wrong++
		}
	}
	share, f := wrong/float64(n), tripleFigures(modes)
	t.Logf("%g modes, KL %.4f; %.2f %% of the triples have other labels", f[0], f[1], 100*share)
	if share > .03 { // three digits, each wrong in less than 1 %
		t.Errorf("%.3f of the triples have other labels", share)
	}
	if *long && (f[0] != 1000 || math.Abs(f[1]-.0235) > 4*.0011) {
		t.Errorf("%g modes, KL %.4f", f[0], f[1])
	}
	part := test.Slice(0, 1000)
	r := runMeasure(t, "stacked-modes", Task{Samples: part, Train: test.Slice(1000, 2000), Reference: test.Slice(2000, 2100)})
	got, of := tripleFigures(modes[:1000]), tripleFigures(modes[1000:2000])
	for i, v := range r.Values {
		if float64(v.Value) != got[i] || float64(*v.Baseline) != of[i] || *v.StdErr <= 0 {
			t.Errorf("%s is %g +- %g with baseline %g, want %g with %g", v.Name, v.Value, *v.StdErr, *v.Baseline, got[i], of[i])
		}
	}
	if r.Space != "lenet@1/mnist" || r.N != 1000 {
		t.Errorf("%d samples in space %s", r.N, r.Space)
	}
}

func TestStackedModesRefuse(t *testing.T) {
	m, _, _ := Find("stacked-modes")
	grey := &Set{Name: "s", Field: data.Image(1, 28, 28), Values: make([]float32, 784)}
	if _, err := m.Run(context.Background(), Task{Samples: grey, Reference: grey}); err == nil || !strings.Contains(hint.Text(err), "images of 3x28x28, and s are 1x28x28 (hint: it is for samples of stacked-mnist") {
		t.Errorf("grey images: %v", err)
	}
	colours := &Set{Name: "s", Field: data.Image(3, 28, 28), Values: make([]float32, 3*784)}
	if _, err := m.Run(context.Background(), Task{Samples: colours}); err == nil || !strings.Contains(hint.Text(err), "no real examples") {
		t.Errorf("nothing to compare with: %v", err)
	}
}
