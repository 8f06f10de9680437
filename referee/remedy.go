package referee

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/internal/shell"
)

// A treatment is a remedy before it is fitted to the settings of a run.
type treatment struct {
	what string
	// change returns the settings to change, from those of the run. It returns nil if the
	// run has no such setting, or has the remedy already.
	change func(settings map[string]string) []string
}

const adamOfGANs = "set Adam to rates of 0.002 and a beta1 of at most 0.5, which suit most small GANs"

// treatments lists the remedies of each failure, each in addition to those before it.
// docs/failures has the figures.
var treatments = map[Failure][]treatment{
	DWins: {
		{"let G maximise log D(G(z)), whose gradient does not vanish, and not minimise log(1 - D(G(z)))", replace("model.objective", "minimax", "non-saturating")},
		{"let D learn at the rate of G, or slower, and move once for each move of G", lowerRateD},
		{"limit the gradient of D by a penalty", penalty},
		{"smooth D's labels, and add noise to what D sees", both(setNumber("model.label_smoothing", .1), setNumber("model.instance_noise", .1))},
	},
	GWins: {
		{"let D learn at the rate of G, or faster", raiseRateD},
		{"give D more updates", replaceNumber("model.k", func(k float64) bool { return k < 5 }, 5)},
		{"make D larger", nil},
	},
	Collapse: {
		{"limit the gradient of D by a penalty, with 16 or more dimensions of z and usual settings of Adam", spacious},
		{"let D judge several samples together", setNumber("model.pack", 2)},
		{"lower the learning rates to a tenth", scaleRate(.1)},
	},
	ClassCollapse: {
		{"limit the gradient of D by a strong penalty", strongPenalty},
		{"make this penalty three times as strong", strongerPenalty},
		{"lower the learning rates to a tenth", scaleRate(.1)},
	},
	Cycling: {
		{"limit the gradient of D by a penalty, with 16 or more dimensions of z and usual settings of Adam", spacious},
		{"lower the learning rates to a tenth", scaleRate(.1)},
		{"average the parameters of G over time", setNumber("model.average", .998)},
	},
	Diverged:   {{"give the critic its gradient penalty", replaceNumber("model.lambda", func(weight float64) bool { return weight == 0 }, .1)}, {adamOfGANs, usualAdam}, {"limit the gradient of D by a penalty", penalty}, {"lower the learning rates to a tenth", scaleRate(.1)}},
	NotANumber: {{adamOfGANs, usualAdam}, {"limit the gradient of D by a penalty", penalty}, {"lower the learning rates to a tenth", scaleRate(.1)}},
	Frozen:     {{"let D learn slower, and compute its loss from logits", lowerRateD}, {"smooth D's labels", setNumber("model.label_smoothing", .1)}},
	Jump:       {{"go back to a checkpoint from before the jump, and lower the learning rates to a tenth", scaleRate(.1)}},
	Worse:      {{"take the best checkpoint", nil}, {"limit the gradient of D by a penalty", penalty}},
	Memorisation: {
		{"train on more examples, or augment what D sees", augment},
		{"add noise, or more of it, to what D sees", moreNoise},
		{"limit the gradient of D by a penalty", penalty},
	},
	DOverfits: {
		{"augment what D sees", augment},
		{"add noise, or more of it, to what D sees", moreNoise},
		{"limit the gradient of D by a penalty", penalty},
	},
	Saturated: {
		{adamOfGANs + ", and begin with small weights", both(usualAdam, usualWeights)},
		{"limit the gradient of D by a penalty", penalty},
		{"lower the learning rates to a tenth", scaleRate(.1)},
	},
	DeadUnits: {
		{"normalise the layers by batch, and set Adam to rates of 0.002 and a beta1 of at most 0.5", both(replace("model.norm", "none", "batch"), usualAdam)},
		{"lower the learning rates to a tenth", scaleRate(.1)},
		{"use leaky units, or smaller weights at first", nil},
	},
	Stuck: {{adamOfGANs, usualAdam}, {"make the learning rates ten times as high", scaleRate(10)}},

	Contradiction:    {{"compute both losses with the same D, in the same mode, on the same kind of batch", nil}},
	DoubleSigmoid:    {{"remove the sigmoid at the end of D, or take the loss that reads probabilities", nil}},
	ConstantD:        {{adamOfGANs + ", and begin with weights that are not nearly 0", both(usualWeights, usualAdam)}, {"limit the gradient of D by a penalty", penalty}, {"check that D's optimiser has D's parameters, and that the inputs of D differ from each other", nil}},
	BrokenPenalty:    {{"let the framework record gradients while D computes its scores of the points of the penalty", nil}},
	ClassUnlearned:   {{"check that the labels belong to the images, and raise the weight of their loss", nil}},
	ConstantData:     {{"check the data: gander data show", nil}},
	IgnoredLatent:    {{adamOfGANs + ", and begin with weights that are not nearly 0", both(usualWeights, usualAdam)}, {"limit the gradient of D by a penalty", penalty}, {"feed z to G, and draw a new one for each sample", nil}},
	IgnoredCondition: {{"check that the labels differ, belong to the images, and are read by D as well as by G", nil}},
	BatchStatistics:  {{"compute the statistics of the averaged parameters before sampling", setNumber("train.batch_statistics", 100)}, {"average the parameters of G over fewer steps", replaceNumber("model.average", func(decay float64) bool { return decay > .99 }, .99)}, {"use larger batches", nil}},
}

