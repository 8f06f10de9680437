package data

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/random"
)

// Hide returns a set in which numbers of the first field of set are missing completely at
// random: each with the probability share, from 0 to 1, independent of all values. The
// seed decides which, so they are the same in every epoch. The set has the field
// [ObservedField]. A first field that is not numbers is an error that wraps [ErrKind]. A
// set that has missing numbers already, or another field of this name, is an error too.
func Hide(set Set, share float64, seed uint64) (Set, error) {
	info := set.Info()
	first := info.First()
	if first.Kind != Numbers {
		return nil, hint.Add(fmt.Errorf("dataset %s: cannot hide its values: %w: they are no numbers", info.Name, ErrKind), "choose a table of numbers")
	}
	if _, ok := info.Field(ObservedField); ok {
		return nil, fmt.Errorf("dataset %s: it has the field %s already", info.Name, ObservedField)
	}
	if !(share >= 0 && share <= 1) {
		return nil, fmt.Errorf("dataset %s: cannot hide the share %g of its numbers, want 0 to 1", info.Name, share)
	}
	info.Fields = append(slices.Clone(info.Fields), Field{Name: ObservedField, Kind: Numbers, Shape: first.Shape, Names: first.Names})
	return &hidden{set, info, share, random.Key(seed, "hidden numbers")}, nil
}

// A hidden set is set without some of its numbers.
type hidden struct {
	set   Set
	info  Info
	share float64
	key   [2]uint32
}

func (h *hidden) Info() Info { return h.info }
func (h *hidden) Len() int64 { return h.set.Len() }

func (h *hidden) Read(row Row, i int64) error {
	if err := CheckRead(h, row, i); err != nil {
		return err
	}
	last := len(row) - 1
	if err := h.set.Read(row[:last], i); err != nil {
		return err
	}
	x, observed := row[0].Floats, row[last].Floats
	numbers := random.At(h.key, uint64(i))
	for k := range h.info.First().Size() {
		missing := numbers.Float64() < h.share
		if observed != nil {
			observed[k] = 1
		}
		if !missing {
			continue
		}
		if observed != nil {
			observed[k] = 0
		}
		if x != nil {
			x[k] = 0
		}
	}
	return nil
}
