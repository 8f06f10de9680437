package measure

import (
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

// plainSmooth is the binomial filter in two dimensions by its definition. The image is
// mirrored at the edge, without repeating the edge.
func plainSmooth(image []float32, h, w int) []float64 {
	weights := []float64{1. / 16, 4. / 16, 6. / 16, 4. / 16, 1. / 16}
	mirror := func(i, n int) int {
		if i < 0 {
			i = -i
		}
		if i >= n {
			i = 2*(n-1) - i
		}
		return i
	}
	out := make([]float64, h*w)
	for y := range h {
		for x := range w {
			for a, u := range weights {
				for b, v := range weights {
					out[y*w+x] += u * v * float64(image[mirror(y+a-2, h)*w+mirror(x+b-2, w)])
				}
			}
		}
	}
	return out
}

func TestPyramid(t *testing.T) {
	const channels, h, w = 2, 28, 32
	p, err := newPyramid([]int{channels, h, w})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.heights, []int{28, 14}) || !slices.Equal(p.widths, []int{32, 16}) {
		t.Fatalf("the levels are %v by %v", p.heights, p.widths)
	}
	random := random.New(1, "pyramid")
	image := make([]float32, channels*h*w)
	for i := range image {
		image[i] = float32(random.Float64())
	}
	for range 2 { // the second time over what the first left
		p.build(image)
	}
	for c := range channels {
		part := image[c*h*w:][:h*w]
		smooth, blown := plainSmooth(part, h, w), make([]float32, h*w)
		for y := range h / 2 {
			for x := range w / 2 {
				got, want := float64(p.levels[1][c*h*w/4+y*w/2+x]), smooth[2*y*w+2*x]
				if math.Abs(got-want) > 1e-6 {
					t.Fatalf("pixel %d,%d of the coarse level is %.7f, want %.7f", y, x, got, want)
				}
				blown[2*y*w+2*x] = 4 * float32(want)
			}
		}
		for i, v := range plainSmooth(blown, h, w) {
			got, want := float64(p.levels[0][c*h*w+i]), float64(part[i])-v
			if math.Abs(got-want) > 1e-6 {
				t.Fatalf("pixel %d of the fine level is %.7f, want %.7f", i, got, want)
			}
		}
	}
}

func TestPyramidLevels(t *testing.T) {
	for side, want := range map[int][]int{7: {7}, 14: {14}, 26: {26}, 28: {28, 14}, 33: {33}, 64: {64, 32, 16}} {
		p, err := newPyramid([]int{1, side, side})
		if err != nil || !slices.Equal(p.heights, want) {
			t.Errorf("images of %d pixels have levels of %v: %v", side, p.heights, err)
		}
	}
	if _, err := newPyramid([]int{1, 6, 28}); err == nil {
		t.Error("an image of 6 rows has patches of 7")
	}
}

// TestWasserstein compares the distance from bins with that of sorted numbers.
func TestWasserstein(t *testing.T) {
	random := random.New(1, "wasserstein")
	const n = 20000
	for _, c := range []struct{ mean, sd float64 }{{0, 1}, {.05, 1}, {0, 1.1}, {1, 3}, {-4, .2}} {
		a, b := make([]float64, n), make([]float64, n)
		binsA, binsB := make([]uint32, swdBins), make([]uint32, swdBins)
		put := func(bins []uint32, x float64) {
			bins[int((x/swdRange+1)*swdBins/2)]++
		}
		for i := range n {
			a[i], b[i] = random.Normal(), c.mean+c.sd*random.Normal()
			put(binsA, a[i])
			put(binsB, b[i])
		}
		slices.Sort(a)
		slices.Sort(b)
		want := 0.0
		for i := range n {
			want += math.Abs(a[i]-b[i]) / n
		}
		if got := wasserstein(binsA, binsB); math.Abs(got-want) > 1e-4+1e-3*want {
			t.Errorf("N(%g, %g): %.6f from bins, %.6f from sorted numbers", c.mean, c.sd, got, want)
		}
	}
}

// TestProjector compares bins with projections of normalised patches.
func TestProjector(t *testing.T) {
	task := newTask(t)
	s := strokes(t, "digits", data.Test, patchImages+6)
	p, err := newPatcher(s, 0, random.Key(1, "patches"), 2)
	if err != nil {
		t.Fatal(err)
	}
	if varies, err := p.normalise(func(int) error { return nil }); err != nil || !varies {
		t.Fatal(varies, err)
	}
	j, err := newProjector(task.Device, p.size())
	if err != nil {
		t.Fatal(err)
	}
	j.aimed = directions(random.New(1, "directions"), j.size)
	j.aim(p)
	counts := make([]uint32, swdDirections*swdBins)
	const images = 6
	p.extract(j.patches, []int{16, 17, 18, 19, 20, 21})
	j.count(counts, images*patchesPerImage, 2)
	for d := range swdDirections {
		got, total := counts[d*swdBins:][:swdBins], uint32(0)
		for _, v := range got {
			total += v
		}
		if total != images*patchesPerImage {
			t.Fatalf("direction %d has %d projections", d, total)
		}
		for i := range images * patchesPerImage {
			x := 0.0
			for k, w := range j.aimed[d*j.size:][:j.size] {
				x += w * (float64(j.patches[i*j.size+k]) - p.mean[0]) * p.scale[0]
			}
			u := (x/swdRange + 1) * swdBins / 2
			// Rounding may put a projection into the next bin.
			if got[int(u-.05)] == 0 && got[int(u+.05)] == 0 {
				t.Fatalf("direction %d: nothing is in bin %.2f of patch %d", d, u, i)
			}
		}
	}
}

func TestSWDOfNoise(t *testing.T) {
	real := strokes(t, "digits test", data.Test, 100)
	train := strokes(t, "digits train", data.Train, 100)
	noisy := strokes(t, "noisy", data.Validation, 100)
	random := random.New(1, "noise")
	for i, v := range noisy.Values {
		noisy.Values[i] = min(max(v+.1*float32(random.Normal()), 0), 1)
	}
	r := runMeasure(t, "swd", Task{Samples: noisy, Train: train, Reference: real})
	wantWarnings(t, r, "100 samples and not")
	fine, _ := r.Find("28x28")
	coarse, _ := r.Find("14x14")
	mean, _ := r.Find("mean")
	if fine.Value < 3**fine.Baseline || fine.Value < 2*coarse.Value {
		t.Errorf("noise is at %.1f in the fine level, with a baseline of %.1f, and at %.1f in the coarse", fine.Value, *fine.Baseline, coarse.Value)
	}
	if want := (fine.Value + coarse.Value) / 2; math.Abs(float64(mean.Value-want)) > 1e-9 {
		t.Errorf("the mean is %.9f, want %.9f", mean.Value, want)
	}
	if *fine.StdErr <= 0 || *fine.StdErr > Number(.2)*fine.Value {
		t.Errorf("the standard error of %.1f is %.1f", fine.Value, *fine.StdErr)
	}
}

func TestSWDOfBlankImages(t *testing.T) {
	blank := strokes(t, "blank", data.Validation, 100)
	clear(blank.Values)
	r := runMeasure(t, "swd", Task{Samples: blank, Train: strokes(t, "train", data.Train, 100), Reference: strokes(t, "real", data.Test, 100)})
	for _, v := range r.Values {
		if math.IsNaN(float64(v.Value)) || v.Value < 100 {
			t.Errorf("%s of blank images is %v", v.Name, v.Value)
		}
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool {
		return w == "blank: all pixels of a level are equal, so there is nothing to compare"
	}) {
		t.Errorf("the warnings of blank images are %q", r.Warnings)
	}
}
