package data

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/hint"
)

// ReadPoint puts point i, 0 <= i < set.Len(), into dst, which holds
// set.Info().Dims numbers, and returns its label, -1 if the set has none. All
// numbers are finite, and the same i always gives the same point. A set of images
// is an error that wraps [ErrKind].
func ReadPoint(set Set, dst []float32, i int64) (label int, err error) {
	if p, ok := set.(pointReader); ok {
		return p.ReadPoint(dst, i)
	}
	return 0, checkReadPoint(set, dst, i)
}

// A pointReader is what a set of points is beside a [Set]. Parts of a set are
// it, too, and refuse if what they are parts of holds images.
type pointReader interface {
	ReadPoint(dst []float32, i int64) (label int, err error)
}

// checkReadPoint reports a ReadPoint of a point that set lacks, or that is an
// image, or into a wrong length.
func checkReadPoint(set Set, dst []float32, i int64) error {
	info := set.Info()
	switch {
	case info.Dims == 0:
		return fmt.Errorf("dataset %s: %w: it holds images, not points", info.Name, ErrKind)
	case i < 0 || i >= set.Len():
		return fmt.Errorf("dataset %s: point %d: %w: it has %d", info.Name, i, ErrRange, set.Len())
	case len(dst) != info.Dims:
		return fmt.Errorf("dataset %s: reading %d numbers into %d", info.Name, info.Dims, len(dst))
	}
	return nil
}

// Points is a [Set] of points held in memory.
type Points struct {
	info   Info
	values []float32 // [n, Dims], finite
	labels []int32   // [n], nil if Classes is 0
}

// NewPointsFromArray returns the set, called name and without labels, of the
// points in a, [n, dims], whose elements are float32 or float64. Float64 is
// rounded to float32. Numbers that are not finite then, other elements and other
// shapes are errors that wrap [ErrFormat]; an array without points wraps
// [ErrEmpty]. The set keeps a.Data if it can.
func NewPointsFromArray(name string, a *Array) (*Points, error) {
	fail := func(err error) (*Points, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	if len(a.Shape) != 2 {
		return fail(fmt.Errorf("%w: shape %v, want (N, D) of points", ErrFormat, a.Shape))
	}
	if a.Shape[0] == 0 || a.Shape[1] == 0 {
		return fail(fmt.Errorf("%w: shape %v", ErrEmpty, a.Shape))
	}
	var values []float32
	switch given := a.Data.(type) {
	case []float32:
		values = given
	case []float64:
		values = make([]float32, len(given))
		for i, v := range given {
			values[i] = float32(v)
		}
	default:
		return fail(hint.Add(fmt.Errorf("%w: elements of type %T, want float32 or float64 in an array (N, D) of points", ErrFormat, a.Data),
			"astype('float32')"))
	}
	for i, v := range values {
		if !isFinite(v) {
			return fail(fmt.Errorf("%w: point %d has %v in place %d, want finite numbers of float32",
				ErrFormat, i/a.Shape[1], v, i%a.Shape[1]))
		}
	}
	return &Points{Info{Name: name, Dims: a.Shape[1]}, values, nil}, nil
}

func isFinite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// Info describes the set.
func (p *Points) Info() Info { return p.info }

// Len returns the number of points.
func (p *Points) Len() int64 { return int64(len(p.values) / p.info.Dims) }

// Read returns an error: these are no images.
func (p *Points) Read(dst []byte, i int64) (int, error) { return 0, checkRead(p, dst, i) }

// ReadPoint copies point i to dst and returns its label. See [ReadPoint].
func (p *Points) ReadPoint(dst []float32, i int64) (int, error) {
	if err := checkReadPoint(p, dst, i); err != nil {
		return 0, err
	}
	copy(dst, p.values[int(i)*len(dst):])
	if p.labels == nil {
		return -1, nil
	}
	return int(p.labels[i]), nil
}
