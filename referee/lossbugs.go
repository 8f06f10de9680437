package referee

import (
	"fmt"
	"math"
)

// This file has the rules about bugs that the losses alone prove.

// clamps are the greatest values of a logarithm that programs clamp: -ln of the least
// probability. PyTorch clamps the logarithm itself at -100.
var clamps = []float64{100, -math.Log(1e-5), -math.Log(1e-6), -math.Log(1e-7), -math.Log(1.1920929e-7), -math.Log(1e-8), -math.Log(1e-12)}

// Lengths of the constant ends of losses. Three equal rows of four digits are no
// coincidence, but a constant loss near chance takes more to believe, because healthy losses
// are near it too.
const (
	fewConstant  = 3
	manyConstant = 5
)

// constantEnd returns the number of last values that differ from the last one by at most
// a part of it.
func constantEnd(values []float64, part float64) int {
	for i := len(values) - 1; i >= 0; i-- {
		if !closeTo(values[i], values[len(values)-1], part) {
			return len(values) - 1 - i
		}
	}
	return len(values)
}

// notFinite finds a number that is not finite.
func notFinite(h *History, _ *losses) *Finding {
	for i, r := range h.Rows {
		for _, name := range []string{LossD, LossG, LossReal, LossFake, DReal, DFake, Penalty} {
			if v, ok := r.Values[name]; ok && !finite(v) {
				f := h.at(i, NotANumber, sure, fmt.Sprintf("%s is %v. Nothing that is computed from it has a meaning any more. "+
					"The losses before it often give no warning: look for a square root or a logarithm of 0, a division by 0, mixed precision without a scaled loss, or a learning rate that is too high.", name, v))
				return f.figure(name, v, "not finite")
			}
		}
	}
	return nil
}

// doubleSigmoid finds a D that ends in a sigmoid, and a loss that applies another. Then D's
// probabilities lie between sigmoid(0) = 0.5 and sigmoid(1) = 0.7311, and its loss cannot fall
// below softplus(-1) + ln 2 = 1.0064.
func doubleSigmoid(h *History, l *losses) *Finding {
	const floor, top = 1.0064088, .7310586
	why := "D ends in a sigmoid, and its loss applies another one. So D can give no probability above 0.7311 and none below 0.5, and its loss cannot fall below 1.0064. Remove the sigmoid of D, or take the loss that reads probabilities."
	if real, rows := h.series(DReal); len(real) >= manyConstant {
		fake, _ := h.series(DFake)
		outside := func(v float64) bool { return v < .4999 || v > top+1e-4 }
		if n := constantEnd(real, 1e-3); n >= fewConstant && closeTo(real[len(real)-1], top, 1e-3) && share(late(fake), outside) == 0 {
			return h.at(rows[len(rows)-n], DoubleSigmoid, sure, why).figure(DReal, real[len(real)-1], "0.7311 is sigmoid(1)").figure(LossD, last(l.d), "1.0064 is its least value")
		}
	}
	n := min(constantEnd(l.d, 1e-3), constantEnd(l.g, 1e-2))
	if n < fewConstant || !closeTo(last(l.g), math.Ln2, 1e-2) || !closeTo(last(l.d), floor, 1e-3) && !closeTo(last(l.d), floor/2, 1e-3) {
		return nil
	}
	return h.at(l.rows[len(l.d)-n], DoubleSigmoid, sure, why).figure(LossD, last(l.d), "1.0064 is its least value").figure(LossG, last(l.g), "0.6931 is -ln 0.5")
}

func last(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	return values[len(values)-1]
}

// constantD finds a D that answers one half to everything. Healthy losses at chance still
// move.
func constantD(h *History, l *losses) *Finding {
	if l.family == Wasserstein {
		return constantCritic(h, l)
	}
	n := min(constantEnd(l.d, 1e-6), constantEnd(l.g, 1e-6))
	level := closeTo(last(l.d), 2*math.Ln2, 5e-4) || closeTo(last(l.d), math.Ln2, 5e-4)
	if l.family != CrossEntropy || n < manyConstant || !level || !closeTo(last(l.g), math.Ln2, 1e-3) {
		return nil
	}
	return h.at(l.rows[len(l.d)-n], ConstantD, sure,
		"D's loss is exactly that of chance, and not one digit moves. A healthy D at chance still moves. So D gives the same answer to everything: its learning rate is 0, its units are dead, its inputs are constant, or no gradient reaches it.").
		figure(LossD, last(l.d), "1.3863 is 2 ln 2").figure("rows without a change", float64(n), fmt.Sprintf("at least %d", manyConstant))
}

