package product

import (
	"slices"

	"github.com/gander-ml/gander/engine/internal/ir"
)

// A convAxis describes, in one spatial dimension, which input coordinate each
// pair of an output and a tap uses.
//
// If the input is dilated by d, output o and tap t use an input element only if
// o*stride + t*kernelDilation - pad is a multiple of d. Which taps these are
// depends on o modulo split. So the outputs fall into split phases. Each phase
// is a convolution with fewer taps and without zeros between elements: output o
// = i*split + phase and tap u of the phase use coordinate i*outputStep +
// u*tapStep + start.
//
// One of the two indices (output or tap) is the running index: its elements are
// contiguous in the staging buffer. The other index selects where a run begins.
// Let modulus be the step of the running index. Each residue of the coordinates
// modulo modulus is a separate line of the staging buffer. In a line,
// successive values of the running index are neighbours: running index a and a
// beginning at coordinate f*modulus + residue use position a + f - low of the
// line.
//
// If runs are apart, each beginning has a separate line instead, which contains
// nothing but its run. Then the runs of successive lines are neighbours too.
type convAxis struct {
	split        int // number of phases
	phaseOutputs int // outputs of each phase, rounded up
	phases       []convAxisPhase
	modulus      int
	low          int   // the smallest f
	begins       int   // number of values of f
	running      int   // number of values of the running index
	slots        []int // the residues that occur; if runs are apart, the coordinates of all beginnings
}

type convAxisPhase struct {
	taps  []int      // the taps that this phase uses
	begin []runStart // for each value of the other index
}

// A runStart is the start of a run: a line, given by the slot of its residue,
// and f.
type runStart struct{ slot, f int }

// newConvAxis returns the convAxis of spatial dimension d. Taps are the running
// index if tapsRun is true, else outputs. apart is true if runs are apart.
func newConvAxis(s *convShape, d int, tapsRun, apart bool) *convAxis {
	dilation := s.InputDilation[d]
	l := &convAxis{split: s.split(d)}
	l.phaseOutputs = ir.Ceil(s.out[d], l.split)
	outputStep := l.split * s.Strides[d] / dilation
	l.modulus, l.running = outputStep, l.phaseOutputs
	if tapsRun {
		l.modulus = s.KernelDilation[d] / gcd(dilation, s.KernelDilation[d])
		l.running = 1
	}
	for phase := range l.split {
		var p convAxisPhase
		var starts []int // coordinates
		for t := range s.window[d] {
			if at, whole := s.at(d, phase, t); whole {
				p.taps = append(p.taps, t)
				starts = append(starts, at)
			}
		}
		if tapsRun {
			l.running = max(l.running, len(p.taps))
			starts = tapStarts(starts, outputStep, l.phaseOutputs)
		}
		for _, at := range starts {
			if apart {
				p.begin = append(p.begin, runStart{slot: l.slot(at)})
				continue
			}
			p.begin = append(p.begin, runStart{l.slot(modulo(at, l.modulus)), floorDiv(at, l.modulus)})
		}
		l.phases = append(l.phases, p)
	}
	l.number()
	return l
}

// split returns the number of phases in spatial dimension d.
func (s *convShape) split(d int) int {
	return s.InputDilation[d] / gcd(s.InputDilation[d], s.Strides[d])
}

// tapStarts returns the coordinate of each output at the first tap. starts
// holds the coordinate of the first output at each tap.
func tapStarts(starts []int, step, outputs int) []int {
	list := make([]int, outputs)
	for i := range list {
		if len(starts) > 0 {
			list[i] = starts[0] + i*step
		}
	}
	return list
}

// slot returns the slot of a residue; it adds a slot if the residue has none.
func (l *convAxis) slot(residue int) int {
	at := slices.Index(l.slots, residue)
	if at < 0 {
		at = len(l.slots)
		l.slots = append(l.slots, residue)
	}
	return at
}

// number finds the range of f and makes all f relative to its start.
func (l *convAxis) number() {
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

// length returns the number of elements of a line.
func (l *convAxis) length() int { return l.running + l.begins - 1 }

// coordinate returns the input coordinate at a position of the line of a slot.
func (l *convAxis) coordinate(slot, at int) int { return (at+l.low)*l.modulus + l.slots[slot] }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
