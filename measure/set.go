package measure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A Set is n examples of the same kind and shape, as numbers.
type Set struct {
	Name    string     // its source: "mnist test", "step 12000 of 0003-digits-digits"
	Field   data.Field // kind, pixels or numbers, and shape of one example; its name is not used
	Values  []float32  // [n, Size()], row-major; pixels are in [0, 1], 0 is black
	Labels  []int32    // [n], each in [0, Classes), or nil
	Classes int        // 0: no labels
}

// Size returns the number of values in one example.
func (s *Set) Size() int { return s.Field.Size() }

// Len returns the number of examples.
func (s *Set) Len() int { return len(s.Values) / s.Size() }

// At returns example i, [Size()], in the set's own memory.
func (s *Set) At(i int) []float32 { return s.Values[i*s.Size():][:s.Size()] }

// Slice returns the examples from first to end-1, in the set's own memory.
func (s *Set) Slice(first, end int) *Set {
	part := *s
	part.Values = s.Values[first*s.Size() : end*s.Size()]
	if s.Labels != nil {
		part.Labels = s.Labels[first:end]
	}
	return &part
}

// Pick returns a copy of the examples with the given indices.
func (s *Set) Pick(indices []int) *Set {
	part := *s
	part.Values = make([]float32, 0, len(indices)*s.Size())
	part.Labels = nil
	for _, i := range indices {
		part.Values = append(part.Values, s.At(i)...)
		if s.Labels != nil {
			part.Labels = append(part.Labels, s.Labels[i])
		}
	}
	return &part
}

// checkShape returns an error if the lengths of the set's parts do not agree.
func (s *Set) checkShape() error {
	size := s.Size()
	switch {
	case slices.ContainsFunc(s.Field.Shape, func(d int) bool { return d < 1 }):
		return fmt.Errorf("%s: examples of shape %v hold no numbers", s.Name, s.Field.Shape)
	case len(s.Values) == 0:
		return fmt.Errorf("%s: it holds no examples", s.Name)
	case len(s.Values)%size != 0:
		return fmt.Errorf("%s: %d numbers are not whole examples of %d", s.Name, len(s.Values), size)
	case s.Labels != nil && len(s.Labels) != s.Len():
		return fmt.Errorf("%s: %d labels for %d examples", s.Name, len(s.Labels), s.Len())
	}
	return nil
}

func (s *Set) isPixels() bool { return s.Field.Kind == data.Pixels }

// check returns an error if no measure can take the set.
func (s *Set) check() error {
	if err := s.checkShape(); err != nil {
		return err
	}
	size := s.Size()
	for i, v := range s.Values {
		switch f := float64(v); {
		case math.IsNaN(f) || math.IsInf(f, 0):
			return hint.Add(fmt.Errorf("%s: number %d of example %d is %v", s.Name, i%size, i/size, v),
				"the generator has diverged, or the file is of another format")
		case s.isPixels() && (v < 0 || v > 1):
			return hint.Add(fmt.Errorf("%s: pixel %d of example %d is %v, want 0 (black) to 1 (white)", s.Name, i%size, i/size, v),
				"scale the pixels to [0, 1], or give bytes")
		}
	}
	return nil
}

// tooDark reports whether samples are so much darker than real pixels that their
// numbers may have another range: bits written as bytes, or pixels divided by 255
// twice.
func tooDark(samples, real *Set) bool {
	return slices.Max(samples.Values) < slices.Max(real.Values)/100
}

// sameExamples returns an error if the examples of two sets differ in shape or kind.
func sameExamples(a, b *Set) error {
	as, bs := a.Field.Shape, b.Field.Shape
	switch {
	case !slices.Equal(as, bs):
		advice := "compare them with data of the same shape"
		if a.Size() == b.Size() {
			advice = fmt.Sprintf("reshape %s to [%d %s", a.Name, a.Len(), strings.TrimPrefix(fmt.Sprint(bs), "["))
		}
		return hint.Add(fmt.Errorf("examples of %s are of shape %v, those of %s of shape %v", a.Name, as, b.Name, bs), "%s", advice)
	case a.Field.Kind != b.Field.Kind:
		return hint.Add(fmt.Errorf("examples of %s are %v, those of %s are %v", a.Name, a.Field.Kind, b.Name, b.Field.Kind),
			"compare them with data of the same kind")
	}
	return nil
}
