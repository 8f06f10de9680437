package probe_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/random"
)

func numbers(n int) []float32 {
	r, x := random.New(1, "x"), make([]float32, n)
	for i := range x {
		x[i] = float32(r.Normal())
	}
	return x
}

// TestFeatures computes features of a convolution whose output is known.
func TestFeatures(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	keep := nn.Conv(1, nn.Window{Kernel: 1, Stride: 1}, nn.Constant(2), nil)
	D := nn.New("D", []int{1, 8, 8}, keep, nn.LeakyReLU(.5), nn.Reshape(64), nn.Linear(3, nn.Constant(.5), nil), nn.Linear(1, nn.Zeros, nil))
	store := engine.NewStore()
	probe.Initialise(store, D, 1)
	f, err := probe.NewFeatures(device, store, D, 4)
	if err != nil {
		t.Fatal(err)
	}
	const n = probe.Batch + 2
	x := numbers(n * 64)
	got, err := f.Of(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	if f.Size != 16+3 || len(got) != n*19 {
		t.Fatalf("%d features, %d numbers", f.Size, len(got))
	}
	for _, i := range []int{0, n - 1} {
		sum := 0.0
		var maxima [16]float64
		for k := range maxima {
			maxima[k] = math.Inf(-1)
		}
		for p, v := range x[i*64 : (i+1)*64] {
			y := max(2*float64(v), float64(v))
			sum += y / 2
			at := p/8/2*4 + p%8/2
			maxima[at] = max(maxima[at], y)
		}
		for k, want := range append(maxima[:], sum, sum, sum) {
			if have := float64(got[i*19+k]); math.Abs(have-want) > 1e-4 {
				t.Errorf("example %d: feature %d is %v, want %v", i, k, have, want)
			}
		}
	}
}

// TestCollect compares the running statistics with those of the examples.
func TestCollect(t *testing.T) {
	ctx := context.Background()
	device := engine.NewDevice(1)
	defer device.Close()
	D := nn.New("D", []int{2}, nn.Linear(1, nn.Values([]float64{1, 0}), nil), nn.BatchNorm, nn.Linear(1, nn.Zeros, nil))
	store := engine.NewStore()
	probe.Initialise(store, D, 1)
	f, err := probe.NewFeatures(device, store, D, 4)
	if err != nil {
		t.Fatal(err)
	}
	const passes = 3
	x := numbers(2 * (passes*probe.Batch + 5))
	for range 2 { // the second call gives the same
		if err := f.Collect(ctx, x); err != nil {
			t.Fatal(err)
		}
		mean, variance := 0.0, 0.0
		for pass := range passes {
			var m, s float64
			for i := range probe.Batch {
				v := float64(x[2*(pass*probe.Batch+i)])
				m, s = m+v/probe.Batch, s+v*v
			}
			mean += m / passes
			variance += (s - probe.Batch*m*m) / (probe.Batch - 1) / passes
		}
		got, err := f.Of(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			if want := (float64(x[2*i]) - mean) / math.Sqrt(variance+1e-5); math.Abs(float64(got[i])-want) > 1e-4 {
				t.Errorf("feature of example %d is %v, want %v", i, got[i], want)
			}
		}
	}
	if err := f.Collect(ctx, x[:10]); err == nil || !strings.Contains(err.Error(), "5 examples, want at least 128") {
		t.Errorf("too few examples give %v", err)
	}
}

func TestNewFeaturesRefuses(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	linear := nn.Linear(2, nn.Zeros, nil)
	for want, layers := range map[string][]nn.Layer{
		"it has no hidden layers": {linear, nn.ReLU},
		"reads the condition class, which an example without labels does not have (hint: ": {nn.Concat(nn.Class("class"), nn.OneHot(3)), linear, linear},
	} {
		D := nn.New("D", []int{4}, layers...)
		store := engine.NewStore()
		probe.Initialise(store, D, 1)
		if _, err := probe.NewFeatures(device, store, D, 4); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestFeaturesOfClasses computes features of networks that read a class: in a hidden layer,
// and in the last one alone.
func TestFeaturesOfClasses(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	class := nn.Concat(nn.Class("class"), nn.OneHot(3))
	first := nn.Linear(1, nn.Values([]float64{1, 2, 3, 10, 20}), nil)
	last := nn.Linear(1, nn.Zeros, nil)
	for name, c := range map[string]struct {
		layers []nn.Layer
		want   float64 // the feature of (1, 1)
	}{
		"hidden": {[]nn.Layer{class, first, last}, 1 + 2 + (3+10+20)/3.},
		"last":   {[]nn.Layer{nn.Linear(1, nn.Values([]float64{1, 2}), nil), nn.BatchNorm, nn.Sequence(class, last)}, 3},
	} {
		D := nn.New("D", []int{2}, c.layers...)
		store := engine.NewStore()
		probe.Initialise(store, D, 1)
		f, err := probe.NewFeaturesOfClasses(device, store, D, probe.Pooled(D, nil, 0), 3)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Of(context.Background(), []float32{1, 1, 2, 2})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || math.Abs(float64(got[0])-c.want) > 1e-4 {
			t.Errorf("%s: features %v, want %v first", name, got, c.want)
		}
		if err := f.Collect(context.Background(), numbers(2*probe.Batch)); (err != nil) != (name == "hidden") {
			t.Errorf("%s: batch statistics give %v", name, err)
		}
	}
}

// TestPooledLayers chooses layers, with and without pooling.
func TestPooledLayers(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	D := nn.New("D", []int{1, 8, 8}, nn.Conv(2, nn.Window{Kernel: 1, Stride: 1}, nn.Constant(1), nil), nn.Reshape(128), nn.Linear(5, nn.Zeros, nil), nn.Linear(1, nn.Zeros, nil))
	store := engine.NewStore()
	probe.Initialise(store, D, 1)
	for _, c := range []struct {
		layers     []int
		side, size int
	}{{nil, 4, 32 + 5}, {[]int{1}, 4, 32}, {[]int{2}, 4, 5}, {[]int{2, 1}, 0, 5 + 128}} {
		f, err := probe.NewFeaturesOf(device, store, D, probe.Pooled(D, c.layers, c.side))
		if err != nil || f.Size != c.size {
			t.Errorf("%+v: %+v, %v", c, f, err)
		}
	}
	if _, err := probe.NewFeaturesOf(device, store, D, probe.Pooled(D, []int{3}, 4)); err == nil || !strings.Contains(err.Error(), "there is no hidden layer 3; network D has 2") {
		t.Errorf("a layer that is not there gives %v", err)
	}
}
