package referee

import (
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// A Failure is the name of something that goes wrong in training, or [Healthy] or
// [Unknown].
type Failure string

// The failures that [Judge] knows.
const (
	Healthy Failure = "healthy" // samples cover the data, or the losses of a critic converge
	Unknown Failure = "unknown" // no fault in the numbers at hand, which cannot tell more

	DWins         Failure = "d-wins"         // D is nearly certain, and G learns nothing from it
	GWins         Failure = "g-wins"         // D cannot tell samples from data, although they differ
	Collapse      Failure = "collapse"       // samples cover only a part of the data
	ClassCollapse Failure = "class-collapse" // the same, for some classes
	Cycling       Failure = "cycling"        // samples move from one part of the data to another
	Diverged      Failure = "diverged"       // losses or gradients grow without bound
	NotANumber    Failure = "nan"            // a number is not finite
	Frozen        Failure = "frozen"         // a loss stays at the limit of its logarithm
	Jump          Failure = "jump"           // the critic's loss jumps, and does not come back
	Worse         Failure = "worse"          // a score of the samples is far from its best value
	Memorisation  Failure = "memorisation"   // samples are copies of training examples
	DOverfits     Failure = "d-overfits"     // D knows its training examples, and not held-out ones
	Saturated     Failure = "saturated"      // the values of samples are at the ends of their range
	DeadUnits     Failure = "dead-units"     // most units of a layer get no gradient
	Stuck         Failure = "stuck"          // nothing moves: the learning rate is too low

	Contradiction    Failure = "contradiction"     // the losses cannot belong to the same D
	DoubleSigmoid    Failure = "double-sigmoid"    // a sigmoid is applied twice
	ConstantD        Failure = "constant-d"        // D gives the same answer to everything
	BrokenPenalty    Failure = "broken-penalty"    // the gradient penalty gets a gradient of 0
	ClassUnlearned   Failure = "class-unlearned"   // the loss of the classes is that of guessing
	ConstantData     Failure = "constant-data"     // all real examples are equal
	IgnoredLatent    Failure = "ignored-latent"    // samples do not depend on z
	IgnoredCondition Failure = "ignored-condition" // samples do not depend on the class
	BatchStatistics  Failure = "batch-statistics"  // samples differ from those made during training
)

// titles are the failures in the order of the documents, each in a few words.
var titles = []struct {
	failure Failure
	title   string
}{
	{Healthy, "no failure"},
	{Unknown, "no fault seen, but these numbers cannot show every fault"},
	{DWins, "the discriminator wins"},
	{GWins, "the generator wins although its samples differ from the data"},
	{Collapse, "mode collapse"},
	{ClassCollapse, "mode collapse of some classes"},
	{Cycling, "cycling: samples move from mode to mode"},
	{Diverged, "divergence"},
	{NotANumber, "a number is not finite"},
	{Frozen, "a loss stays at the limit of its logarithm"},
	{Jump, "the critic's loss has jumped"},
	{Worse, "the samples have become worse"},
	{Memorisation, "memorisation of training examples"},
	{DOverfits, "the discriminator overfits"},
	{Saturated, "saturated outputs"},
	{DeadUnits, "dead units"},
	{Stuck, "nothing moves"},
	{Contradiction, "the losses contradict each other (a bug)"},
	{DoubleSigmoid, "a sigmoid is applied twice (a bug)"},
	{ConstantD, "the discriminator is constant (a bug)"},
	{BrokenPenalty, "the gradient penalty has no effect (a bug)"},
	{ClassUnlearned, "the classes are not learned"},
	{ConstantData, "the data are constant (a bug)"},
	{IgnoredLatent, "the generator ignores z (a bug)"},
	{IgnoredCondition, "the generator ignores its condition"},
	{BatchStatistics, "batch statistics differ between training and sampling"},
}

// Failures returns all failures, without Healthy and Unknown.
func Failures() []Failure {
	var list []Failure
	for _, t := range titles {
		if t.failure.Bad() {
			list = append(list, t.failure)
		}
	}
	return list
}

// Title returns the failure in a few words: "the discriminator wins". It is the name
// itself for an unknown failure.
func (f Failure) Title() string {
	for _, t := range titles {
		if t.failure == f {
			return t.title
		}
	}
	return string(f)
}

// Bad reports whether something is wrong: the failure is neither Healthy nor Unknown.
func (f Failure) Bad() bool { return f != Healthy && f != Unknown }

// NeedsProbes reports whether only probes of samples and of D can show f: losses cannot.
func (f Failure) NeedsProbes() bool {
	switch f {
	case Collapse, ClassCollapse, Cycling, Memorisation, DOverfits, Saturated, DeadUnits, ConstantData, IgnoredLatent, IgnoredCondition, BatchStatistics:
		return true
	}
	return false
}

// ParseFailures reads names of failures that are separated by commas. An unknown name is
// an error with a hint that lists the known ones.
func ParseFailures(text string) ([]Failure, error) {
	var names []string
	for _, f := range Failures() {
		names = append(names, string(f))
	}
	var list []Failure
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(names, name) {
			return nil, hint.Add(&unknownFailure{name}, "known are %s", strings.Join(names, ", "))
		}
		list = append(list, Failure(name))
	}
	return list, nil
}

type unknownFailure struct{ name string }

func (e *unknownFailure) Error() string { return "unknown failure \"" + e.name + "\"" }
