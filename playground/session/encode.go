package session

import (
	"encoding/binary"
	"encoding/json"
	"math"
)

// A header is the first part of an encoded frame.
type header struct {
	Rounds   int64             `json:"rounds"`
	UpdatesD int64             `json:"updatesD"`
	UpdatesG int64             `json:"updatesG"`
	Phase    Phase             `json:"phase"`
	Stopped  string            `json:"stopped,omitempty"`
	Hint     string            `json:"hint,omitempty"`
	Logits   bool              `json:"logits"`
	Word     *Word             `json:"word,omitempty"`
	Played   int               `json:"played"` // by this call
	Kept     bool              `json:"kept"`   // a change of settings kept the weights
	Arrays   map[string][2]int `json:"arrays"` // the first element and the number of elements
}

// encode returns the bytes of a frame: the length of the header as a little-endian uint32,
// the header as JSON with blanks up to a multiple of 4, and then all arrays as little-endian
// float32. So numbers may be NaN or infinite, which JSON cannot express.
func (f *Frame) encode(h header) ([]byte, error) {
	h.Rounds, h.UpdatesD, h.UpdatesG = f.Rounds, f.UpdatesD, f.UpdatesG
	h.Phase, h.Stopped, h.Hint, h.Logits, h.Word = f.Phase, f.Stopped, f.Hint, f.Logits, f.Word
	h.Arrays = map[string][2]int{}
	var floats []float32
	add := func(name string, values []float32) {
		h.Arrays[name] = [2]int{len(floats), len(values)}
		floats = append(floats, values...)
	}
	add("numbers", f.Numbers.List())
	add("real", f.Real)
	add("made", f.Made)
	add("realD", f.RealD)
	add("madeD", f.MadeD)
	add("arrows", f.Arrows)
	add("heat", f.Heat)
	add("best", f.Best)
	add("density", f.Density)
	add("warp", f.Warp)
	head, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	for len(head)%4 != 0 {
		head = append(head, ' ')
	}
	out := make([]byte, 0, 4+len(head)+4*len(floats))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	for _, v := range floats {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	return out, nil
}

// NumberNames are the names of the figures in the order of the array "numbers".
var NumberNames = []string{"lossD", "lossG", "gradientD", "gradientG", "real", "fake", "value", "kl", "js", "virtual", "modes", "allModes"}

// List returns the figures in the order of NumberNames.
func (n Numbers) List() []float32 {
	var list []float32
	for _, v := range []float64{n.LossD, n.LossG, n.GradientD, n.GradientG, n.Real, n.Fake, n.Value, n.KL, n.JS, n.Virtual, n.Modes, n.AllModes} {
		list = append(list, float32(v))
	}
	return list
}
