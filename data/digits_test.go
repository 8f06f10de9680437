package data

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// digit reads image i and its class.
func digit(t testing.TB, d *Digits, i int64) (image []byte, class int) {
	t.Helper()
	row := d.Info().NewRow()
	if err := d.Read(row, i); err != nil {
		t.Fatal(err)
	}
	return row[0].Bytes, int(row[1].Ints[0])
}

// The embedded set is what published runs were trained on: its bytes stay.
func TestDigitsStayTheSame(t *testing.T) {
	const want = "fc48a0a09e3a0c590128e847b50e835046435680696450179aba77e8ea6f665c"
	hash := sha256.New()
	for _, split := range []Split{Train, Validation, Test} {
		for i := range int64(100) {
			image, label := digit(t, NewDigits(split, 1), i)
			hash.Write(append(image, byte(label)))
		}
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != want {
		t.Errorf("the digits changed: their SHA-256 is %s, was %s", got, want)
	}
}

func TestDigitsDependOnSeedSplitAndIndexAlone(t *testing.T) {
	read := func(d *Digits, i int64) string {
		dst := bytes.Repeat([]byte{99}, digitPixels) // rubbish that must not show
		if err := d.Read(Row{{Bytes: dst}, {}}, i); err != nil {
			t.Error(err)
		}
		return string(dst)
	}
	want := make([]string, 50)
	seen := map[string]bool{}
	for i := range want {
		want[i] = read(NewDigits(Train, 5), int64(i))
		seen[want[i]] = true
		seen[read(NewDigits(Validation, 5), int64(i))] = true
		seen[read(NewDigits(Test, 5), int64(i))] = true
		seen[read(NewDigits(Train, 6), int64(i))] = true
	}
	if len(seen) != 4*len(want) {
		t.Errorf("%d different images of %d", len(seen), 4*len(want))
	}
	var group sync.WaitGroup
	d := NewDigits(Train, 5)
	for range 4 {
		group.Go(func() {
			for i := len(want) - 1; i >= 0; i-- {
				if read(d, int64(i)) != want[i] {
					t.Errorf("image %d differs when it is read in another order", i)
				}
			}
		})
	}
	group.Wait()
}

// Factors lie in their stated ranges, are uniform there, and name the label.
func TestFactors(t *testing.T) {
	const n = 20_000
	d := NewDigits(Train, 1)
	ranges := map[string][2]float64{"slant": {-0.25, 0.25}, "thickness": {1, 1.8}, "shift x": {-1.5, 1.5},
		"shift y": {-1.5, 1.5}, "scale": {0.9, 1}, "rotation": {-0.1, 0.1}}
	sums, classes := map[string]float64{}, [10]int{}
	for i := range int64(n) {
		f := d.Factors(i)
		classes[f.Class]++
		for name, v := range map[string]float64{"slant": f.Slant, "thickness": f.Thickness, "shift x": f.ShiftX,
			"shift y": f.ShiftY, "scale": f.Scale, "rotation": f.Rotation} {
			if r := ranges[name]; v < r[0] || v >= r[1] {
				t.Fatalf("image %d: %s %g outside %v", i, name, v, r)
			}
			sums[name] += v
		}
		if i < 100 {
			if _, label := digit(t, d, i); label != f.Class {
				t.Fatalf("image %d: label %d; its class is %d", i, label, f.Class)
			}
		}
	}
	// Bounds are five standard errors.
	for name, r := range ranges {
		if off := sums[name]/n - (r[0]+r[1])/2; math.Abs(off) > 5*(r[1]-r[0])/math.Sqrt(12*n) {
			t.Errorf("the mean %s is off by %g", name, off)
		}
	}
	for class, count := range classes {
		if math.Abs(float64(count)-n/10) > 5*math.Sqrt(n*0.09) {
			t.Errorf("class %d: %d of %d images", class, count, n)
		}
	}
}

// The images show what their factors say.
func TestFactorsShow(t *testing.T) {
	const n = 4000
	d := NewDigits(Train, 2)
	// Per class, so that the classes' own centres and amounts of ink do not blur it.
	var x, y, slant, ink [10]correlation
	for i := range int64(n) {
		image, _ := digit(t, d, i)
		f, m := d.Factors(i), momentsOf(image)
		x[f.Class].add(f.ShiftX, m.x)
		y[f.Class].add(f.ShiftY, m.y)
		slant[f.Class].add(f.Slant+f.Rotation, -m.xy/m.yy)
		ink[f.Class].add(f.Thickness*f.Scale, m.mass)
	}
	for class := range 10 {
		for name, r := range map[string]float64{"shift x": x[class].r(), "shift y": y[class].r(),
			"slant": slant[class].r(), "thickness": ink[class].r()} {
			if r < 0.85 {
				t.Errorf("class %d: %s correlates with the image by %.3f", class, name, r)
			}
		}
	}
}

// moments are the ink of an image, its centre and its second moments about it.
type moments struct{ mass, x, y, xy, yy float64 }

func momentsOf(image []byte) (m moments) {
	each := func(f func(v, x, y float64)) {
		for p, v := range image {
			f(float64(v), float64(p%digitSide), float64(p/digitSide))
		}
	}
	each(func(v, x, y float64) { m.mass += v; m.x += v * x; m.y += v * y })
	m.x, m.y = m.x/m.mass, m.y/m.mass
	each(func(v, x, y float64) { m.xy += v * (x - m.x) * (y - m.y); m.yy += v * (y - m.y) * (y - m.y) })
	return m
}

// A correlation gathers pairs of numbers.
type correlation struct{ n, a, b, aa, ab, bb float64 }

func (c *correlation) add(a, b float64) {
	c.n++
	c.a += a
	c.b += b
	c.aa += a * a
	c.ab += a * b
	c.bb += b * b
}

func (c *correlation) r() float64 {
	return (c.n*c.ab - c.a*c.b) / math.Sqrt((c.n*c.aa-c.a*c.a)*(c.n*c.bb-c.b*c.b))
}

// The digits are as bright as MNIST's (33.3 in the mean), keep clear of the
// border, and their classes are told apart by the nearest mean image.
func TestDigitsLookLikeMNIST(t *testing.T) {
	const n = 4000
	d := NewDigits(Train, 3)
	var sums [10][digitPixels]float64
	var counts [10]float64
	total := 0.0
	for i := range int64(n) {
		image, label := digit(t, d, i)
		counts[label]++
		for p, v := range image {
			sums[label][p] += float64(v)
			total += float64(v)
			if row, col := p/digitSide, p%digitSide; v != 0 && (row == 0 || col == 0 || row == digitSide-1 || col == digitSide-1) {
				t.Fatalf("image %d, a %d: ink on the border at row %d, column %d", i, label, row, col)
			}
		}
	}
	if mean := total / n / digitPixels; mean < 31 || mean > 37 {
		t.Errorf("the mean pixel is %.1f", mean)
	}
	right := 0
	for i := range int64(n) {
		image, label := digit(t, NewDigits(Test, 3), i)
		if nearest(image, &sums, &counts) == label {
			right++
		}
	}
	if right < n*9/10 {
		t.Errorf("the nearest mean names %d of %d digits rightly", right, n)
	}
}

// nearest returns the class whose mean image, sums over counts, is nearest to
// image.
func nearest(image []byte, sums *[10][digitPixels]float64, counts *[10]float64) int {
	best, least := -1, math.Inf(1)
	for class := range sums {
		distance := 0.0
		for p, v := range image {
			e := float64(v) - sums[class][p]/counts[class]
			distance += e * e
		}
		if distance < least {
			best, least = class, distance
		}
	}
	return best
}

// A class alone is told without drawing, and the image alone is the same.
func TestDigitsReadFieldsApart(t *testing.T) {
	d := NewDigits(Train, 4)
	for i := range int64(20) {
		image, class := digit(t, d, i)
		alone, label := d.Info().RowOf(ExampleField), d.Info().RowOf(ClassField)
		if err := errors.Join(d.Read(alone, i), d.Read(label, i)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(alone[0].Bytes, image) || int(label[1].Ints[0]) != class {
			t.Errorf("image %d differs when its fields are read apart", i)
		}
	}
	if err := d.Read(Row{{Bytes: []byte{}}, {Ints: []int32{}}}, 0); err != nil {
		t.Errorf("into a row without room: %v", err)
	}
}

func TestGlyphsFitTheirBox(t *testing.T) {
	for class, strokes := range glyphs {
		for _, s := range strokes {
			if len(s) < 2 || len(s) > maxKnots {
				t.Errorf("glyph %d has a stroke of %d knots", class, len(s))
			}
			for _, k := range s {
				if math.Abs(k.x) > 1 || math.Abs(k.y) > 1 {
					t.Errorf("glyph %d: knot %v outside the box", class, k)
				}
			}
		}
	}
}

// Compares a line of a distanceMap with the distance of every pixel to it.
func TestDistanceMapLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(-5, digitSide+5)
		ax, ay := coordinate.Draw(t, "ax"), coordinate.Draw(t, "ay")
		bx, by := ax, ay
		if rapid.Bool().Draw(t, "with length") {
			bx, by = coordinate.Draw(t, "bx"), coordinate.Draw(t, "by")
		}
		var m distanceMap
		m.reset(rapid.Float64Range(0.5, 4).Draw(t, "half width"))
		m.addLine(ax, ay, bx, by)
		for p, d := range m.squared {
			x, y := float64(p%digitSide)+0.5, float64(p/digitSide)+0.5
			want := math.Inf(1)
			const steps = 400 // to walk along the line
			for k := range steps + 1 {
				s := float64(k) / steps
				want = min(want, math.Hypot(x-ax-s*(bx-ax), y-ay-s*(by-ay)))
			}
			got := math.Sqrt(d)
			if want < m.reach && math.Abs(got-want) > 0.07 || got < m.reach && want > got+0.07 {
				t.Fatalf("pixel %d: distance %g, want %g", p, got, want)
			}
		}
	})
}

func TestDigitsAllocateNothing(t *testing.T) {
	d, i := NewDigits(Train, 1), int64(0)
	row := d.Info().NewRow()
	if n := testing.AllocsPerRun(100, func() {
		if err := d.Read(row, i); err != nil {
			t.Fatal(err)
		}
		i++
	}); n != 0 {
		t.Errorf("%g allocations an image", n)
	}
}

func BenchmarkDigits(b *testing.B) {
	d, i := NewDigits(Train, 1), int64(0)
	row := d.Info().NewRow()
	b.SetBytes(digitPixels)
	for b.Loop() {
		if err := d.Read(row, i); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
