package referee

import (
	"fmt"
	"math"
)

// This file has the rules about the levels of the losses.

// Limits of the rules. Each is between what healthy trainings and failed ones show.
const (
	// A healthy D on faces has 3.5% of its loss at chance, so the level alone does not tell.
	winsLevel = .05
	// G's loss is 4 if D gives its samples p = 0.018.
	winsG = 4.0
	// With least squares, G's loss of samples that D is sure of is 0.5 or 1, as the program has it.
	winsSquareG = .45
	// A healthy D is still surprised: 8% of its losses are above a quarter of chance. One that
	// has won is not.
	surprise, surprises = .25, .02
	// Four rows without a surprise say little: of a healthy D, seven of ten such groups have none.
	countedRows = 8
	// A D that does worse than by guessing, by this factor, learns nothing from its loss.
	aboveChance = 2.5
	// G's loss is half of that at chance if D gives its samples p = 0.7.
	halfLn2 = math.Ln2 / 2
)

// discriminatorWins finds a D with a loss near 0 that is never surprised, while G's
// loss is high.
func discriminatorWins(h *History, l *losses) *Finding {
	if l.family != CrossEntropy && l.family != LeastSquares || len(l.d) < 4 {
		return nil
	}
	least := winsG
	if l.family == LeastSquares {
		least = winsSquareG
	}
	d, g := late(l.d), late(l.g)
	recent := l.d[max(0, len(l.d)-max(len(d), countedRows)):]
	level, surprised := median(d)/l.chance, share(recent, func(v float64) bool { return v > surprise*l.chance })
	if !(level < winsLevel) || !(median(g) > least) || surprised >= surprises {
		return nil
	}
	since := len(l.d) - len(d)
	for since > 0 && l.d[since-1] < winsLevel*l.chance {
		since--
	}
	certainty := likely
	if len(l.d) < 8 || h.Averaged || l.family == LeastSquares {
		certainty = possible // a mean hides surprises, and the gradient of a square stays
	}
	few := ""
	switch {
	case h.Examples > 0 && h.Examples < fewExamples:
		few = fmt.Sprintf(" With %d training examples D probably overfits: compare its loss on held-out examples, and augment.", h.Examples)
	case h.Examples == 0:
		few = fmt.Sprintf(" With fewer than about %d training examples, D may overfit instead: compare its loss on held-out examples.", fewExamples)
	}
	return h.at(l.rows[since], DWins, certainty,
		"D is certain about nearly every example, and its loss is hardly ever above a quarter of that at chance. The gradient tells G little."+few+" Look at samples: if they are good, go on.").
		figure("D's loss, divided by its loss at chance", level, fmt.Sprintf("below %g", winsLevel)).
		figure(LossG, median(g), fmt.Sprintf("above %g", least)).
		figure("share of rows with D's loss above a quarter of that at chance", surprised, fmt.Sprintf("below %g", surprises)).
		figure("rank correlation of G's loss with time", spearman(l.g), "")
}

// fewExamples is the number of training examples below which D often overfits: ADA and
// DiffAugment of 2020 help most below it.
const fewExamples = 5000

// generatorWins finds a D that is worse than chance while G's loss is near 0.
func generatorWins(h *History, l *losses) *Finding {
	if l.family == Wasserstein || l.family == Hinge || len(l.d) < fewConstant {
		return nil
	}
	d, g := late(l.d), late(l.g)
	chance := l.chance
	if l.heads == "" {
		chance *= 2
	}
	if !(median(d) > aboveChance*chance) || !(median(g) < halfLn2) {
		return nil
	}
	certainty := likely
	if len(l.d) < 8 {
		certainty = possible
	}
	since := len(l.d) - len(d)
	for since > 0 && l.d[since-1] > aboveChance*chance {
		since--
	}
	return h.at(l.rows[since], GWins, certainty,
		"D is much worse than guessing and calls the samples real, so G's loss is near 0 and G has no reason to change. D does not follow G: it learns too slowly, has too few weights, gets no gradient, or its inputs or labels are wrong. A loss of G near 0 says nothing about the samples.").
		figure("D's loss, divided by its loss at chance", median(d)/chance, fmt.Sprintf("above %g", aboveChance)).figure(LossG, median(g), fmt.Sprintf("below %.2g", halfLn2))
}

