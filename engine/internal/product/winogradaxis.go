package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/kernel"
)

// A winogradAxis divides one spatial dimension of a convolution into
// correlations of stride 1.
//
// The outputs fall into phases that use different taps, as in a convAxis. In a
// phase, output i uses tap u at coordinate i*outStep + u*tapStep + start. Let
// unit be the least common multiple of both steps. Outputs are grouped by
// residue: output (p, v) is i = p*outResidues + v. Taps are grouped in the same
// way: tap (q, w) is u = q*tapResidues + w. Then the coordinate is (p+q)*unit +
// v*outStep + w*tapStep + start. For fixed residues it depends only on p+q, so
// this is a correlation of stride 1. The sum runs over tap residues in the same
// way as over channels. Output residues are handled in the same way as images.
//
// Tile successive values of p form an output tile, and Taps successive values
// of q form a patch, where Tile and Taps are those of the form.
type winogradAxis struct {
	form                     *kernel.Winograd
	out                      int // size of the result
	split                    int // number of phases
	outStep, tapStep, unit   int
	outResidues, tapResidues int
	tiles                    int // output tiles, along p
	patches                  int // patches, along q
	phases                   []winogradPhase
}

type winogradPhase struct {
	start int   // the coordinate of the first output and tap
	taps  []int // the taps that this phase uses
}

// winogradAxisOf returns the axis of spatial dimension d. ok is false if a
// phase uses no tap.
func winogradAxisOf(s *convShape, form *kernel.Winograd, d int) (a winogradAxis, ok bool) {
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

// perTile returns the number of outputs for each value of tile, over all phases
// and residues.
func (a *winogradAxis) perTile() int { return a.form.Tile * a.outResidues * a.split }

// positions returns the number of output tiles over all residues.
func (a *winogradAxis) positions() int { return a.outResidues * a.tiles }

// coordinate returns the coordinate of input i of an output tile and a patch,
// for an output residue and a tap residue.
func (a *winogradAxis) coordinate(phase, out, tap, tile, patch, i int) int {
	at := a.form.Tile*tile + a.form.Taps*patch + i
	return at*a.unit + out*a.outStep + tap*a.tapStep + a.phases[phase].start
}

// reach returns the range of coordinates that the tiles from tile to lastTile
// and the patches from patch to lastPatch read.
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

// tap returns the tap at index i of a patch; ok is false if there is none.
func (a *winogradAxis) tap(phase, patch, residue, i int) (t int, ok bool) {
	u := (a.form.Taps*patch+i)*a.tapResidues + residue
	if taps := a.phases[phase].taps; u < len(taps) {
		return taps[u], true
	}
	return 0, false
}

// output returns the output at index i of a tile. It may be beyond the last
// output.
func (a *winogradAxis) output(phase, residue, tile, i int) int {
	return ((a.form.Tile*tile+i)*a.outResidues+residue)*a.split + phase
}

// tapUses returns the number of pairs of an output and a tap that it uses.
func (a *winogradAxis) tapUses() float64 {
	n := 0
	for r := range a.phases {
		n += ir.Ceil(a.out-r, a.split) * len(a.phases[r].taps)
	}
	return float64(n)
}
