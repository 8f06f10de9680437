package gander

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// ErrClosed is wrapped by the error of [Generator.Draw] for a generator that was closed.
var ErrClosed = errors.New("the generator is closed")

// maxNumbers is the largest number of numbers of one call, in its samples, latents and
// conditions: 4 GB.
const maxNumbers = 1_000_000_000

// A drawer makes the samples of all calls of Draw. A call is prepared in the goroutine
// of its caller, so that its options are read before Draw returns. Then one goroutine
// computes batches, with samples of several calls in each.
type drawer struct {
	preparing sync.Mutex // protects generator
	generator *run.Generator

	mu      sync.Mutex
	changed sync.Cond // signalled when a call is added to queue, or closed is set
	queue   []*call   // calls that need more samples; the first gets the next one
	closed  bool

	ended chan struct{} // closed when the goroutine has ended
}

// A call is one call of Draw. When it is in the queue, only the drawer's goroutine uses
// it until finished is closed.
type call struct {
	ctx     context.Context
	n       int
	seed    uint64
	sampler *run.Sampler // of the output; the same for all calls
	latents *run.Sampler // draws the latents: sampler, or one that truncates

	given  run.Inputs // the inputs that the options have: conditions, and perhaps latents
	inputs run.Inputs // of all n samples
	drawn  int        // samples for which the other inputs have been drawn
	values []float32  // of all n samples
	made   int        // samples with computed values
	share  int        // samples in the next batch

	err      error
	finished chan struct{} // closed when all samples are made, or err is set
}

func newDrawer(g *run.Generator) *drawer {
	d := &drawer{generator: g, ended: make(chan struct{})}
	d.changed.L = &d.mu
	go d.serve()
	return d
}

// draw prepares a call, queues it and waits for its samples, or for the end of ctx.
func (d *drawer) draw(ctx context.Context, n int, o drawOptions) (*Samples, error) {
	sampler, err := d.sampler(o.output)
	if err != nil {
		return nil, err
	}
	c, err := newCall(ctx, n, sampler, o)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		if err := d.await(c); err != nil {
			return nil, err
		}
	}
	return &Samples{sampler.Samples(n, c.values, c.inputs)}, nil
}

// sampler returns the sampler of an output. The first call for an output compiles
// it.
func (d *drawer) sampler(output string) (*run.Sampler, error) {
	d.preparing.Lock()
	defer d.preparing.Unlock()
	d.mu.Lock()
	closed := d.closed
	d.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	return d.generator.Sampler(output)
}

// await adds a call to the queue and waits until it is finished, or ctx ends. In the
// second case it stays in the queue until the calls of the next batch are chosen.
func (d *drawer) await(c *call) error {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return ErrClosed
	}
	d.queue = append(d.queue, c)
	d.mu.Unlock()
	d.changed.Signal()
	select {
	case <-c.finished:
		return c.err
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// close ends all calls and the goroutine. After it the device is not used.
func (d *drawer) close() {
	d.preparing.Lock() // waits for a sampler that is compiled at this time
	defer d.preparing.Unlock()
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.changed.Signal()
	<-d.ended
}

// newCall checks the options of a call and reads their values.
func newCall(ctx context.Context, n int, sampler *run.Sampler, o drawOptions) (*call, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkNumber(n, sampler); err != nil {
		return nil, err
	}
	given, err := sampler.Given(n, o.given)
	if err != nil {
		return nil, err
	}
	c := &call{ctx: ctx, n: n, seed: o.seed, sampler: sampler, latents: sampler, given: given, finished: make(chan struct{})}
	if o.truncated {
		if o.latents != nil {
			return nil, hint.Add(errors.New("latents are given, and truncated latents are drawn"), "leave one of the options Latents and Truncate out")
		}
		if c.latents, err = sampler.Truncated(o.psi); err != nil {
			return nil, err
		}
	}
	if o.latents != nil {
		if err := c.takeLatents(o.latents); err != nil {
			return nil, err
		}
	}
	c.inputs = maps.Clone(c.given)
	for _, l := range sampler.Output.Latents {
		if o.latents == nil {
			c.inputs[l.Name] = data.Values{Floats: make([]float32, n*sampler.Size(l.Name))}
		}
	}
	for _, condition := range sampler.Output.Given {
		if _, ok := given[condition.Name]; ok {
			continue
		}
		if size := n * sampler.Size(condition.Name); condition.Kind == data.Class || condition.Kind == data.Tokens {
			c.inputs[condition.Name] = data.Values{Ints: make([]int32, size)}
		} else {
			c.inputs[condition.Name] = data.Values{Floats: make([]float32, size)}
		}
	}
	c.values = make([]float32, n*sampler.Output.Size())
	return c, nil
}

// checkNumber returns an error if one call cannot draw n samples.
func checkNumber(n int, sampler *run.Sampler) error {
	const advice = "draw more in several calls, each of another seed"
	if n < 0 {
		return hint.Add(fmt.Errorf("%d samples are asked for", n), "want 0 to %d", run.MostSamples)
	}
	if n > run.MostSamples {
		return hint.Add(fmt.Errorf("%d samples, want 0 to %d", n, run.MostSamples), advice)
	}
	size := sampler.Output.Size()
	for _, l := range sampler.Output.Latents {
		size += sampler.Size(l.Name)
	}
	for _, g := range sampler.Output.Given {
		size += g.Size()
	}
	if n > maxNumbers/size {
		return hint.Add(fmt.Errorf("%d samples of %d numbers each, latents and conditions included, want at most %d numbers", n, size, maxNumbers), advice)
	}
	return nil
}

// takeLatents checks and copies the latents of the option Latents.
func (c *call) takeLatents(given map[string][]float32) error {
	output := c.sampler.Output
	var known, sizes []string
	for _, l := range output.Latents {
		known = append(known, l.Name)
		sizes = append(sizes, fmt.Sprintf("%s of %d a sample", l.Name, c.sampler.Size(l.Name)))
	}
	choices := "its latents are " + strings.Join(sizes, ", ")
	if len(known) == 0 {
		choices = "it has none"
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			return hint.Add(fmt.Errorf("output %s has no latent %q", output.Name, name), "%s", choices)
		}
	}
	for _, name := range known {
		values, ok := given[name]
		if !ok && c.n > 0 {
			return hint.Add(fmt.Errorf("output %s: latent %s is not given", output.Name, name), "%s", choices)
		}
		if size := c.sampler.Size(name); len(values) != c.n*size {
			return hint.Add(fmt.Errorf("output %s: latent %s has %d numbers for %d samples, want %d", output.Name, name, len(values), c.n, c.n*size), "%s", choices)
		}
		c.given[name] = data.Values{Floats: slices.Clone(values)}
	}
	return nil
}