// growth finds losses that grow without bound.
func growth(h *History, l *losses) *Finding {
	const times, rows = 100, 8 // losses that are healthy stay within a factor of about ten
	for _, series := range []struct {
		name   string
		values []float64
	}{{LossD, l.d}, {LossG, l.g}} {
		n := len(series.values)
		if n < rows {
			continue
		}
		size := make([]float64, n)
		for i, v := range series.values {
			size[i] = math.Abs(v)
		}
		begin, end := median(size[:n/3]), median(late(size))
		if end > times*max(begin, 1) && spearman(size[n/3:]) > .7 {
			return h.at(l.rows[n-len(late(size))], Diverged, likely,
				"The loss grows without bound: the players push each other away, or D's scores are not limited. Lower the learning rates, or limit D by a gradient penalty or spectral normalisation.").
				figure(series.name, end, fmt.Sprintf("above %d times the %.3g of the first third", times, begin))
		}
	}
	return nil
}

// criticJump finds a jump of the critic's loss that stays. The losses of single minibatches
// also have steps of many times the median step: a jump changes the level by more than they
// scatter, for a tenth of the rows and until the end.
func criticJump(h *History, l *losses) *Finding {
	const (
		times   = 15 // the largest steps of healthy critics, as means, are 6 to 7 times the median step
		change  = 2
		apartBy = 4 // of noise, so much is beyond 99 of 100 values
	)
	n := len(l.d)
	if l.family != Wasserstein || n < 10 {
		return nil
	}
	steps := make([]float64, n-1)
	for i := range steps {
		steps[i] = math.Abs(l.d[i+1] - l.d[i])
	}
	typical := median(steps)
	for i := n / 5; i < len(steps); i++ {
		if !(steps[i] > times*typical) || typical == 0 {
			continue
		}
		before, after, end := l.around(i+1, max(5, n/10))
		apart := math.Abs(median(after) - median(before))
		back := math.Abs(median(end)-median(before)) < apart/2
		stays := math.Abs(median(before)) > change*math.Abs(median(after)) || math.Abs(median(after)) > change*math.Abs(median(before))
		if stays && !back && apart > apartBy*max(scatter(before), scatter(after)) {
			return h.at(l.rows[i+1], Jump, likely, "The critic's loss has changed at once by many times its usual step, and has not come back. The samples usually change with it, and often collapse. Compare samples from before and after, and go back to a checkpoint from before.").
				figure("step of the critic's loss, in median steps", steps[i]/typical, fmt.Sprintf("above %d", times)).figure(LossD+" before", l.d[i], "").figure(LossD+" after", l.d[i+1], "")
		}
	}
	return nil
}

// around returns D's losses of up to w rows before row i, from it on, and at the end.
func (l *losses) around(i, w int) (before, after, end []float64) {
	n := len(l.d)
	return l.d[max(0, i-w):i], l.d[i:min(n, i+w)], l.d[max(i, n-w):]
}

// stuckLosses finds losses that stand still at no known limit.
func stuckLosses(h *History, l *losses) *Finding {
	n := min(constantEnd(l.d, 0), constantEnd(l.g, 0))
	if n < manyConstant || last(l.d) == 0 {
		return nil
	}
	return h.at(l.rows[len(l.d)-n], Stuck, likely,
		"Neither loss changes any more, in any digit. The learning rate is 0 or far too small, no gradient reaches the parameters, or the optimiser does not have them.").
		figure("rows without a change", float64(n), fmt.Sprintf("at least %d", manyConstant)).figure(LossD, last(l.d), "").figure(LossG, last(l.g), "")
}

// worseScore finds a score of the samples that is far from its best value.
func worseScore(h *History, _ *losses) *Finding {
	const times = 2
	for _, score := range []string{FID, GoodScore} {
		values, rows := h.series(score)
		if len(values) < 4 {
			continue
		}
		best, at := values[0], 0
		for i, v := range values {
			if score == FID && v < best || score == GoodScore && v > best {
				best, at = v, i
			}
		}
		now := median(values[max(at+1, len(values)-3):])
		if at < len(values)-3 && (score == FID && now > times*best || score == GoodScore && now*times < best) {
			return h.at(rows[at+1], Worse, likely, fmt.Sprintf("The samples were best at %s, and have become worse since. Take the checkpoint from there. If D's loss on held-out examples rises, D overfits.", h.when(rows[at]))).
				figure(score, now, fmt.Sprintf("its best is %.4g", best))
		}
	}
	return nil
}

// when names the moment of a row.
func (h *History) when(i int) string {
	if h.Rows[i].Label != "" {
		return h.Rows[i].Label
	}
	return fmt.Sprintf("step %d", h.Rows[i].Step)
}
