package referee

import (
	"math"
)

// Names of the figures of probes. In a row, [ProbePrefix] comes before them.
const (
	// Diversity is the mean distance of two samples, divided by that of two real examples.
	Diversity = "diversity"
	// Coverage is the share of real examples that have a sample near them: within the
	// distance of their third neighbour (Naeem et al. 2020), or within 0.15 of the mean
	// distance of two real examples. It is 0.88 or more for samples like the data.
	Coverage = "coverage"
	// Numbers is the number of values of an example after the reduction.
	Numbers = "numbers"
	// Near is the share of samples that are near a real example.
	Near = "near"
	// Offset is the distance between the mean sample and the mean real example, divided by
	// the mean distance of two real examples.
	Offset = "offset"
	// Copies is the median distance of a sample to its nearest training example, divided by
	// that of held-out examples. It is about 1, and 0 for copies.
	Copies = "copies"
	// Midtones is the share of pixels that are not at an end of their range, divided by that of
	// real examples.
	Midtones = "midtones"
	// Drift is the mean distance of samples to those that the same latents gave at the probe
	// before, divided by the mean distance of two real examples.
	Drift = "drift"
	// Latent is the mean distance of samples with different z and the same condition, divided by
	// the mean distance of two real examples.
	Latent = "latent"
	// Condition is the mean distance of samples with the same z and different classes, divided
	// in the same way.
	Condition = "condition"
	// Narrow is the diversity within the class with the samples that are most alike, divided by the
	// median of the classes, where the same of real examples is 1.
	Narrow = "narrow"
	// Apart is the mean distance of two real examples.
	Apart = "apart"
	// Overfit is (D(train) - D(held out)) / (D(train) - D(samples)), with means of D's answers
	// (Karras et al. 2020, equation 1): 0 without overfitting, 1 if D takes held-out examples
	// for samples.
	Overfit = "overfit"
	// Gap is D(train) - D(samples), in the units of D's answers.
	Gap = "gap"
	// HeldOut is D's accuracy on held-out real examples: the share that D calls real.
	HeldOut = "held out"
	// Dead is the share of units without any gradient in the layer that has most of them.
	Dead = "dead"
	// Modes is the distance between samples in training mode and samples as they are drawn,
	// from the same latents, divided by the mean distance of two real examples.
	Modes = "modes"
)

// probeWords are the names of probes in findings, where these differ.
var probeWords = map[string]string{
	Near:      "share of samples near the data",
	Dead:      "share of dead units, in the layer with most",
	Midtones:  "midtones of samples, divided by those of the data",
	Narrow:    "diversity of that class, divided by the median of all classes",
	Modes:     "distance of the two kinds for the same z",
	Latent:    "distance between z in a class",
	Condition: "distance between classes for the same z",
	Gap:       "D(x) - D(G(z))",
	Overfit:   "(D(train) - D(held out)) / (D(train) - D(samples))",
	Copies:    "distance of samples to the nearest training example, divided by that of held-out examples",
}

// A Comparison is the figures of samples by name, without a prefix.
type Comparison struct {
	Figures map[string]float64
	Covered []bool // of each real example: whether a sample is near it
}

// Compare compares samples with the reference: [Diversity], [Coverage], [Near], [Offset],
// [Apart], for pixels [Midtones] and, if training examples are known, [Copies].
// It panics unless samples has whole examples. A NaN among the samples makes figures NaN.
func (r *Reference) Compare(samples []float32) Comparison {
	x := r.reduce(samples)
	n, m := len(x)/r.size, len(r.real)/r.size
	c := Comparison{Figures: map[string]float64{
		Numbers: float64(r.size), Diversity: ratio(r.meanDistance(x), r.apart), Offset: ratio(distance(mean(x, r.size), mean(r.real, r.size)), r.apart), Apart: r.apart,
	}, Covered: make([]bool, m)}
	squares := r.squares(x, r.real)
	near := make([]bool, n)
	for i := range n {
		for j := range m {
			if float64(squares[i*m+j]) <= r.radii[j] {
				near[i], c.Covered[j] = true, true
			}
		}
	}
	c.Figures[Near] = shareOf(near)
	c.Figures[Coverage] = shareOf(c.Covered)
	if r.midtones > 0 {
		c.Figures[Midtones] = r.midtonesOf(samples) / r.midtones
	}
	if r.train != nil && n > 0 {
		c.Figures[Copies] = ratio(r.nearest(x), r.heldOut)
	}
	return c
}

