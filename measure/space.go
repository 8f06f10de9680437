package measure

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

// Spaces returns the names of the feature spaces.
func Spaces() []string {
	names := []string{"pixels", "points", lenet.Version}
	for _, data := range lenet.Names {
		names = append(names, lenet.Version+"/"+data)
	}
	return names
}

// chooseSpace sets t.Space to the full name of the feature space that m uses for the
// task. That is the space that the task names. Without a name it is the space of the
// classifier for the data, if m prefers it and there is one, or else that of the
// examples themselves.
func (t *Task) chooseSpace(m Measure) (err error) {
	own := t.Samples.space()
	switch {
	case t.Space == "" && m.PrefersClassifier && t.checkLenet() == nil && t.lenet() != "":
		t.Space = t.lenet()
	case t.Space == "":
		t.Space = own
	case !m.Spaces && t.Space != own:
		return hint.Add(fmt.Errorf("it works on the examples themselves and not in feature space %q", t.Space), "leave the space out")
	default:
		t.Space, err = t.resolve(own)
	}
	return err
}

// space returns the name of the space in which the examples themselves are.
func (s *Set) space() string {
	if s.isPixels() {
		return "pixels"
	}
	return "points"
}

// resolve returns the full name of the space t.Space. It returns an error if there is
// no such space, or if the examples have no features there. Own is the name of the
// space of the examples.
func (t *Task) resolve(own string) (string, error) {
	switch {
	case t.Space == own:
		return own, nil
	case !slices.Contains(Spaces(), t.Space):
		return "", hint.Add(fmt.Errorf("unknown feature space %q", t.Space), "known are %s", strings.Join(Spaces(), ", "))
	case t.Space == "pixels" || t.Space == "points":
		return "", hint.Add(fmt.Errorf("feature space %s: %s are %s", t.Space, t.Samples.Name, own), "leave the space out")
	}
	if err := t.checkLenet(); err != nil {
		return "", err
	}
	if t.Space != lenet.Version {
		return t.Space, nil
	}
	if name := t.lenet(); name != "" {
		return name, nil
	}
	return "", hint.Add(fmt.Errorf("feature space %s: no classifier was trained on this data", t.Space),
		"set Task.Space to one of %s/%s, or to %s", lenet.Version, strings.Join(lenet.Names, " and "+lenet.Version+"/"), own)
}

// checkLenet returns an error if the classifiers cannot process the samples.
func (t *Task) checkLenet() error {
	want, have := data.Image(1, lenet.Side, lenet.Side), t.Samples.Field
	if have.Same(want) {
		return nil
	}
	return hint.Add(fmt.Errorf("feature space %s: it is for grey images of %dx%d, examples of %s are %s of shape %v, want %v",
		lenet.Version, lenet.Side, lenet.Side, t.Samples.Name, examplesOf(have), have.Shape, want.Shape),
		"set Task.Space to %s, which works with all examples", t.Samples.space())
}

// lenet returns the space of the classifier that was trained on the data that the
// reference is named after, or "" if there is none.
func (t *Task) lenet() string {
	if t.Reference == nil {
		return ""
	}
	name, _, _ := strings.Cut(filepath.Base(t.Reference.Name), " ")
	if slices.Contains(lenet.Names, name) {
		return lenet.Version + "/" + name
	}
	return ""
}

// features returns the examples of s in the feature space t.Space, as points with one
// number for each feature. In the space of the examples themselves, which is called
// "pixels", "points" or "", it returns s.
func (t *Task) features(ctx context.Context, s *Set) (*Set, error) {
	switch t.Space {
	case "", "pixels", "points":
		return s, ctx.Err()
	}
	output, err := t.classify(ctx, s)
	if err != nil {
		return nil, err
	}
	return &Set{Name: s.Name, Field: data.Point(lenet.Features), Values: output.Features, Labels: s.Labels, Classes: s.Classes}, nil
}

// classify returns the outputs of the classifier that t.Space names for the examples of s.
func (t *Task) classify(ctx context.Context, s *Set) (*lenet.Output, error) {
	name, ok := strings.CutPrefix(t.Space, lenet.Version+"/")
	if !ok {
		return nil, hint.Add(fmt.Errorf("unknown feature space %q", t.Space), "known are %s", strings.Join(Spaces(), ", "))
	}
	if err := t.checkLenet(); err != nil {
		return nil, err
	}
	classifier, err := lenet.Open(t.Device, name)
	if err != nil {
		return nil, err
	}
	return classifier.Run(ctx, s.Values, func(done, total int) { t.progress("features of "+s.Name, done, total) })
}
