package measure

import (
	"fmt"
	"math"
	"testing"
)

// TestDiscrepancyIsItsDefinition compares with double sums in float64, at sizes
// around those of blocks.
func TestDiscrepancyIsItsDefinition(t *testing.T) {
	for _, c := range []struct{ size, d int }{
		{2, 1}, {7, 3}, {60, 128}, {33, 784},
		{kernelRows - 1, 5}, {kernelRows, 5}, {kernelRows + 1, 5}, {2*kernelRows + 40, 130},
	} {
		a, b := points("a", c.size+9, c.d, .3, 1), points("b", c.size+20, c.d, 0, 1.5)
		pickA, pickB := newPicker(1, "a", a.Len()), newPicker(1, "b", b.Len())
		device := newTask(t).Device
		k, err := newKernelProgram(device, c.size, c.d, true)
		if err != nil {
			t.Fatal(err)
		}
		of, err := newKernelProgram(device, c.size, c.d, false)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second subset, too
			x, y := pickA.next(c.size), pickB.next(c.size)
			pickInto(k.x, a, x)
			pickInto(k.y, b, y)
			pickInto(of.x, b, y)
			k.program.Run()
			of.program.Run()
			got, want := discrepancyOf(c.size, k.within(), of.within(), k.between()), plainDiscrepancy(a, x, b, y)
			if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("%d examples of %d features: %.9f, want %.9f", c.size, c.d, got, want)
			}
		}
	}
}

// plainDiscrepancy is equation 3 of Gretton et al. 2012 with the kernel of
// Binkowski et al. 2018.
func plainDiscrepancy(a *Set, x []int32, b *Set, y []int32) float64 {
	k := func(u, v []float32) float64 {
		dot := 0.0
		for i := range u {
			dot += float64(u[i]) * float64(v[i])
		}
		return math.Pow(dot/float64(len(u))+1, 3)
	}
	m := float64(len(x))
	sum := 0.0
	for i := range x {
		for j := range x {
			if i != j {
				sum += k(a.At(int(x[i])), a.At(int(x[j]))) / (m * (m - 1))
				sum += k(b.At(int(y[i])), b.At(int(y[j]))) / (m * (m - 1))
			}
			sum -= 2 * k(a.At(int(x[i])), b.At(int(y[j]))) / (m * m)
		}
	}
	return sum
}

func TestPickerRepeatsNothing(t *testing.T) {
	p := newPicker(1, "test", 50)
	drawn := make([]int, 50)
	for range 400 {
		seen := map[int32]bool{}
		for _, i := range p.next(20) {
			if seen[i] {
				t.Fatalf("%d is there twice", i)
			}
			seen[i] = true
			drawn[i]++
		}
	}
	for i, n := range drawn { // 160 of 400 on average, with a deviation of 10
		if n < 110 || n > 210 {
			t.Errorf("%d was drawn %d times of 400", i, n)
		}
	}
}

func TestKernelOfPoints(t *testing.T) {
	real, train := points("real", 900, 2, 0, 1), points("train", 900, 2, 0, 1)
	r := runMeasure(t, "kernel", Task{Samples: points("same", 900, 2, 0, 1), Train: train, Reference: real})
	wantWarnings(t, r, "900 samples and not", "subsets have 900", "no standard error: every subset has all")
	v := r.Values[0]
	if v.StdErr != nil {
		t.Errorf("one subset has the standard error %v", *v.StdErr)
	}
	far := runMeasure(t, "kernel", Task{Samples: points("far", 900, 2, 1, 1), Train: train, Reference: real}).Values[0]
	if far.Value < 10*(v.Value+*v.Baseline) {
		t.Errorf("samples that are far off are at %.4f, the same ones at %.4f with a baseline of %.4f", far.Value, v.Value, *v.Baseline)
	}
}

// TestKernelOfOneSubset has subsets with all examples of one set.
func TestKernelOfOneSubset(t *testing.T) {
	few, many := points("few", 150, 2, 0, 1), points("many", 400, 2, 0, 1)
	r := runMeasure(t, "kernel", Task{Samples: few, Reference: many, Train: many})
	wantWarnings(t, r, "150 samples and not", "subsets have 150", "every subset has all samples: the standard error")
	r = runMeasure(t, "kernel", Task{Samples: many, Reference: few, Train: many})
	wantWarnings(t, r, "400 samples and not", "400 of the 400 samples are exact copies", "subsets have 150", "every subset has all real examples: the standard error")
}

// TestKernelStdErr compares the standard error with the standard deviation of the mean over
// draws.
func TestKernelStdErr(t *testing.T) {
	const draws, all, size, subsets = 60, 80, 20, 30
	ofX, ofY := newPicker(1, "of x", all), newPicker(1, "of y", all)
	var means, stdErrs []float64
	for i := range draws {
		x, y := points(fmt.Sprint("x", i), all, 2, 0.5, 1), points(fmt.Sprint("y", i), all, 2, 0, 1)
		estimates := make([]float64, subsets)
		for k := range estimates {
			estimates[k] = plainDiscrepancy(x, ofX.next(size), y, ofY.next(size))
		}
		mean, stdErr := subsetsError(estimates, size, all)
		means, stdErrs = append(means, mean), append(stdErrs, stdErr)
	}
	_, sd := meanSD(means)
	if stdErr, _ := meanSD(stdErrs); stdErr < 0.7*sd || stdErr > 1.5*sd {
		t.Errorf("the standard error is %v on average, draws vary by %v", stdErr, sd)
	}
}

func TestKernelRefusesWhatOverflows(t *testing.T) {
	m, _, err := Find("kernel")
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Run(t.Context(), Task{Samples: points("huge", 200, 2, 0, 1e15), Reference: points("real", 200, 2, 0, 1)})
	if err == nil {
		t.Error("a kernel beyond float32 gave a figure")
	}
}
