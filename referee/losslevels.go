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
	// A healthy D is still surprised: 8% of its losses are above a quarter of chance. One that
	// has won is not.
	surprise, surprises = .25, .02
	// A D that does worse than by guessing, by this factor, learns nothing from its loss.
	aboveChance = 2.5
	// G's loss is half of that at chance if D gives its samples p = 0.7.
	halfLn2 = math.Ln2 / 2
)

// discriminatorWins finds a D with a loss near 0 that is never surprised, while G's
// loss is high.
func discriminatorWins(h *History, l *losses) *Finding {
	if l.family != CrossEntropy || len(l.d) < 4 {
		return nil
	}
	d, g := late(l.d), late(l.g)
	level, surprised := median(d)/l.chance, share(d, func(v float64) bool { return v > surprise*l.chance })
	if !(level < winsLevel) || !(median(g) > winsG) || surprised >= surprises {
		return nil
	}
	since := len(l.d) - len(d)
	for since > 0 && l.d[since-1] < winsLevel*l.chance {
		since--
	}
	certainty := likely
	if len(l.d) < 8 || h.Averaged {
		certainty = possible // a mean hides surprises
	}
	few := ""
	switch {
	case h.Examples > 0 && h.Examples < fewExamples:
		few = fmt.Sprintf(" With %d training examples D probably overfits: compare its loss on held-out examples, and augment.", h.Examples)
	case h.Examples == 0:
		few = fmt.Sprintf(" With fewer than about %d training examples, D may overfit instead: compare its loss on held-out examples.", fewExamples)
	}
	return h.at(l.rows[since], DWins, certainty,
		"D is certain about nearly every example and is never surprised. The gradient that G gets says little."+few+" Look at samples: if they are good, go on.").
		figure("D's loss, of its loss at chance", level, fmt.Sprintf("below %g", winsLevel)).
		figure(LossG, median(g), fmt.Sprintf("above %g", winsG)).
		figure("share of rows with D above a quarter of chance", surprised, fmt.Sprintf("below %g", surprises)).
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
		figure("D's loss, of its loss at chance", median(d)/chance, fmt.Sprintf("above %g", aboveChance)).figure(LossG, median(g), fmt.Sprintf("below %.2g", halfLn2))
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

// criticJump finds a jump of the critic's loss that stays.
func criticJump(h *History, l *losses) *Finding {
	const times, change = 15, 2 // the largest steps of healthy critics are 6 to 7 times the median step
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
		before, after := math.Abs(median(l.d[max(0, i-4):i+1])), math.Abs(median(l.d[i+1:min(n, i+6)]))
		stays := before > change*after || after > change*before
		if steps[i] > times*typical && typical > 0 && stays {
			return h.at(l.rows[i+1], Jump, likely, "The critic's loss has changed at once by many times its usual step, and has not come back. The samples usually change with it, and often collapse. Compare samples from before and after, and go back to a checkpoint from before.").
				figure("step of the critic's loss, in median steps", steps[i]/typical, fmt.Sprintf("above %d", times)).figure(LossD+" before", l.d[i], "").figure(LossD+" after", l.d[i+1], "")
		}
	}
	return nil
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
