package referee

import (
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/internal/words"
)

// blind is what losses cannot show.
const blind = "Losses cannot show mode collapse, memorisation or samples of low quality: look at samples, or give them to the referee."

// faultless describes losses without a fault. It is never nil.
func faultless(h *History, l *losses) *Finding {
	n := len(l.d)
	if n < fewConstant {
		return tooShort(h, n)
	}
	d, g := late(l.d), late(l.g)
	if l.family == Wasserstein {
		return converging(h, l)
	}
	f := h.at(l.rows[n-len(d)], Unknown, possible, "")
	f.figure(LossD, median(d), "").figure(LossG, median(g), "")
	f.Why = join("No fault is seen in the losses.", l.guess(), levelWords(l, d, g), waves(l), blind)
	return f
}

// guess returns which family the losses are judged as, "" if the family is known.
func (l *losses) guess() string {
	switch {
	case l.given:
		return ""
	case l.family == LeastSquares:
		return "They are judged as least squares: for a cross entropy they are not possible."
	case l.family == Hinge:
		return "They are judged as a hinge loss, which is a guess."
	}
	return "They are judged as a cross entropy, which is a guess."
}

// tooShort describes a history with n rows that can be judged, which are too few.
func tooShort(h *History, n int) *Finding {
	after := ""
	if h.Steps {
		after = fmt.Sprintf(" after step %d", firstSteps)
	}
	why := fmt.Sprintf("These are too few rows for a verdict: of %s, %s both losses%s, and at least %d are needed. %s",
		words.Count(len(h.Rows), "row", "rows"), words.Count(n, "has", "have"), after, fewConstant, blind)
	return h.at(len(h.Rows)-1, Unknown, possible, why).figure("rows with both losses", float64(n), fmt.Sprintf("fewer than %d", fewConstant))
}

// levelWords returns a meaning of the level of the losses.
func levelWords(l *losses, d, g []float64) string {
	level := median(d) / l.chance
	switch {
	case l.family == Hinge && share(d, func(v float64) bool { return v == 0 }) > .3:
		return "D's loss is exactly 0 in many rows, with losses of G that a cross entropy does not allow: this looks like a hinge or relativistic loss, for which 0 is normal: all examples are outside the margin. With a cross entropy D would win; name the family of the losses if this guess is wrong."
	case l.family == Hinge:
		return ""
	case level < .5 && median(g) > 2:
		return fmt.Sprintf("D is ahead: its loss is %.2g of that at chance. But in %.0f%% of the rows it is above a quarter of that at chance, so G still gets a gradient.", level, 100*share(d, func(v float64) bool { return v > surprise*l.chance }))
	case l.atChance(median(d)) && closeTo(median(g), l.chanceG(), .15):
		return "D is at chance: either G has reached the data, or neither has learned anything. Only samples can tell."
	}
	return ""
}

// atChance reports whether D's loss is that of a D that guesses. If the convention of the
// halves is not known, both are tried.
func (l *losses) atChance(d float64) bool {
	return closeTo(d, l.chance, .1) || l.heads == "" && closeTo(d, 2*l.chance, .1)
}

// chanceG returns the loss of G at chance.
func (l *losses) chanceG() float64 {
	if l.family == LeastSquares {
		return .25
	}
	return math.Ln2
}

// converging describes the loss of a critic without a jump.
func converging(h *History, l *losses) *Finding {
	gap := make([]float64, len(l.d))
	for i, v := range l.d {
		gap[i] = math.Abs(v)
	}
	half := gap[len(gap)/4:]
	trend := spearman(half)
	f := h.at(l.rows[len(l.rows)-len(late(gap))], Unknown, possible, "").figure("distance that the critic sees", median(late(gap)), "").
		figure("rank correlation of this distance with time", trend, "")
	const ignore = "G's loss says nothing here: only the differences of a critic's scores have a meaning."
	switch {
	case trend < -.7 && len(gap) >= 8:
		f.Failure, f.Certainty = Healthy, likely
		f.Why = join("The distance that the critic sees shrinks steadily, as it does when samples approach the data.", ignore, blind)
	case trend > .9 && len(gap) >= 20 && median(late(gap)) > 3*median(half[:len(half)/3]):
		f.Failure, f.Certainty = DWins, possible
		f.Why = join("The distance that the critic sees grows all the time: the critic moves away faster than G follows.", ignore)
	default:
		f.Why = join("The distance that the critic sees has no trend and no jump.", ignore, blind)
	}
	return f
}

func join(sentences ...string) string {
	return strings.Join(strings.Fields(strings.Join(sentences, " ")), " ")
}
