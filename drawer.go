package gander

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// ErrClosed is wrapped by the error of a call to a generator that was closed.
var ErrClosed = errors.New("the generator is closed")

// A drawer makes the samples of all calls under way. One goroutine does all the
// work; each batch that it computes holds samples of as many calls as there are.
type drawer struct {
	generator *run.Generator // of the goroutine alone
	calls     []*call        // under way, the next to be served first; of the goroutine alone

	mu     sync.Mutex
	added  []*call // since the last batch
	closed bool
	wake   chan struct{} // holds a token when added or closed changed
	ended  chan struct{} // closed when the goroutine has ended
}

// A call is one call of Draw. Only the drawer's goroutine touches it until
// finished is closed.
type call struct {
	ctx     context.Context
	n       int
	options drawOptions

	sampler *run.Sampler // nil: the call was not looked at yet
	inputs  run.Inputs   // of all n samples; latents are added as they are drawn
	drawn   int          // samples whose latents are there
	values  []float32    // of the samples that are made
	made    int          // samples

	err      error
	finished chan struct{}
}

func newDrawer(g *run.Generator) *drawer {
	d := &drawer{generator: g, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go d.serve()
	return d
}

// draw queues a call and waits for its samples, or for the end of ctx.
func (d *drawer) draw(ctx context.Context, n int, o drawOptions) (*Samples, error) {
	if n < 0 || n > run.MostSamples {
		return nil, hint.Add(fmt.Errorf("%d samples, want 0 to %d", n, run.MostSamples), "draw more in several calls, each of another seed")
	}
	c := &call{ctx: ctx, n: n, options: o, finished: make(chan struct{})}
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return nil, ErrClosed
	}
	d.added = append(d.added, c)
	d.mu.Unlock()
	d.poke()
	select {
	case <-c.finished:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c.err != nil {
		return nil, c.err
	}
	return &Samples{c.sampler.Samples(n, c.values, c.inputs)}, nil
}

// close ends all calls, and the goroutine.
func (d *drawer) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.poke()
	<-d.ended
}

func (d *drawer) poke() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// serve computes batches while there are calls.
func (d *drawer) serve() {
	defer close(d.ended)
	for range d.wake {
		for {
			served, closed := d.next()
			if closed {
				return
			}
			if len(served) == 0 {
				break
			}
			d.batch(served)
		}
	}
}

// next returns the calls of the next batch, which draw from one output, and puts
// them behind all others. When the drawer is closed it ends all calls.
func (d *drawer) next() (served []*call, closed bool) {
	d.mu.Lock()
	d.calls, d.added, closed = append(d.calls, d.added...), nil, d.closed
	d.mu.Unlock()
	d.calls = slices.DeleteFunc(d.calls, func(c *call) bool {
		switch {
		case closed:
			c.err = ErrClosed
		case c.ctx.Err() != nil:
			c.err = c.ctx.Err()
		case c.err == nil && c.sampler == nil:
			c.err = d.prepare(c)
		}
		over := c.err != nil || c.made == c.n
		if over {
			close(c.finished)
		}
		return over
	})
	var others []*call
	for _, c := range d.calls {
		if c.sampler == d.calls[0].sampler {
			served = append(served, c)
		} else {
			others = append(others, c)
		}
	}
	d.calls = append(others, served...)
	return served, closed
}

// prepare looks at a call for the first time.
func (d *drawer) prepare(c *call) error {
	sampler, err := d.generator.Sampler(c.options.output)
	if err != nil {
		return err
	}
	if c.inputs, err = sampler.Given(c.n, c.options.given); err != nil {
		return err
	}
	if c.options.latents != nil {
		if err := c.takeLatents(sampler); err != nil {
			return err
		}
	}
	c.sampler = sampler
	c.values = make([]float32, c.n*sampler.Output.Makes.Size())
	return nil
}

// takeLatents makes the latents of the options those of the samples.
func (c *call) takeLatents(sampler *run.Sampler) error {
	for _, l := range sampler.Output.Latents {
		values, size := c.options.latents[l.Name], sampler.Size(l.Name)
		if len(values) != c.n*size {
			return fmt.Errorf("latent %s: %d numbers for %d samples, want %d each", l.Name, len(values), c.n, size)
		}
		c.inputs[l.Name] = data.Values{Floats: slices.Clone(values)}
	}
	for name := range c.options.latents {
		if !slices.ContainsFunc(sampler.Output.Latents, func(l recipe.Latent) bool { return l.Name == name }) {
			return fmt.Errorf("output %s has no latent %q", sampler.Output.Name, name)
		}
	}
	c.drawn = c.n
	return nil
}

// batch makes samples of the calls, as many of each as their number allows.
func (d *drawer) batch(calls []*call) {
	sampler, in := calls[0].sampler, run.Inputs{}
	shares, rows := share(calls), 0
	for i, c := range calls {
		c.drawLatents(shares[i])
		for name, values := range c.inputs {
			size := sampler.Size(name)
			part, all := values.Slice(c.made*size, (c.made+shares[i])*size), in[name]
			all.Floats, all.Ints = append(all.Floats, part.Floats...), append(all.Ints, part.Ints...)
			in[name] = all
		}
		rows += shares[i]
	}
	samples, err := sampler.Make(context.Background(), rows, in)
	size, first := sampler.Output.Makes.Size(), 0
	for i, c := range calls {
		if c.err = err; err != nil {
			continue
		}
		copy(c.values[c.made*size:], samples.Values[first*size:(first+shares[i])*size])
		c.made += shares[i]
		first += shares[i]
	}
}

// share divides a batch among calls: equal numbers of samples, and what some do not
// need to those that come first.
func share(calls []*call) []int {
	shares, left := make([]int, len(calls)), run.BatchSize
	for left > 0 {
		each, given := max(1, left/len(calls)), 0
		for i, c := range calls {
			more := min(each, c.n-c.made-shares[i], left)
			shares[i], left, given = shares[i]+more, left-more, given+more
		}
		if given == 0 {
			break
		}
	}
	return shares
}

// drawLatents draws the latents of the next samples, a whole batch at a time.
func (c *call) drawLatents(samples int) {
	for c.drawn < min(c.made+samples, c.n) {
		n := min(run.BatchSize, c.n-c.drawn)
		for name, values := range c.sampler.Latents(c.drawn, n, c.options.seed) {
			all := c.inputs[name]
			all.Floats = append(all.Floats, values.Floats...)
			c.inputs[name] = all
		}
		c.drawn += n
	}
}