// Remedies returns what helps against a failure, in order, fitted to the settings of a run. Each
// remedy is meant in addition to those before it: it is fitted to the settings which they leave.
// Remedies that only change settings which the run then does not have, or already has, are left
// out if the setup has settings. Without settings no remedy has a command.
func Remedies(failure Failure, s Setup) []Remedy {
	var list []Remedy
	settings := maps.Clone(s.Settings)
	var changed []string
	for _, t := range treatments[failure] {
		r := Remedy{What: t.what}
		if t.change != nil && len(settings) > 0 {
			if r.Settings = t.change(settings); r.Settings == nil {
				continue
			}
			changed = merge(changed, r.Settings)
			for _, assignment := range r.Settings {
				key, value, _ := strings.Cut(assignment, "=")
				settings[key] = value
			}
			r.Command = s.command(changed)
		}
		list = append(list, r)
	}
	return list
}

// merge returns assignments and later ones, which replace those of the same keys.
func merge(settings, later []string) []string {
	kept := slices.DeleteFunc(slices.Clone(settings), func(s string) bool { return changes(later, s) })
	return append(kept, later...)
}

// command returns the command that trains with other settings.
func (s Setup) command(settings []string) string {
	if len(s.Command) == 0 {
		return ""
	}
	var words []string
	for i := 0; i < len(s.Command); i++ {
		if s.Command[i] == "--set" && i+1 < len(s.Command) && changes(settings, s.Command[i+1]) {
			i++ // a remedy sets it anew
			continue
		}
		words = append(words, s.Command[i])
	}
	for _, set := range settings {
		words = append(words, "--set", set)
	}
	return shell.Join(words...)
}

// changes reports whether settings set the key of an assignment.
func changes(settings []string, assignment string) bool {
	key, _, _ := strings.Cut(assignment, "=")
	return slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, key+"=") })
}

// PointsKey is a key of Setup.Settings that is set if the examples are points, and no
// images.
const PointsKey = "points"

// number returns a setting that is a number.
func number(settings map[string]string, key string) (float64, bool) {
	v, err := strconv.ParseFloat(settings[key], 64)
	return v, err == nil
}

func assign(key string, v float64) string { return fmt.Sprintf("%s=%.6g", key, v) }

// replace changes a word.
func replace(key, from, to string) func(map[string]string) []string {
	return func(s map[string]string) []string {
		if strings.Trim(s[key], `"`) != from {
			return nil
		}
		return []string{key + "=" + to}
	}
}

// replaceNumber sets a number if it is so.
func replaceNumber(key string, so func(float64) bool, to float64) func(map[string]string) []string {
	return func(s map[string]string) []string {
		if v, ok := number(s, key); !ok || !so(v) {
			return nil
		}
		return []string{assign(key, to)}
	}
}

// setNumber sets a number that is less.
func setNumber(key string, to float64) func(map[string]string) []string {
	return replaceNumber(key, func(v float64) bool { return v < to }, to)
}

// both makes two changes, or that of the two which the run has settings for.
func both(a, b func(map[string]string) []string) func(map[string]string) []string {
	return func(s map[string]string) []string { return append(a(s), b(s)...) }
}

// rates returns the learning rates of G and of D, and the key of D's. Some recipes have a rate
// and a factor for D, others have two rates.
func rates(s map[string]string) (g, d float64, key string) {
	if d, ok := number(s, "model.learning_rate_d"); ok {
		g, _ := number(s, "model.learning_rate_g")
		return g, d, "model.learning_rate_d"
	}
	if d, ok := number(s, "model.rate_d"); ok {
		return 1, d, "model.rate_d"
	}
	return 0, 0, ""
}

// lowerRateD sets D's rate to that of G, or to a quarter of what it is, and lets D move once
// for each move of G.
func lowerRateD(s map[string]string) []string {
	g, d, key := rates(s)
	if key == "" {
		return nil
	}
	settings := replaceNumber("model.k", func(k float64) bool { return k > 1 }, 1)(s)
	switch {
	case d > g:
		settings = append(settings, assign(key, g))
	case settings == nil:
		settings = append(settings, assign(key, d/4))
	}
	return settings
}

// raiseRateD sets D's rate to that of G, or to four times what it is.
func raiseRateD(s map[string]string) []string {
	g, d, key := rates(s)
	switch {
	case key == "":
		return nil
	case d < g:
		return []string{assign(key, g)}
	}
	return []string{assign(key, 4*d)}
}