// constantCritic finds a critic with the same score for real examples and samples. A
// difference below a millionth of the scores is the rounding of 32-bit numbers.
func constantCritic(h *History, l *losses) *Finding {
	const rounding = 1e-6
	if len(l.d) < manyConstant {
		return nil
	}
	ratios := make([]float64, len(l.d))
	for i, d := range l.d {
		ratios[i] = math.Abs(d) / max(math.Abs(l.g[i]), 1e-300)
	}
	end := late(ratios)
	printed := share(end, func(v float64) bool { return v > 0 && v < rounding }) > 0 // a 0 of few digits proves nothing
	if !(median(end) < rounding) || !printed {
		return nil
	}
	since := len(ratios) - len(end)
	for since > 0 && ratios[since-1] < rounding {
		since--
	}
	return h.at(l.rows[since], ConstantD, likely,
		"The critic gives the same score to real examples and to samples: their difference is the rounding of the numbers. A healthy critic still moves. So its units are dead, its weights are clipped too closely, its learning rate is too high or 0, or its inputs are constant, and G gets no gradient.").
		figure("difference of the scores, of the scores", median(end), fmt.Sprintf("below %g", rounding))
}

// atLimit is the number of last rows at the limit of a logarithm that prove it, if they are
// equal in every digit. Rows that are only close to it take fewConstant.
const atLimit = 2

// standing returns the number of last values that stand still: that are equal, or, of more,
// that are nearly so. It is 0 if they are too few to tell.
func standing(values []float64) int {
	if n := constantEnd(values, 1e-3); n >= fewConstant || n >= atLimit && constantEnd(values, 0) == n {
		return n
	}
	return 0
}

// frozenLoss finds losses at the limit of a clamped logarithm. There the gradient is 0. The
// other loss is near 0, and need not stand.
func frozenLoss(h *History, l *losses) *Finding {
	if l.family == Wasserstein {
		return nil
	}
	nD, nG := standing(l.d), standing(l.g)
	for _, c := range clamps {
		for _, limit := range []float64{c, c / 2} {
			if nD > 0 && closeTo(last(l.d), limit, 1e-3) && median(l.g[len(l.g)-nD:]) < .01*limit {
				return h.at(l.rows[len(l.d)-nD], Frozen, sure,
					fmt.Sprintf("D's loss stays at %.5g, the limit of a clamped logarithm, where its gradient is 0: nobody learns any more. G's loss near 0 is no success: D calls every sample real, and whatever G makes.%s Go back to a checkpoint from before, and lower the learning rate of D or smooth its labels.", limit, l.before(h, nD))).
					figure(LossD, last(l.d), fmt.Sprintf("%.5g is a limit", limit)).figure(LossG, median(l.g[len(l.g)-nD:]), "near 0")
			}
			if nG > 0 && closeTo(last(l.g), limit, 1e-3) && median(l.d[len(l.d)-nG:]) < .01*limit {
				return h.at(l.rows[len(l.g)-nG], Frozen, sure,
					fmt.Sprintf("G's loss stays at %.5g, the limit of a clamped logarithm, where its gradient is 0: D has won, and G learns nothing any more.", limit)).
					figure(LossG, last(l.g), fmt.Sprintf("%.5g is a limit", limit)).figure(LossD, median(l.d[len(l.d)-nG:]), "near 0")
			}
		}
	}
	return nil
}

// before returns the words for a D that had won before the last n rows, or "".
func (l *losses) before(h *History, n int) string {
	d, g := l.d[:len(l.d)-n], l.g[:len(l.g)-n]
	if len(d) == 0 || median(late(d)) > .25*l.chance || median(late(g)) < 2 {
		return ""
	}
	return " Before, D had won: its loss was near 0. Then it flipped within a few steps."
}

