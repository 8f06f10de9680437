package referee

import (
	"fmt"
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

// treatments lists the remedies of each failure, the one that works most often first.
// docs/failures.md has the figures.
var treatments = map[Failure][]treatment{
	DWins: {
		{"let G maximise log D(G(z)), whose gradient does not vanish, and not minimise log(1 - D(G(z)))", replace("model.objective", "minimax", "non-saturating")},
		{"let D learn at the rate of G, or slower", lowerRateD},
		{"update D once for each update of G", replaceNumber("model.k", func(k float64) bool { return k > 1 }, 1)},
		{"limit the gradient of D by a penalty", penalty},
		{"smooth D's labels, and add noise to what D sees", both(setNumber("model.label_smoothing", .1), setNumber("model.instance_noise", .1))},
	},
	GWins: {
		{"let D learn faster than G", raiseRateD},
		{"give D more updates", replaceNumber("model.k", func(k float64) bool { return k < 5 }, 5)},
		{"make D larger", nil},
	},
	Collapse: {
		{"let D judge several samples together", setNumber("model.pack", 2)},
		{"limit the gradient of D by a penalty", penalty},
		{"lower the learning rates", scaleRate(.1)},
		{"give D fewer updates before each update of G", replaceNumber("model.k", func(k float64) bool { return k > 1 }, 1)},
	},
	ClassCollapse: {
		{"limit the gradient of D by a penalty", penalty},
		{"lower the learning rates", scaleRate(.1)},
	},
	Cycling: {
		{"limit the gradient of D by a penalty", penalty},
		{"lower the learning rates", scaleRate(.1)},
		{"average the parameters of G over time", setNumber("model.average", .998)},
	},
	Diverged:   {{"lower the learning rates", scaleRate(.1)}, {"limit the gradient of D by a penalty", penalty}},
	NotANumber: {{"lower the learning rates", scaleRate(.1)}, {"limit the gradient of D by a penalty", penalty}},
	Frozen:     {{"let D learn slower, and compute its loss from logits", lowerRateD}, {"smooth D's labels", setNumber("model.label_smoothing", .1)}},
	Jump:       {{"go back to a checkpoint from before, with lower learning rates", scaleRate(.1)}},
	Worse:      {{"take the best checkpoint", nil}, {"limit the gradient of D by a penalty", penalty}},
	Memorisation: {
		{"train on more examples, or augment what D sees", augment},
		{"limit the gradient of D by a penalty", penalty},
	},
	DOverfits: {
		{"augment what D sees", augment},
		{"limit the gradient of D by a penalty", penalty},
		{"add noise to what D sees", setNumber("model.instance_noise", .1)},
	},
	Saturated: {{"lower the learning rates", scaleRate(.1)}, {"limit the gradient of D by a penalty", penalty}},
	DeadUnits: {{"lower the learning rates", scaleRate(.1)}, {"use leaky units, or smaller weights at first", nil}},
	Stuck:     {{"raise the learning rates", scaleRate(100)}, {"raise them by ten", scaleRate(10)}},

	Contradiction:    {{"compute both losses with the same D, in the same mode, on the same kind of batch", nil}},
	DoubleSigmoid:    {{"remove the sigmoid at the end of D, or take the loss that reads probabilities", nil}},
	ConstantD:        {{"raise the learning rates", scaleRate(100)}, {"check that D's optimiser has D's parameters, and that D's inputs differ", nil}},
	BrokenPenalty:    {{"compute the score of the penalty's points with a gradient", nil}},
	ClassUnlearned:   {{"check that the labels belong to the images, and raise the weight of their loss", nil}},
	ConstantData:     {{"check the data: gander data show", nil}},
	IgnoredLatent:    {{"feed z to G, and draw a new one for each sample", nil}},
	IgnoredCondition: {{"check that the labels differ, belong to the images, and are read by D as well as by G", nil}},
	BatchStatistics:  {{"compute the statistics of the averaged parameters before sampling", setNumber("train.batch_statistics", 100)}, {"use larger batches", nil}},
}

// Remedies returns what helps against a failure, in order, fitted to the settings of a run.
// Remedies that only change settings which the run does not have, or already has, are left
// out if the setup has settings. Without settings no remedy has a command.
func Remedies(failure Failure, s Setup) []Remedy {
	var list []Remedy
	for _, t := range treatments[failure] {
		r := Remedy{What: t.what}
		if t.change != nil && len(s.Settings) > 0 {
			if r.Settings = t.change(s.Settings); r.Settings == nil {
				continue
			}
			r.Command = s.command(r.Settings)
		}
		list = append(list, r)
	}
	return list
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

// lowerRateD sets D's rate to that of G, or to a quarter of what it is.
func lowerRateD(s map[string]string) []string {
	rate, ok := number(s, "model.rate_d")
	switch {
	case !ok:
		return nil
	case rate > 1:
		return []string{assign("model.rate_d", 1)}
	}
	return []string{assign("model.rate_d", rate/4)}
}

// raiseRateD sets D's rate to that of G, or to four times what it is.
func raiseRateD(s map[string]string) []string {
	rate, ok := number(s, "model.rate_d")
	switch {
	case !ok:
		return nil
	case rate < 1:
		return []string{assign("model.rate_d", 1)}
	}
	return []string{assign("model.rate_d", 4*rate)}
}

// usualRate is a learning rate of Adam to begin with, if it is 0.
const usualRate = 1e-3

// scaleRate multiplies the learning rates of both players.
func scaleRate(factor float64) func(map[string]string) []string {
	return func(s map[string]string) []string {
		for _, key := range []string{"model.learning_rate", "model.rate"} {
			rate, ok := number(s, key)
			switch {
			case ok && rate > 0:
				return []string{assign(key, rate*factor)}
			case ok && factor > 1:
				return []string{assign(key, usualRate)}
			}
		}
		return nil
	}
}

// penalty adds a gradient penalty of D: R1 if the recipe has it, otherwise that of DRAGAN.
func penalty(s map[string]string) []string {
	if gamma, ok := number(s, "model.gamma"); ok {
		if gamma < 1 {
			return []string{assign("model.gamma", 1)}
		}
		return []string{assign("model.gamma", 10*gamma)}
	}
	return setNumber("model.dragan", 10)(s)
}

// augment lets D see changed examples. Points cannot be augmented: they get noise.
func augment(s map[string]string) []string {
	if strings.Trim(s["model.augment"], `"`) != "" {
		return nil
	}
	if _, ok := s["model.augment"]; !ok || s[PointsKey] != "" {
		return setNumber("model.instance_noise", .1)(s)
	}
	return []string{"model.augment=color,translation,cutout"}
}