// Settings of Adam to begin with: those of small networks.
const usualRate, usualBeta1 = 2e-3, .5

// usualAdam sets the learning rates that differ from the usual one by a factor of two or more,
// and a beta1 above the usual one.
func usualAdam(s map[string]string) []string {
	settings := changeRates(s, func(rate float64) float64 {
		if rate > usualRate/2 && rate < 2*usualRate {
			return rate
		}
		return usualRate
	})
	settings = append(settings, replaceNumber("model.beta1", func(b float64) bool { return b > usualBeta1 }, usualBeta1)(s)...)
	return append(settings, replace("model.optimizer", "sgd", "adam")(s)...)
}

// Sizes of weights at first that small networks can learn from, and the usual ones: a standard
// deviation, and half the range of a uniform distribution.
const leastWeights, usualWeight, usualRange, mostWeights = 1e-3, .05, .1, .5

// usualWeights sets the sizes of weights at first that are too small or too large to learn. A gain,
// which is a factor of a size that fits the number of inputs, becomes 1.
func usualWeights(s map[string]string) []string {
	var settings []string
	for key, to := range map[string]float64{"model.weights": usualWeight, "model.weights_g": usualRange, "model.weights_d": usualRange} {
		w, ok := number(s, key)
		fits := w >= leastWeights && w <= mostWeights || w == 0 && to == usualRange // cgan: 0 fits the number of inputs
		if ok && !fits {
			settings = append(settings, assign(key, to))
		}
	}
	slices.Sort(settings)
	small := func(gain float64) bool { return gain < leastWeights }
	return append(settings, replaceNumber("model.gain", small, 1)(s)...)
}

// scaleRate multiplies the learning rates of both players.
func scaleRate(factor float64) func(map[string]string) []string {
	return func(s map[string]string) []string {
		return changeRates(s, func(rate float64) float64 { return rate * factor })
	}
}

// changeRates sets the learning rates that to changes.
func changeRates(s map[string]string, to func(float64) float64) []string {
	var settings []string
	for _, key := range []string{"model.learning_rate", "model.learning_rate_g", "model.learning_rate_d"} {
		if rate, ok := number(s, key); ok && to(rate) != rate {
			settings = append(settings, assign(key, to(rate)))
		}
	}
	return settings
}

// penalty adds a gradient penalty. One that is there already becomes ten times as strong.
func penalty(s map[string]string) []string { return penalise(s, 1, 10) }

// strongPenalty adds a gradient penalty against the collapse of a class, which a weight of 1 does not
// prevent. strongerPenalty makes it three times as strong: with ten times, G learns nothing.
func strongPenalty(s map[string]string) []string   { return penalise(s, 10, 1) }
func strongerPenalty(s map[string]string) []string { return penalise(s, 10, 3) }

// penalise sets the weight of a gradient penalty that is less, and multiplies another by times. The
// penalty is R1 if the recipe has it, otherwise that of DRAGAN.
func penalise(s map[string]string, weight, times float64) []string {
	for _, key := range []string{"model.gamma", "model.dragan"} {
		now, ok := number(s, key)
		switch {
		case ok && now < weight:
			return []string{assign(key, weight)}
		case ok && times > 1:
			return []string{assign(key, now*times)}
		case ok:
			return nil // the run has it
		}
	}
	return nil
}

// spacious limits D's gradient, gives z room for all modes, and Adam its usual settings.
func spacious(s map[string]string) []string {
	return slices.Concat(penalty(s), replaceNumber("model.latent", func(n float64) bool { return n < leastLatents }, leastLatents)(s), usualAdam(s))
}

// leastLatents is the number of dimensions of z that is enough for small data. With one, G
// draws a line through the data.
const leastLatents = 16

// noiseOfPoints is the standard deviation of the noise that keeps D from knowing single points,
// where theirs is 1 or 2. A tenth of it, or half, did not. noiseOfImages is that for
// images that are augmented too, with pixels from 0 to 1 or -1 to 1; 0.1 helped less often.
const noiseOfPoints, noiseOfImages = 1, .3

// augment lets D see changed examples. Points cannot be augmented: they get noise.
func augment(s map[string]string) []string {
	if strings.Trim(s["model.augment"], `"`) != "" {
		return nil
	}
	if _, ok := s["model.augment"]; !ok || s[PointsKey] != "" {
		return setNumber("model.instance_noise", noiseOfPoints)(s)
	}
	return []string{"model.augment=color,translation,cutout"}
}

// moreNoise lets D see noise. Points, which augment has given some, get twice as much.
func moreNoise(s map[string]string) []string {
	if s[PointsKey] != "" {
		return setNumber("model.instance_noise", 2*noiseOfPoints)(s)
	}
	return setNumber("model.instance_noise", noiseOfImages)(s)
}
