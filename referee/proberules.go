package referee

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/internal/words"
)

// A probeRule returns a finding, or nil if it does not apply. It is not used if another
// failure, which may be the cause, was found before, unless it is independent.
type probeRule struct {
	find        func(v *view) *Finding
	independent bool
}

// probeRules are the rules about probes, in order: a cause comes before its consequences.
var probeRules = []probeRule{
	{constantData, true}, {ignoredLatent, true}, {saturatedOutputs, false}, {deadUnits, false}, {stuckSamples, false}, {growingGradients, false},
	{memorisation, true}, {overfitting, true}, {ignoredCondition, true}, {batchStatistics, true},
	{samplesDiffer, false}, {samplesFlee, false}, {cycling, false}, {partialCollapse, false}, {samplesLose, false}, {totalCollapse, false}, {classCollapse, false},
}

// Limits of the rules, each with its reason. They were chosen on runs whose recipes and seeds
// docs/results/failures/failures.md names.
const (
	// A healthy maxout layer has up to half of its pieces without a gradient in a minibatch.
	deadLimit = .9
	// Samples of a training that moves drift by 5% or more of the distance of two real
	// examples from tick to tick, also when it has converged. With batch normalisation, the
	// statistics of batches alone move them by 2 to 3%.
	stillDrift = .04
	// Batch normalisation finds its first statistics in two ticks.
	firstDrifts = 2
	// D's mean answers of a few minibatches vary by less than this if D does not change.
	stillGap = .15
	// A first G is far from the data, so covers nothing; a converged one covers 0.8.
	coverLimit = .5
	// In a space of many numbers every example is far from most others, and healthy samples
	// cover 0.45 to 0.75 of images.
	imageLimit, fewNumbers = .25, 16
	// Samples that are spread like the data have diversity 0.9 to 1.1.
	narrowLimit = .3
	// Of healthy samples, half or more are near a real example; G is continuous, so some are
	// between modes.
	nearLimit = .5
	// Samples that are four times as far from each other, or from the data, as real examples
	// are from each other do not come back.
	fleeLimit = 4
	// Samples of the distribution are as near to the training examples as held-out ones are.
	copyLimit = .6
	// Half of what D knows about training examples is not true of held-out ones.
	overfitLimit = .5
	// D's mean answers to real examples less those to samples, as probabilities. Healthy
	// trainings have 0 to 0.6. One that is below -0.04 is behind: it calls samples real and
	// real examples fake.
	certainGap, chanceGap, behind = .65, .1, .04
	// The probes in which cycling samples cross the data at least once.
	cycleProbes = 8
	// One of the probes may be of the moment at which samples cross, and cover more. For images it
	// is imageLimit: healthy samples that move cover other images each time.
	cycleMost = .7
	// Two modes of eight are a quarter of the data.
	cycleMore = .25
	// Eight values in random order have a greater rank correlation with time in one of a hundred
	// cases.
	risingCorrelation = .8
)

func constantData(v *view) *Finding {
	if apart := v.values(Apart); len(apart) > 0 && apart[0] == 0 {
		return v.h.at(v.rows[0], ConstantData, sure, "All real examples of the probe are equal, so there is no distribution to learn. Look at the data, and at what was done to them on the way.").figure("mean distance of real examples", 0, "above 0")
	}
	return nil
}

func ignoredLatent(v *view) *Finding {
	list := v.values(Diversity)
	if len(v.values(Latent)) == len(list) {
		list = v.values(Latent)
	}
	if len(list) < lastProbes || share(list, below(1e-4)) < 1 {
		return nil
	}
	return v.h.at(v.rows[0], IgnoredLatent, sure, "Samples with different z are equal, from the beginning: z does not reach the output of G, or is the same for all samples.").shows(Diversity, last(list), "below 0.0001")
}

func deadUnits(v *view) *Finding {
	if !v.always(Dead, above(deadLimit)) {
		return nil
	}
	f := v.h.at(v.since(Dead, above(deadLimit)), DeadUnits, likely, "The weights of nearly all units of a layer get a gradient of exactly 0: the units are at the flat side of their ReLU for every example, and do not come back. Large steps cause it.")
	return f.shows(Dead, v.now(Dead), fmt.Sprintf("above %g", deadLimit))
}