// contradiction finds losses that cannot belong to one D: if G's loss is near 0, D calls
// samples real, and its own loss cannot be near 0. This holds for cross entropy, least
// squares and hinge losses.
func contradiction(h *History, l *losses) *Finding {
	if l.family == Wasserstein {
		return nil
	}
	// With p = exp(-0.15) = 0.86, D's cross entropy is 1.97 or more. Least squares, with all
	// factors of a half that programs use, give G 0.18 or more when D has 0.04.
	const nearD, nearG = .04, .15
	end := len(l.d)
	for end > 0 && math.Abs(l.d[end-1]) <= nearD && l.g[end-1] >= 0 && l.g[end-1] <= nearG {
		end--
	}
	// A bug holds from its first row to the last. A few rows at the end of many are chance.
	if n := len(l.d) - end; n >= max(fewConstant, len(late(l.d))/10) {
		return h.at(l.rows[end], Contradiction, sure, contradictory).figure(LossD, median(l.d[end:]), fmt.Sprintf("below %g", nearD)).
			figure(LossG, median(l.g[end:]), fmt.Sprintf("below %g", nearG)).figure("least loss of D for this loss of G", leastD(max(median(l.g[end:]), 1e-12)), "above D's loss")
	}
	if l.family != CrossEntropy || !(l.given || h.has(DFake)) {
		return nil
	}
	d, g := late(l.d), late(l.g)
	scale := 1.0
	if l.heads != Sum { // the halves may be averaged
		scale = 2
	}
	broken := 0
	for i := range d {
		if least := leastD(g[i]); g[i] > 0 && least > .2 && scale*d[i] < .5*least {
			broken++
		}
	}
	if len(d) < fewConstant || broken < (4*len(d)+4)/5 {
		return nil
	}
	return h.at(l.rows[len(l.d)-len(d)], Contradiction, likely, contradictory).figure(LossD, median(d), "").
		figure("least loss of D for G's loss", leastD(median(g)), "at most twice D's loss")
}

const contradictory = "G's loss says that D calls the samples real, and D's loss says that D knows them to be fake. Both cannot be true of one D with the same samples. " +
	"Common causes: batch normalisation in D, with real examples and samples in one batch for one player and in separate batches for the other; D in training mode for one loss and not for the other; swapped labels; two different discriminators; samples of an older G."

// brokenPenalty finds a gradient penalty that equals its weight: its gradient is 0, so the
// score does not depend on the points at which it is computed.
func brokenPenalty(h *History, _ *losses) *Finding {
	values, rows := h.series(Penalty)
	n := constantEnd(values, 1e-4)
	if n < manyConstant || !closeTo(last(values), 10, 1e-3) && !closeTo(last(values), 1, 1e-3) {
		return nil
	}
	return h.at(rows[len(rows)-n], BrokenPenalty, sure,
		"The penalty is weight * (norm - 1)^2 and equals its weight, so the norm of the gradient is 0: the score does not depend on the points of the penalty. Compute them with a gradient, and give the score itself to the penalty.").
		figure(Penalty, last(values), "1 or 10, the usual weights")
}

// classUnlearned finds a loss of classes that is that of guessing.
func classUnlearned(h *History, _ *losses) *Finding {
	values, rows := h.series(ClassLoss)
	end := late(values)
	counts := []int{10, 100, 1000}
	if h.Classes > 1 {
		counts = []int{h.Classes}
	}
	for _, k := range counts {
		guess := math.Log(float64(k))
		if len(values) >= 10 && share(end, func(v float64) bool { return !closeTo(v, guess, .02) }) == 0 {
			return h.at(rows[len(rows)-len(end)], ClassUnlearned, likely, fmt.Sprintf("The loss of the classes is ln %d, that of guessing: the labels are not used, do not belong to the images, or their loss has too little weight.", k)).
				figure(ClassLoss, median(end), fmt.Sprintf("%.4g is ln %d", guess, k))
		}
	}
	return nil
}
