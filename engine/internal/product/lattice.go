package product

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
)

// A lattice says how the outputs and taps of a convolution meet the input in
// one spatial dimension.
//
// Where the input is dilated by d, output o and tap t meet at a whole
// coordinate only if o*stride + t*reach - pad is a multiple of d. Which taps do
// depends on o modulo split, so the outputs fall into split phases, each of
// which is a convolution of its own with fewer taps and without zeros between
// elements: output o = i*split + phase meets tap u of the phase at coordinate
// i*Step(i) + u*Step(u) + start.
//
// One of the two indices is chosen to run along memory, the other picks where
// it begins. The coordinates are cut into residues modulo the step of the
// running index, and each residue is staged as a line of its own, in which
// that index runs from neighbour to neighbour; the coordinate of running index
// a and begin f*modulus + residue is at place a + f - low of its line.
type lattice struct {
	split   int // phases
	coarse  int // outputs of each phase, those beyond the last included
	phases  []latticePhase
	modulus int
	low     int   // the least f
	begins  int   // how many f there are
	running int   // the extent of the running index
	slots   []int // the residues that occur
}

type latticePhase struct {
	taps  []int   // the taps that meet this phase
	begin []place // for each of the other index
}

// A place is where the running index begins: a residue's slot and f.
type place struct{ slot, f int }

// latticeOf returns the lattice of spatial dimension d, in which outputs run
// along memory, or taps do.
func latticeOf(s *sight, d int, tapsRun bool) *lattice {
	dilation := s.InputDilation[d]
	l := &lattice{split: dilation / gcd(dilation, s.Strides[d])}
	l.coarse = ir.Ceil(s.out[d], l.split)
	outputStep := l.split * s.Strides[d] / dilation
	l.modulus, l.running = outputStep, l.coarse
	if tapsRun {
		l.modulus = s.KernelDilation[d] / gcd(dilation, s.KernelDilation[d])
		l.running = 1
	}
	for phase := range l.split {
		var p latticePhase
		var starts []int // coordinates
		for t := range s.window[d] {
			if at, whole := s.at(d, phase, t); whole {
				p.taps = append(p.taps, t)
				starts = append(starts, at)
			}
		}
		if tapsRun {
			l.running = max(l.running, len(p.taps))
			starts = tapStarts(starts, outputStep, l.coarse)
		}
		for _, at := range starts {
			p.begin = append(p.begin, place{l.slot(modulo(at, l.modulus)), floorDiv(at, l.modulus)})
		}
		l.phases = append(l.phases, p)
	}
	l.number()
	return l
}

// tapStarts returns where each output meets the first tap, given where the
// first output meets each.
func tapStarts(starts []int, step, outputs int) []int {
	list := make([]int, outputs)
	for i := range list {
		if len(starts) > 0 {
			list[i] = starts[0] + i*step
		}
	}
	return list
}

// slot returns the slot of a residue, a new one if it has none.
func (l *lattice) slot(residue int) int {
	at := slices.Index(l.slots, residue)
	if at < 0 {
		at = len(l.slots)
		l.slots = append(l.slots, residue)
	}
	return at
}

// number finds the range of f and counts from its start.
func (l *lattice) number() {
	high, any := 0, false
	for _, p := range l.phases {
		for _, b := range p.begin {
			if !any {
				l.low, high, any = b.f, b.f, true
			}
			l.low, high = min(l.low, b.f), max(high, b.f)
		}
	}
	l.begins = high - l.low + 1
	for _, p := range l.phases {
		for i := range p.begin {
			p.begin[i].f -= l.low
		}
	}
	if len(l.slots) == 0 {
		l.slots = []int{0}
	}
}

// length is the places of a line.
func (l *lattice) length() int { return l.running + l.begins - 1 }

// coordinate is the input coordinate at a place of the line of a slot.
func (l *lattice) coordinate(slot, at int) int { return (at+l.low)*l.modulus + l.slots[slot] }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