func stuckSamples(v *view) *Finding {
	drift := v.values(Drift)
	if len(drift) < patience {
		return nil
	}
	drift = drift[firstDrifts:]
	unlike := v.always(Coverage, below(coverLimit)) || v.always(Near, below(nearLimit))
	still := share(drift, below(stillDrift/100)) == 1 // nothing moves, for any D
	limit := stillDrift
	if v.now(Gap) < -behind {
		limit /= 2 // G may have won at once, and has then slowed down
	}
	slow := share(drift, below(limit)) == 1 && v.standing(Gap, stillGap) && !(v.now(Gap) > certainGap)
	if !unlike || !still && !slow {
		return nil
	}
	return v.h.at(v.rows[0], Stuck, sure, "Samples from the same latents have hardly moved since the beginning, and differ from the data: the learning rate is far too low, or G gets no gradient.").
		shows(Drift, median(drift), fmt.Sprintf("below %g in each probe", stillDrift)).shows(Coverage, v.now(Coverage), "").shows(Near, v.now(Near), "")
}

func growingGradients(v *view) *Finding {
	const times = 100 // the gradients of healthy players change by a factor of ten or so
	for _, player := range []string{"D", "G"} {
		list, rows := v.h.series(GradientPrefix + player)
		n := len(list)
		if n < patience+lastProbes {
			continue
		}
		begin, end := median(list[:n/3]), median(list[n-lastProbes:])
		if end > times*max(begin, 1) && !v.always(Coverage, above(coverLimit)) {
			return v.h.at(rows[n-lastProbes], Diverged, likely, "The gradient grows without bound: each step of one player makes the next step of the other larger. Numbers that are not finite usually follow.").
				figure("gradient of "+player, end, fmt.Sprintf("above %d times the %.3g of the first third", times, begin))
		}
	}
	return nil
}

func saturatedOutputs(v *view) *Finding {
	const limit = .1
	if !v.always(Midtones, below(limit)) {
		return nil
	}
	return v.h.at(v.since(Midtones, below(limit)), Saturated, likely, "Nearly all values of the samples are at the ends of their range, and those of the data are not: the last layer of G is so large that its sigmoid or tanh is flat, and passes no gradient back.").
		shows(Midtones, v.now(Midtones), fmt.Sprintf("below %g", limit))
}

func memorisation(v *view) *Finding {
	if !v.always(Copies, below(copyLimit)) {
		return nil
	}
	return v.h.at(v.since(Copies, below(copyLimit)), Memorisation, likely, "Samples are much nearer to training examples than held-out examples are: G repeats what it has seen.").
		shows(Copies, v.now(Copies), fmt.Sprintf("below %g", copyLimit))
}

func overfitting(v *view) *Finding {
	if !v.always(Overfit, above(overfitLimit)) || !v.always(Gap, above(.2)) {
		return nil
	}
	return v.h.at(v.since(Overfit, above(overfitLimit)), DOverfits, likely, "D's answers to held-out real examples are nearer to those for samples than to those for training examples: D knows its training examples by heart, and G is led towards them.").
		shows(Overfit, v.now(Overfit), fmt.Sprintf("above %g", overfitLimit))
}

// ignoredCondition waits for twice the patience: a young G that begins with small weights does
// not need the class yet.
func ignoredCondition(v *view) *Finding {
	// Samples of two classes of images are nearly as far apart as any two. With labels that mean
	// nothing, the weights at first leave up to 0.15 of that.
	const limit = .2
	list, latent := v.values(Condition), v.values(Latent)
	n := len(list)
	if n < FullTicks || len(latent) != n || v.now(Condition) > 1.2*median(list[:n-patience]) { // one that rises is being learned
		return nil
	}
	for i := n - patience; i < n; i++ {
		if !(list[i] < limit*latent[i]) {
			return nil
		}
	}
	return v.h.at(v.rows[len(v.rows)-patience], IgnoredCondition, likely, "Samples with the same z and different classes are nearly equal: G does not use the class. D may not read it, the labels may be constant or wrong, or their weights may be too small to matter.").
		shows(Condition, v.now(Condition), fmt.Sprintf("below %g of the next", limit)).shows(Latent, v.now(Latent), "")
}

