package product

import (
	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/memory"
	"github.com/gander-ml/gander/engine/internal/pool"
)

// A winogradTaps is the step that computes the right factors. For each phase,
// chunk and point, it writes panels of output channels. A panel has a row for
// each tap residue of each patch of each input channel.
type winogradTaps struct{ *winograd }

// tapChannels is the number of input channels in a tile.
const tapChannels = 8

func (t *winogradTaps) Tiles() int { return t.panels * ir.Ceil(t.inputs, tapChannels) }

func (t *winogradTaps) Finish() {}

// scratch returns the bytes of a transposed kernel: one line of zeros, and for
// each tap a line with the output channels of a panel.
func (t *winogradTaps) scratch() int {
	return memory.SizeOf[float32](t.transposedElements())
}

func (t *winogradTaps) transposedElements() int {
	return (1 + t.window[0]*t.window[1]) * ir.Ceil(t.panel, wholeVector) * wholeVector
}

func (t *winogradTaps) Tile(w *pool.Worker, i int) {
	scratch := w.Scratch
	transposed := memory.Carve[float32](&scratch, t.transposedElements())
	clear(transposed)
	panel, first := i%t.panels, i/t.panels*tapChannels
	for channel := first; channel < min(first+tapChannels, t.inputs); channel++ {
		t.transpose(transposed[t.panel:], channel, panel*t.panel)
		for k := range t.chunks {
			chunk := &t.chunks[k]
			if at := channel - chunk.channel; at >= 0 && at < chunk.channels {
				t.transform(transposed, k, panel, at)
			}
		}
	}
}

// transpose copies the taps of one input channel and of the output channels
// from output on, tap by tap.
func (t *winogradTaps) transpose(transposed []float32, channel, output int) {
	at := t.k.Offset + channel*t.k.Strides[1] + output*t.k.Strides[0]
	area := t.window[0] * t.window[1]
	if t.k.Strides[2] < 0 {
		at += (t.window[0] - 1) * t.k.Strides[2]
	}
	if t.k.Strides[3] < 0 {
		at += (t.window[1] - 1) * t.k.Strides[3]
	}
	t.kernelTransposer.Transpose(transposed, t.panel, t.weights[at:], min(t.panel, t.outputs-output), area)
}

// transform writes the factors of channel at of chunk k. After the last channel
// it also writes zeros for the padding channels.
func (t *winogradTaps) transform(transposed []float32, k, panel, at int) {
	chunk := &t.chunks[k]
	entries, line := t.tapResidues()*chunk.patches, chunk.room*t.panel
	plane := t.panels * t.depth * t.panel
	for phase, taps := range t.taps {
		to := t.arranged[(phase*len(t.chunks)+k)*t.chunkElements()+panel*t.depth*t.panel:]
		from := taps[chunk.patch*t.tapResidues()*t.filter.Taps*t.filter.Taps:][:entries*t.filter.Taps*t.filter.Taps]
		t.filter.Rights(to[at*t.panel:], plane, line, transposed, from, t.panel)
		if at < chunk.channels-1 {
			continue
		}
		for empty := chunk.channels; empty < chunk.room; empty++ {
			for i := range t.points * entries {
				clear(to[i/entries*plane+i%entries*line+empty*t.panel:][:t.panel])
			}
		}
	}
}
