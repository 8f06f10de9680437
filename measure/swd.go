package measure

import (
	"context"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
)

func init() {
	define(Measure{
		Name:   "swd",
		Title:  "sliced Wasserstein distance of patches, for each level of detail",
		Source: "Karras et al. 2018, section 5",
		N:      10000, MinSamples: swdMinSamples, Kinds: []data.Kind{data.Pixels}, ImagesOnly: true,
		run: swd,
	})
}

// swdLeast is the least number of images of a set.
const swdMinSamples = 100

func swd(ctx context.Context, t *Task, r *Result) error {
	measured, baseline, err := t.comparisons(ctx, r, swdMinSamples)
	if err != nil {
		return err
	}
	shape, err := newPyramid(t.Samples.Field.Shape)
	if err != nil {
		return err
	}
	levels := len(shape.levels)
	mean := swdDistance{without: make([]float64, jackGroups)}
	for l := range levels {
		d, err := t.swdLevel(ctx, r, l, measured, baseline)
		if err != nil {
			return err
		}
		r.Values = append(r.Values, d.value(fmt.Sprintf("%dx%d", shape.heights[l], shape.widths[l]), baseline != nil))
		mean.distance += d.distance / float64(levels)
		mean.baseline += d.baseline / float64(levels)
		for i, w := range d.without {
			mean.without[i] += w / float64(levels)
		}
	}
	r.Values = append([]Value{mean.value("mean", baseline != nil)}, r.Values...)
	r.Protocol = fmt.Sprintf("sliced Wasserstein-1 distance, times 1000, of %dx%d patches, %d an image at random places of each level of a Laplacian pyramid, "+
		"each channel scaled to mean 0 and sd 1 in each set, over %d random directions; the paper takes 16384 images of each set",
		patchSide, patchSide, patchesPerImage, swdDirections)
	return nil
}

// A swdDistance is the distances at one level of detail, times 1000.
type swdDistance struct {
	distance, baseline float64
	without            []float64 // [jackGroups]: without each group of samples
}

// value returns the figure called name, with its baseline if hasBaseline.
func (d *swdDistance) value(name string, baseline bool) Value {
	v := Value{Name: name, Value: Number(d.distance), StdErr: number(jackknife(d.without)), StdErrOf: jackknifed, Unit: "1/1000", Better: Lower}
	if baseline {
		v.Baseline = number(d.baseline)
	}
	return v
}

// swdLevel compares the patches of one level.
func (t *Task) swdLevel(ctx context.Context, r *Result, level int, measured comparison, baseline *comparison) (*swdDistance, error) {
	sides, err := t.swdSides(ctx, r, level, measured, baseline)
	if err != nil {
		return nil, err
	}
	j, err := newProjector(t.Device, sides[0].size())
	if err != nil {
		return nil, err
	}
	j.aimed = directions(random.New(t.Seed, fmt.Sprintf("swd directions %d", level)), j.size)
	for _, s := range sides {
		if err := s.project(ctx, t, fmt.Sprintf("level %d of %s", level, s.set.Name), j); err != nil {
			return nil, err
		}
	}
	return compareSides(sides), nil
}

// swdSides returns the sides of a level: samples, reference, and then the samples and the
// reference of the baseline. The last is left out if it is the same set as the second.
func (t *Task) swdSides(ctx context.Context, r *Result, level int, measured comparison, baseline *comparison) ([]*swdSide, error) {
	type side struct {
		set    *Set
		name   string
		groups int
	}
	wanted := []side{{measured.samples, "samples", jackGroups}, {measured.reference, "reference", 1}}
	if baseline != nil {
		wanted = append(wanted, side{baseline.samples, "baseline", 1})
		if baseline.reference != measured.reference {
			wanted = append(wanted, side{baseline.reference, "baseline reference", 1})
		}
	}
	var sides []*swdSide
	for _, w := range wanted {
		s, err := t.newSwdSide(ctx, r, level, w.set, w.name, w.groups)
		if err != nil {
			return nil, err
		}
		sides = append(sides, s)
	}
	return sides, nil
}

// compareSides returns the distances of the sides that swdSides returned, from their
// counts.
func compareSides(sides []*swdSide) *swdDistance {
	const part = 1000.0 / swdDirections
	d := &swdDistance{without: make([]float64, jackGroups)}
	samples, reference := sides[0], sides[1]
	all, rest := make([]uint32, swdBins), make([]uint32, swdBins)
	for k := range swdDirections {
		want := reference.line(0, k)
		clear(all)
		for g := range samples.counts {
			for i, v := range samples.line(g, k) {
				all[i] += v
			}
		}
		d.distance += part * wasserstein(all, want)
		for g := range samples.counts {
			for i, v := range samples.line(g, k) {
				rest[i] = all[i] - v
			}
			d.without[g] += part * wasserstein(rest, want)
		}
		if len(sides) > 2 {
			baseline := want
			if len(sides) > 3 {
				baseline = sides[3].line(0, k)
			}
			d.baseline += part * wasserstein(sides[2].line(0, k), baseline)
		}
	}
	return d
}

// A swdSide is one of the sets compared at a level.
type swdSide struct {
	*patcher
	groups [][]int    // the images of each random group
	counts [][]uint32 // [swdDirections, swdBins] of each group
}

// newSwdSide returns the side of a set, without counts.

func (t *Task) newSwdSide(ctx context.Context, r *Result, level int, s *Set, name string, groups int) (*swdSide, error) {
	key := random.Key(t.Seed, fmt.Sprintf("swd patches of %s %d", name, level))
	p, err := newPatcher(s, level, key, t.Device.Threads())
	if err != nil {
		return nil, err
	}
	varies, err := p.normalise(func(done int) error {
		t.progress(fmt.Sprintf("level %d, mean of %s", level, s.Name), done, s.Len())
		return ctx.Err()
	})
	if !varies && err == nil {
		r.warn("%s: all pixels of a level are equal, so there is nothing to compare", s.Name)
	}
	side := &swdSide{patcher: p, groups: randomGroups(s.Len(), groups, t.Seed, "swd groups")}
	for range groups {
		side.counts = append(side.counts, make([]uint32, swdDirections*swdBins))
	}
	return side, err
}

// line returns the counts along direction k of group g.
func (s *swdSide) line(g, k int) []uint32 { return s.counts[g][k*swdBins:][:swdBins] }

// project counts the projections of all patches.
func (s *swdSide) project(ctx context.Context, t *Task, what string, j *projector) error {
	j.aim(s.patcher)
	done := 0
	for g, counts := range s.counts {
		for images := range slices.Chunk(s.groups[g], patchImages) {
			s.extract(j.patches, images)
			j.count(counts, len(images)*patchesPerImage, t.Device.Threads())
			done += len(images)
			t.progress(what, done, s.set.Len())
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}