// batchStatistics compares samples in training mode with those that are drawn. They are far apart,
// or the drawn ones are all alike and the others are not.
func batchStatistics(v *view) *Finding {
	const limit, times = .5, 2 // healthy samples are apart by 0.02 to 0.4, which is less than their own distances
	far := func(i int) bool {
		modes, ok := v.h.get(v.rows[i], ProbePrefix+Modes)
		diversity, _ := v.h.get(v.rows[i], ProbePrefix+Diversity)
		alike := diversity < narrowLimit && modes > times*diversity && modes > narrowLimit
		return ok && (alike || modes > limit*max(diversity, 1)) // of samples that have run away, both kinds are far apart
	}
	first := len(v.rows)
	for first > 0 && far(first-1) {
		first--
	}
	if len(v.rows)-first < patience {
		return nil
	}
	return v.h.at(v.rows[first], BatchStatistics, likely, "Samples that use the running statistics of batch normalisation differ from those that use the statistics of their batch, as in training. D has never seen the first kind. The running statistics are too old, or do not belong to averaged parameters.").
		shows(Modes, v.now(Modes), fmt.Sprintf("above %g, or %d times the diversity", limit, times)).shows(Diversity, v.now(Diversity), "")
}

// cycling compares what the last probes cover together with the best of them, and not with the
// usual one: samples that only improve also cover more together than in most probes. Samples of a
// rising coverage are not accused, because any samples that move cover more together than at one time.
func cycling(v *view) *Finding {
	union, most := v.recent(cycleProbes)
	limit := cycleMost
	if v.now(Numbers) > fewNumbers {
		limit = imageLimit
	}
	if !(most < limit) || !(union > most+cycleMore) || !(v.now(Drift) > .25) || v.rising(Coverage, cycleProbes) {
		return nil
	}
	return v.h.at(v.rows[len(v.rows)-cycleProbes], Cycling, likely, "Each time, samples cover only a part of the data, but another part than before: D learns that the present part is fake, G leaves it for the next, and so on.").
		shows(Coverage, most, fmt.Sprintf("the greatest of all probes; below %g", limit)).figure(fmt.Sprintf("coverage of the last %d probes together", cycleProbes), union, fmt.Sprintf("more than that by %g", cycleMore)).
		shows(Drift, v.now(Drift), "above 0.25")
}

// partialCollapse finds samples that are near the data and leave out a part of them. Samples that
// come nearer to the part which they have make no progress in this.
func partialCollapse(v *view) *Finding {
	limit := v.coverLimit()
	if !v.always(Coverage, below(limit)) || !v.always(Near, above(nearLimit)) || !v.idleIn(Coverage) {
		return nil
	}
	since := max(v.since(Coverage, below(limit)), v.since(Near, above(nearLimit))) // samples that are near nothing yet are young
	return v.collapsed(since, "Samples are near the data, but leave out a part of them.", limit)
}

// totalCollapse finds samples that are all alike.
func totalCollapse(v *view) *Finding {
	alike := v.always(Diversity, below(narrowLimit)) && v.always(Near, above(nearLimit)) || v.always(Diversity, below(narrowLimit/3))
	if !alike || !v.idle() {
		return nil
	}
	return v.collapsed(v.since(Diversity, below(narrowLimit)), "Samples are much more alike than real examples are.", coverLimit)
}

// coverLimit is the coverage below which samples leave out a part of the data.
func (v *view) coverLimit() float64 {
	if v.now(Numbers) > fewNumbers {
		return imageLimit
	}
	return coverLimit
}

// collapsed returns the finding of a collapse.
func (v *view) collapsed(since int, why string, limit float64) *Finding {
	return v.h.at(since, Collapse, likely, why+" G does not need the rest as long as D accepts these.").shows(Diversity, v.now(Diversity), fmt.Sprintf("about 1; below %g", narrowLimit)).
		shows(Coverage, v.now(Coverage), fmt.Sprintf("below %g", limit)).shows(Near, v.now(Near), "")
}