// serve computes batches until the drawer is closed.
func (d *drawer) serve() {
	defer close(d.ended)
	for {
		served := d.next()
		if len(served) == 0 {
			return
		}
		batch(served)
	}
}

// next waits for calls and returns those of the next batch. When the drawer is closed,
// it ends all calls and returns none.
func (d *drawer) next() []*call {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		d.queue = slices.DeleteFunc(d.queue, func(c *call) bool { return c.err != nil || c.ctx.Err() != nil })
		switch {
		case d.closed:
			for _, c := range d.queue {
				c.end(ErrClosed)
			}
			d.queue = nil
			return nil
		case len(d.queue) > 0:
			return d.deal()
		}
		d.changed.Wait()
	}
}

// deal distributes the places of a batch, one by one, to the calls for the output of
// the first call. It returns the calls that have a place. The next batch for this
// output begins with the call after the last one here, so that its calls advance
// equally fast, and other outputs come first. A call that needs no more places is
// removed from the queue.
func (d *drawer) deal() (served []*call) {
	var round, others []*call
	for _, c := range d.queue {
		if c.sampler == d.queue[0].sampler {
			round = append(round, c)
		} else {
			others = append(others, c)
		}
	}
	for place := 0; place < run.BatchSize && len(round) > 0; place++ {
		c := round[0]
		round = round[1:]
		if c.share == 0 {
			served = append(served, c)
		}
		c.share++
		if c.made+c.share < c.n {
			round = append(round, c)
		}
	}
	d.queue = append(others, round...)
	return served
}

// batch computes the samples for which the calls have places. All calls are for the
// same output.
func batch(calls []*call) {
	sampler, rows := calls[0].sampler, 0
	for _, c := range calls {
		c.draw()
		rows += c.share
	}
	in := run.Inputs{}
	for name := range calls[0].inputs {
		var floats [][]float32
		var ints [][]int32
		for _, c := range calls {
			size := sampler.Size(name)
			part := c.inputs[name].Slice(c.made*size, (c.made+c.share)*size)
			floats, ints = append(floats, part.Floats), append(ints, part.Ints)
		}
		in[name] = data.Values{Floats: slices.Concat(floats...), Ints: slices.Concat(ints...)}
	}
	samples, err := sampler.Make(context.Background(), rows, in)
	if err != nil { // not the fault of one call: all were checked
		for _, c := range calls {
			c.end(err)
		}
		return
	}
	left := samples.Values
	for _, c := range calls {
		size := sampler.Output.Size()
		copy(c.values[c.made*size:], left[:c.share*size])
		left = left[c.share*size:]
		c.made, c.share = c.made+c.share, 0
		if c.made == c.n {
			c.end(nil)
		}
	}
}

// draw draws the inputs that are not given until there are enough for the next batch. It
// always draws those of a whole batch: fewer take the same time.
func (c *call) draw() {
	for c.drawn < c.made+c.share {
		n := min(run.BatchSize, c.n-c.drawn)
		drawn := c.sampler.Drawn(c.drawn, n, c.seed, c.given)
		if !c.hasLatents() {
			maps.Copy(drawn, c.latents.Latents(c.drawn, n, c.seed))
		}
		for name, v := range drawn {
			to := c.inputs[name].Slice(c.drawn*c.sampler.Size(name), (c.drawn+n)*c.sampler.Size(name))
			copy(to.Floats, v.Floats)
			copy(to.Ints, v.Ints)
		}
		c.drawn += n
	}
}

// hasLatents reports whether the latents are given, or there are none.
func (c *call) hasLatents() bool {
	for _, l := range c.sampler.Output.Latents {
		if _, ok := c.given[l.Name]; !ok {
			return false
		}
	}
	return true
}

// end finishes the call.
func (c *call) end(err error) {
	c.err = err
	close(c.finished)
}
