package run

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// draws draws random values for samples: the latents of an output, or its conditions
// that have a Draw.
type draws struct {
	stream string   // prefix of the names of the random streams
	names  []string // of the values
	drawn  []*tensor.Tensor

	context *nn.Context
	keys    map[string]*tensor.Tensor // of each value
	count   *tensor.Tensor            // the number of the batch, and of the attempt
	program *engine.Program           // nil if there are no values

	limits []float64 // of each value: numbers outside of [-limit, limit] are drawn again; 0: no limit; nil: no limits
}

func newDraws(stream string) *draws {
	d := &draws{stream: stream, keys: map[string]*tensor.Tensor{}, count: tensor.Input("count", tensor.Uint32, 2)}
	d.context = nn.NewContext(false, func(name string) (*tensor.Tensor, *tensor.Tensor) {
		d.keys[name] = tensor.Input("key of "+name, tensor.Uint32, 2)
		return d.keys[name], d.count
	})
	return d
}

// add traces a batch of the value called name and returns it.
func (d *draws) add(name string, draw func(c *nn.Context, n int) *tensor.Tensor) *tensor.Tensor {
	drawn := draw(d.context, BatchSize)
	if drawn == nil || drawn.Rank() == 0 || drawn.Dim(0) != BatchSize {
		tensor.Misuse(d.stream+name, nil, "Draw gives %v, want %d rows", drawn, BatchSize)
	}
	d.names, d.drawn = append(d.names, name), append(d.drawn, drawn)
	return drawn
}

// compile compiles the program. add must not be called afterwards.
func (d *draws) compile(device *engine.Device) (err error) {
	if len(d.drawn) > 0 {
		d.program, err = device.Compile(nil, d.drawn)
	}
	return err
}

// rows returns the values for samples first to first+n-1 of the sequence that seed
// gives.
func (d *draws) rows(first, n int, seed uint64) Inputs {
	in := Inputs{}
	if d.program == nil {
		return in
	}
	for name, key := range d.keys {
		if m, ok := d.program.Input(key); ok {
			k := random.Key(seed, d.stream+name)
			copy(m.Uint32(), k[:])
		}
	}
	all := make([]data.Values, len(d.drawn))
	skip := first % BatchSize // samples of the first batch before the range
	for batch := first / BatchSize; batch*BatchSize < first+n; batch++ {
		if m, ok := d.program.Input(d.count); ok {
			m.Uint32()[0] = uint32(batch)
		}
		d.program.Run()
		made := make([][]float32, len(d.drawn)) // the numbers of this batch
		for i, t := range d.drawn {
			if m := d.program.Output(i); t.DType() == tensor.Int32 {
				all[i].Ints = append(all[i].Ints, m.Int32()...)
			} else {
				all[i].Floats = append(all[i].Floats, m.Float32()...)
				made[i] = all[i].Floats[len(all[i].Floats)-t.Size():]
			}
		}
		if d.limits != nil {
			d.redraw(made)
		}
	}
	for i, name := range d.names {
		size := d.drawn[i].Size() / BatchSize
		in[name] = all[i].Slice(skip*size, (skip+n)*size)
	}
	return in
}