func classCollapse(v *view) *Finding {
	if !v.always(Narrow, below(narrowLimit)) || !v.always(Coverage, above(.2)) {
		return nil
	}
	return v.h.at(v.since(Narrow, below(narrowLimit)), ClassCollapse, likely, "The samples of one class are much more alike than those of the others.").
		shows(Narrow, v.now(Narrow), fmt.Sprintf("below %g", narrowLimit))
}

// samplesLose finds samples that D separates from data with certainty and that do not improve.
func samplesLose(v *view) *Finding {
	if !v.h.has(DReal) || !(v.now(Gap) > certainGap) || !v.always(Near, below(nearLimit)) && !v.always(Drift, below(stillDrift)) || !v.idle() {
		return nil
	}
	g, _ := v.h.series(LossG)
	return v.h.at(v.since(Gap, above(certainGap)), DWins, likely, "D tells samples from data with near certainty, and the samples do not improve: the gradient that G gets says little.").
		shows(Gap, v.now(Gap), fmt.Sprintf("above %g", certainGap)).shows(Near, v.now(Near), fmt.Sprintf("below %g, without progress", nearLimit)).figure(LossG, median(late(g)), "")
}

// samplesDiffer finds samples that differ from the data although D cannot tell.
func samplesDiffer(v *view) *Finding {
	fooled := v.always(Gap, below(-behind)) || v.always(Gap, below(chanceGap)) && v.always(Near, below(nearLimit))
	limit := v.coverLimit()
	if !v.h.has(DReal) || !fooled || !v.always(Coverage, below(limit)) || !v.idle() {
		return nil
	}
	return v.h.at(v.since(Gap, below(chanceGap)), GWins, likely, "D cannot tell samples from data, but a comparison can: D does not follow G. It learns too slowly, or is too small or too limited.").
		shows(Gap, v.now(Gap), fmt.Sprintf("below %g", chanceGap)).shows(Coverage, v.now(Coverage), fmt.Sprintf("below %g, without progress", limit)).
		shows(Near, v.now(Near), "")
}

// samplesFlee finds samples that run away from the data.
func samplesFlee(v *view) *Finding {
	name := Offset
	if !v.always(Offset, above(fleeLimit)) {
		name = Diversity
	}
	if !v.always(name, above(fleeLimit)) {
		return nil
	}
	return v.h.at(v.since(name, above(fleeLimit)), Diverged, likely, "The samples run away from the data: each step of G is far too large, or D's answer does not fall with the distance.").
		shows(name, v.now(name), fmt.Sprintf("above %d, in mean distances of real examples", fleeLimit))
}

// probedHealth describes probes without a failure. It is never nil.
func probedHealth(v *view) *Finding {
	row := len(v.h.Rows) - 1
	if len(v.rows) > 0 {
		row = v.rows[max(0, len(v.rows)-lastProbes)]
	}
	coverage, near, diversity := v.now(Coverage), v.now(Near), v.now(Diversity)
	covered := .7
	if v.now(Numbers) > fewNumbers {
		covered = .4
	}
	if coverage >= covered && near >= .4 && diversity > .6 && diversity < 1.4 {
		return v.h.at(row, Healthy, likely, "Samples cover the data, are near them, and differ from each other about as much as real examples do.").shows(Coverage, coverage, "").shows(Near, near, "").shows(Diversity, diversity, "")
	}
	f := v.h.at(row, Unknown, possible, "No failure is seen.")
	if math.IsNaN(coverage) {
		f.Why += fmt.Sprintf(" %s of samples, and a verdict needs %d.", words.There(len(v.values(Coverage)), "probe", "probes"), lastProbes)
		return f
	}
	f.Why += " The samples do not yet resemble the data in these rough figures: train on, and measure."
	return f.shows(Coverage, coverage, "").shows(Near, near, "").shows(Diversity, diversity, "")
}