// Distance returns the mean distance of each sample of a to the one at the same place of b,
// divided by the mean distance of two real examples.
func (r *Reference) Distance(a, b []float32) float64 {
	x, y := r.reduce(a), r.reduce(b)
	sum, n := 0.0, len(x)/r.size
	for i := 0; i < len(x); i += r.size {
		sum += math.Sqrt(float64(square(x[i:i+r.size], y[i:i+r.size])))
	}
	return ratio(sum/float64(max(n, 1)), r.apart)
}

// CompareClasses adds the figures of samples that were made from the same latents for each
// class: columns samples of class 0, then columns samples of class 1 with the same latents,
// and so on. These are [Latent], [Condition] and [Narrow]. within has the mean distance of two real
// examples of each class, or is nil: see [Reference.Within].
func (r *Reference) CompareClasses(c *Comparison, samples []float32, columns int, within []float64) {
	x := r.reduce(samples)
	class := columns * r.size
	classes := len(x) / class
	if classes < 2 || columns < 2 {
		return
	}
	var each []float64
	for k := range classes {
		real := r.apart
		if within != nil {
			real = within[k]
		}
		if real > 0 { // a class of equal examples cannot collapse
			each = append(each, r.meanDistance(x[k*class:(k+1)*class])/real)
		}
	}
	if len(each) == 0 {
		return
	}
	sum := 0.0
	for column := range columns {
		same := make([]float32, 0, classes*r.size)
		for k := range classes {
			same = append(same, x[k*class+column*r.size:][:r.size]...)
		}
		sum += r.meanDistance(same)
	}
	least := each[0]
	for _, d := range each {
		least = min(least, d)
	}
	c.Figures[Latent] = median(each)
	c.Figures[Condition] = ratio(sum/float64(columns), r.apart)
	c.Figures[Narrow] = ratio(least, median(each))
}

// Within returns the mean distance of two real examples of each class. labels has the class
// of each example. It is nil if a class has fewer than two examples.
func (r *Reference) Within(real []float32, labels []int32, classes int) []float64 {
	x := r.reduce(real)
	list := make([]float64, classes)
	for k := range classes {
		var of []float32
		for i, label := range labels {
			if int(label) == k {
				of = append(of, x[i*r.size:(i+1)*r.size]...)
			}
		}
		if len(of) < 2*r.size {
			return nil
		}
		list[k] = r.meanDistance(of)
	}
	return list
}

// meanDistance returns the mean distance of two of the reduced examples.
func (r *Reference) meanDistance(x []float32) float64 {
	n, sum := len(x)/r.size, 0.0
	for i := range n {
		for j := range i {
			sum += math.Sqrt(float64(square(x[i*r.size:(i+1)*r.size], x[j*r.size:(j+1)*r.size])))
		}
	}
	return 2 * sum / float64(max(n*(n-1), 1))
}

func mean(x []float32, size int) []float64 {
	m := make([]float64, size)
	n := float64(max(len(x)/size, 1))
	for i, v := range x {
		m[i%size] += float64(v) / n
	}
	return m
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return math.Sqrt(sum)
}

// ratio returns a / b, and 0 for a constant reference.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func shareOf(is []bool) float64 {
	n := 0
	for _, b := range is {
		if b {
			n++
		}
	}
	return float64(n) / float64(max(len(is), 1))
}
