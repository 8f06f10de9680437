package augment_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/augment"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A twin repeats the operations with loops over pixels. It draws the same random
// numbers in the same order: the strengths of an operation, then the images to which
// it applies.
type twin struct {
	t      *testing.T
	c      *nn.Context
	p      float64 // negative: every operation applies
	x      []float64
	n, ch  int
	h, w   int
	middle float64
	half   float64
	list   string // names of ADA operations
}

func newTwin(t *testing.T, x *tensor.Array, prob, lo, hi float64, seed uint64) *twin {
	return &twin{
		t: t, c: seeded(seed), p: prob, x: append([]float64(nil), x.Data...),
		n: x.Shape[0], ch: x.Shape[1], h: x.Shape[2], w: x.Shape[3],
		middle: (lo + hi) / 2, half: (hi - lo) / 2,
	}
}

func (w *twin) values(v *tensor.Tensor) []float64 {
	got, err := tensor.Eval([]*tensor.Tensor{v}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return got[0].Data
}

func (w *twin) uniform() []float64 { return w.values(w.c.Uniform(0, 1, w.n)) }

// applies draws to which images the operation applies.
func (w *twin) applies() []bool {
	yes := make([]bool, w.n)
	var u []float64
	if w.p >= 0 {
		u = w.uniform()
	}
	for i := range yes {
		yes[i] = w.p < 0 || u[i] < float64(float32(w.p))
	}
	return yes
}

// image returns a copy of image i, and a function that changes its pixels: put stores
// f(channel, row, column).
func (w *twin) image(i int) (at func(c, r, k int) float64, put func(f func(c, r, k int) float64)) {
	size := w.ch * w.h * w.w
	old := append([]float64(nil), w.x[i*size:(i+1)*size]...)
	at = func(c, r, k int) float64 { return old[(c*w.h+r)*w.w+k] }
	put = func(f func(c, r, k int) float64) {
		for c := range w.ch {
			for r := range w.h {
				for k := range w.w {
					w.x[i*size+(c*w.h+r)*w.w+k] = f(c, r, k)
				}
			}
		}
	}
	return at, put
}

// meanOf returns the mean of the channels of a pixel.
func (w *twin) meanOf(at func(c, r, k int) float64, r, k int) float64 {
	sum := 0.
	for c := range w.ch {
		sum += at(c, r, k)
	}
	return sum / float64(w.ch)
}

func (w *twin) brightness() {
	b, yes := w.uniform(), w.applies()
	for i := range w.n {
		at, put := w.image(i)
		if yes[i] {
			put(func(c, r, k int) float64 { return at(c, r, k) + (b[i]-.5)*w.half })
		}
	}
}

func (w *twin) saturation() {
	if w.ch == 1 {
		return
	}
	s, yes := w.uniform(), w.applies()
	for i := range w.n {
		at, put := w.image(i)
		if yes[i] {
			put(func(c, r, k int) float64 {
				m := w.meanOf(at, r, k)
				return m + 2*s[i]*(at(c, r, k)-m)
			})
		}
	}
}

func (w *twin) contrast() {
	s, yes := w.uniform(), w.applies()
	for i := range w.n {
		at, put := w.image(i)
		m := 0.
		for r := range w.h {
			for k := range w.w {
				m += w.meanOf(at, r, k) / float64(w.h*w.w)
			}
		}
		if yes[i] {
			put(func(c, r, k int) float64 { return m + (s[i]+.5)*(at(c, r, k)-m) })
		}
	}
}

func (w *twin) translation() {
	ky, kx := int(float64(w.h)*.125+.5), int(float64(w.w)*.125+.5)
	y, x, yes := w.uniform(), w.uniform(), w.applies()
	for i := range w.n {
		at, put := w.image(i)
		dy, dx := int(y[i]*float64(2*ky+1))-ky, int(x[i]*float64(2*kx+1))-kx
		if yes[i] {
			put(func(c, r, k int) float64 {
				if r+dy < 0 || r+dy >= w.h || k+dx < 0 || k+dx >= w.w {
					return w.middle
				}
				return at(c, r+dy, k+dx)
			})
		}
	}
}

// cutout clamps coordinates to the image, as the published code does.
func (w *twin) cutout() {
	sy, sx := int(float64(w.h)*.5+.5), int(float64(w.w)*.5+.5)
	y, x, yes := w.uniform(), w.uniform(), w.applies()
	clamp := func(v, n int) int { return min(max(v, 0), n-1) }
	for i := range w.n {
		at, put := w.image(i)
		oy, ox := int(y[i]*float64(w.h+1-sy%2)), int(x[i]*float64(w.w+1-sx%2))
		cut := map[[2]int]bool{}
		for a := range sy {
			for b := range sx {
				cut[[2]int{clamp(a+oy-sy/2, w.h), clamp(b+ox-sx/2, w.w)}] = true
			}
		}
		if yes[i] {
			put(func(c, r, k int) float64 {
				if cut[[2]int{r, k}] {
					return w.middle
				}
				return at(c, r, k)
			})
		}
	}
}

// operations returns the operations of a policy of one operation.
func (w *twin) operations() map[string]func() {
	return map[string]func(){
		"brightness": w.brightness, "saturation": w.saturation, "contrast": w.contrast,
		"translation": w.translation, "cutout": w.cutout,
		"xflip": w.geometry, "rotate90": w.geometry, "xint": w.geometry,
		"scale": w.geometry, "rotate": w.geometry, "aniso": w.geometry, "xfrac": w.geometry,
		"ada-brightness": w.adaColor, "ada-contrast": w.adaColor, "luma-flip": w.adaColor, "hue": w.adaColor, "ada-saturation": w.adaColor,
	}
}

// shapes has square and other sizes, odd sizes, and 1, 2, 3 and 4 channels.
var shapes = [][]int{{5, 3, 8, 8}, {4, 1, 7, 7}, {4, 3, 9, 12}, {3, 4, 5, 8}, {3, 2, 16, 3}, {3, 3, 1, 6}, {2, 1, 4, 1}}

// TestTwins compares each operation with its loop over pixels.
func TestTwins(t *testing.T) {
	for _, name := range augment.DiffAugmentOperations {
		for _, shape := range shapes {
			for _, prob := range []float64{always, .5} {
				for _, span := range [][2]float64{{-1, 1}, {0, 1}, {0, 255}} {
					x := images(shape...)
					w := newTwin(t, x, prob, span[0], span[1], 7)
					w.operations()[name]()
					got := applied(t, augment.Only(name), x, prob, span[0], span[1], 7)
					wantNear(t, name, got, w.x, 2e-6*span[1])
				}
			}
		}
	}
}

// TestOrderOfDiffAugment compares the three words together.
func TestOrderOfDiffAugment(t *testing.T) {
	x := images(4, 3, 8, 10)
	w := newTwin(t, x, always, -1, 1, 3)
	for _, name := range augment.DiffAugmentOperations {
		w.operations()[name]()
	}
	got := applied(t, parse(t, "cutout,translation,color"), x, always, -1, 1, 3)
	wantNear(t, "color,translation,cutout", got, w.x, 1e-6)
}

// areaOf returns the exact mean share of an axis that a random cutout covers.
func areaOf(side int) float64 {
	size := int(float64(side)*.5 + .5)
	offsets := side + 1 - size%2
	covered := 0
	for o := range offsets {
		first, last := o-size/2, o-size/2+size-1
		covered += min(last, side-1) - max(first, 0) + 1
	}
	return float64(covered) / float64(offsets*side)
}

// zeros returns the share of numbers that a policy sets to 0 in images of ones, and
// its standard error, from 4096 images.
func zeros(t *testing.T, policy string, side int) (share, standardError float64) {
	const n = 4096
	x := tensor.Full(tensor.Float32, 1, n, 1, side, side)
	y := parse(t, policy).Apply(seeded(2), x, nil, -1, 1)
	each := run(t, y.Mean(1, 2, 3))[0]
	sum, squares := 0., 0.
	for _, v := range each {
		z := 1 - float64(v)
		sum, squares = sum+z, squares+z*z
	}
	mean := sum / n
	return mean, math.Sqrt((squares/n - mean*mean) / n)
}

// TestAreas checks the mean area that cutout and translation fill, which are known.
func TestAreas(t *testing.T) {
	for _, c := range []struct {
		policy string
		side   int
		want   float64
	}{
		{"cutout", 32, .18647}, {"cutout", 28, .18579}, {"cutout", 64, .18889},
		{"translation", 28, .1524}, {"translation", 32, .1341}, {"translation", 64, .1280},
	} {
		share, se := zeros(t, c.policy, c.side)
		t.Logf("%s of %d: %.5f +- %.5f, want %.5f", c.policy, c.side, share, se, c.want)
		if math.Abs(share-c.want) > 3*se {
			t.Errorf("%s of side %d fills %.5f +- %.5f, want %.5f", c.policy, c.side, share, se, c.want)
		}
		if exact := areaOf(c.side); c.policy == "cutout" && math.Abs(exact*exact-c.want) > 5e-6 {
			t.Errorf("cutout of side %d: the exact area is %.6f, want %.5f", c.side, exact*exact, c.want)
		}
	}
}
