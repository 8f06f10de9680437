package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// A winogradAxis cuts one spatial dimension of a convolution into correlations
// of stride 1.
//
// The outputs fall into phases that meet different taps, as those of a lattice
// do. Within a phase output i meets tap u at coordinate i*outStep + u*tapStep +
// start. In units of the least common multiple of both steps, outputs of one
// residue and taps of one residue meet where the sum of what is left of their
// indices says: output (p, v), which is i = p*outResidues + v, and tap (q, w)
// meet at (p+q)*unit + v*outStep + w*tapStep + start. Tap residues join the
// channels that are summed over, output residues the images.
//
// A form's Tile of p at a time make a tile, and its Taps of q a patch.
type winogradAxis struct {
	form                     *kernel.Winograd
	out                      int // extent of the result
	split                    int // phases
	outStep, tapStep, unit   int
	outResidues, tapResidues int
	tiles                    int // of p
	patches                  int // of q
	phases                   []winogradPhase
}

type winogradPhase struct {
	start int   // the coordinate of the first output and tap
	taps  []int // that meet this phase
}

// winogradAxisOf returns the axis of spatial dimension d; ok is false if a
// phase meets no tap.
func winogradAxisOf(s *sight, form *kernel.Winograd, d int) (a winogradAxis, ok bool) {
	dilation := s.InputDilation[d]
	a.form = form
	a.out, a.split = s.out[d], dilation/gcd(dilation, s.Strides[d])
	a.outStep = a.split * s.Strides[d] / dilation
	a.tapStep = s.KernelDilation[d] / gcd(dilation, s.KernelDilation[d])
	a.unit = a.outStep / gcd(a.outStep, a.tapStep) * a.tapStep
	a.outResidues, a.tapResidues = a.unit/a.outStep, a.unit/a.tapStep
	most := 0
	for r := range a.split {
		var p winogradPhase
		for t := range s.window[d] {
			if at, whole := s.at(d, r, t); whole {
				if len(p.taps) == 0 {
					p.start = at
				}
				p.taps = append(p.taps, t)
			}
		}
		if len(p.taps) == 0 {
			return a, false
		}
		most = max(most, len(p.taps))
		a.phases = append(a.phases, p)
	}
	a.tiles = ir.Ceil(a.out, a.perTile())
	a.patches = ir.Ceil(most, a.form.Taps*a.tapResidues)
	return a, true
}

// perTile is the outputs, of all phases and residues, that a tile stands for.
func (a *winogradAxis) perTile() int { return a.form.Tile * a.outResidues * a.split }

// positions is the tiles of all residues.
func (a *winogradAxis) positions() int { return a.outResidues * a.tiles }

// coordinate is that of input i of a tile and a patch, of an output and a tap
// residue.
func (a *winogradAxis) coordinate(phase, out, tap, tile, patch, i int) int {
	at := a.form.Tile*tile + a.form.Taps*patch + i
	return at*a.unit + out*a.outStep + tap*a.tapStep + a.phases[phase].start
}

// reach returns the coordinates, from and up to, that tiles and patches from
// the first to the last reach.
func (a *winogradAxis) reach(tile, patch, lastTile, lastPatch int) (from, end int) {
	for r := range a.phases {
		low := a.coordinate(r, 0, 0, tile, patch, 0)
		high := a.coordinate(r, a.outResidues-1, a.tapResidues-1, lastTile, lastPatch, a.form.Points-1)
		if r == 0 {
			from, end = low, high+1
		}
		from, end = min(from, low), max(end, high+1)
	}
	return from, end
}

// tap returns which tap is tap i of a patch; ok is false if there is none.
func (a *winogradAxis) tap(phase, patch, residue, i int) (t int, ok bool) {
	u := (a.form.Taps*patch+i)*a.tapResidues + residue
	if taps := a.phases[phase].taps; u < len(taps) {
		return taps[u], true
	}
	return 0, false
}

// output returns which output is result i of a tile; it may lie beyond the
// last.
func (a *winogradAxis) output(phase, residue, tile, i int) int {
	return ((a.form.Tile*tile+i)*a.outResidues+residue)*a.split + phase
}

// meetings is how often an output meets a tap.
func (a *winogradAxis) meetings() float64 {
	n := 0
	for r := range a.phases {
		n += ir.Ceil(a.out-r, a.split) * len(a.phases[r].taps)
	}
	return float64(n)
}
