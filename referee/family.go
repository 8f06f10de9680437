package referee

import "math"

// A losses is the losses of D and of G, row by row. Rows without both are left out, and
// so are those of the first steps.
type losses struct {
	d, g   []float64
	rows   []int // in the history
	family Family
	heads  Heads   // "" if it is not known
	given  bool    // the family is known, not guessed
	chance float64 // of D's loss, when D cannot tell samples from data; the smaller one if heads is not known
}

// firstSteps is the number of steps without a verdict: in the first steps of a healthy
// training D's loss can be above chance while G's is near 0.
const firstSteps = 50

// lossesOf joins the losses of a history.
func lossesOf(h *History) losses {
	l := losses{family: h.Family, heads: h.Heads, given: h.Family != ""}
	for i, r := range h.Rows {
		d, ok := dLoss(r)
		g, has := r.Values[LossG]
		if ok && has && finite(d) && finite(g) && !(h.Steps && r.Step <= firstSteps) {
			l.d, l.g, l.rows = append(l.d, d), append(l.g, g), append(l.rows, i)
		}
	}
	if l.family == "" {
		l.family = l.guessFamily(h)
	}
	if l.heads == "" {
		l.heads = guessHeads(h)
	}
	l.chance = l.chanceLevel()
	return l
}

// dLoss returns the loss of D: its own, or the sum of its halves.
func dLoss(r Row) (float64, bool) {
	if d, ok := r.Values[LossD]; ok {
		return d, true
	}
	real, ok := r.Values[LossReal]
	fake, has := r.Values[LossFake]
	return real + fake, ok && has
}

// guessFamily infers the family from the signs and the zeros of the losses.
func (l *losses) guessFamily(h *History) Family {
	negative := func(v float64) bool { return v < 0 }
	negativeD, negativeG := share(l.d, negative), share(l.g, negative)
	switch {
	case h.has(ScoreReal) && !h.has(DReal) && negativeD > 0:
		return Wasserstein
	case negativeD > 0: // no other loss of D is negative
		return Wasserstein
	case negativeG == 1 && median(l.d) < 2*2*math.Ln2 && len(l.d) > 0:
		return CrossEntropy // log(1 - D(G(z))), the minimax loss
	case negativeG > 0:
		return Hinge // G's loss is the mean score with a minus
	case l.exactZeros() > 0:
		return Hinge
	case !h.has(DReal) && !h.has(DFake) && l.onlyLeastSquares():
		return LeastSquares
	}
	return CrossEntropy
}

// onlyLeastSquares reports whether most losses are impossible for a cross entropy, and nearly
// all are possible for least squares. There, G's loss is c (1 - s)^2, with the score s of a
// sample and c of 1 or a half, so s is at least 1 - sqrt(G/c) in the mean, and D's loss has
// s^2 with a factor of a quarter or more.
func (l *losses) onlyLeastSquares() bool {
	if len(l.d) < manyConstant {
		return false
	}
	impossible, fitting := 0, 0
	for i, d := range l.d {
		g := l.g[i]
		if least := leastD(g); g > 0 && least > .2 && 2*d < .5*least {
			impossible++
		}
		for _, c := range []float64{.5, 1} {
			if s := max(0, 1-math.Sqrt(max(g, 0)/c)); g < 1.5*c && d >= .2*s*s {
				fitting++
				break
			}
		}
	}
	return 2*impossible > len(l.d) && 10*fitting >= 9*len(l.d)
}

// exactZeros returns the number of rows in which D's loss is exactly 0 although G's loss
// is so small that a cross entropy would print another number: see [leastD]. A hinge loss
// can be 0. G above 2 separates these rows from contradictions, which are bugs.
func (l *losses) exactZeros() int {
	printed := resolution(l.d, l.g)
	n := 0
	for i, d := range l.d {
		if d == 0 && l.g[i] > 2 && leastD(l.g[i]) > 5*printed {
			n++
		}
	}
	return n
}

// resolution returns the last decimal place that the values have, at least 1e-9.
func resolution(lists ...[]float64) float64 {
	place := 1.0
	for _, list := range lists {
		for _, v := range list {
			for place > 1e-9 && math.Abs(math.Remainder(v, place)) > 1e-4*place && math.Abs(v) < 1e6*place {
				place /= 10
			}
		}
	}
	return place
}

// leastD returns the smallest loss of D, as a sum, that a cross entropy allows with a loss
// g of G. G's loss is the mean of -log p, where p is the probability that D gives to a
// sample. So p is exp(-g), and the half of D's loss of samples, the mean of -log(1 - p), is at
// least -log(1 - exp(-g)) by Jensen's inequality.
func leastD(g float64) float64 { return -math.Log(-math.Expm1(-g)) }

// guessHeads compares D's loss with its probabilities: the sum of the halves is
// -log D(x) - log(1 - D(G(z))), nearly, if the probabilities are means of a minibatch.
func guessHeads(h *History) Heads {
	if !h.has(LossD) && h.has(LossReal) && h.has(LossFake) {
		return Sum
	}
	var ratios []float64
	for _, r := range h.Rows {
		d, ok := r.Values[LossD]
		real, hasReal := r.Values[DReal]
		fake, hasFake := r.Values[DFake]
		if want := -math.Log(real) - math.Log1p(-fake); ok && hasReal && hasFake && finite(want) && want > 1e-3 && finite(d) {
			ratios = append(ratios, d/want)
		}
	}
	switch r := median(ratios); {
	case len(ratios) == 0:
		return ""
	case r > .8:
		return Sum
	case r > .3:
		return Mean
	}
	return ""
}

// chanceLevel returns the loss of a D that cannot tell samples from data, NaN for a
// Wasserstein loss.
func (l *losses) chanceLevel() float64 {
	sum := math.NaN()
	switch l.family {
	case CrossEntropy:
		sum = 2 * math.Ln2
	case LeastSquares:
		sum = .5
	case Hinge:
		sum = 2
	}
	if l.heads != Sum {
		return sum / 2
	}
	return sum
}
