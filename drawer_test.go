package gander

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/gander-ml/gander/run"
)

// TestDeal deals batches, each of which is made at once, to calls for two outputs
// that come and are cancelled at any time. Of the calls for an output that wait
// equally long none may be more than one sample ahead of another.
func TestDeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samplers := []*run.Sampler{{}, {}}
		d := &drawer{}
		d.changed.L = &d.mu
		cancels := map[*call]context.CancelFunc{}
		for range rapid.IntRange(1, 200).Draw(t, "calls") {
			ctx, cancel := context.WithCancel(t.Context())
			c := &call{
				ctx: ctx, n: rapid.IntRange(1, 300).Draw(t, "n"), finished: make(chan struct{}),
				sampler: samplers[rapid.IntRange(0, 1).Draw(t, "output")],
			}
			cancels[c] = cancel
			d.queue = append(d.queue, c)
		}
		waited := map[*run.Sampler]int{} // batches since one of the output
		for len(d.queue) > 0 {
			d.queue[0].ctx = context.WithoutCancel(d.queue[0].ctx) // else next may have to wait
			served := d.next()
			checkDeal(t, d, served, waited)
			for _, c := range served {
				c.made, c.share = c.made+c.share, 0
			}
			if len(d.queue) > 0 && rapid.Bool().Draw(t, "cancel") {
				cancels[rapid.SampledFrom(d.queue).Draw(t, "who")]()
			}
		}
		d.closed = true
		if served := d.next(); len(served) != 0 {
			t.Fatalf("closed, and %d calls are served", len(served))
		}
	})
}

// checkDeal checks one batch, and that outputs take turns.
func checkDeal(t *rapid.T, d *drawer, served []*call, waited map[*run.Sampler]int) {
	sampler, places, least, most := served[0].sampler, 0, 1<<30, 0
	for _, c := range served {
		if c.sampler != sampler || c.share < 1 || c.made+c.share > c.n || c.ctx.Err() != nil {
			t.Fatalf("a share of %d, after %d of %d samples; cancelled: %v", c.share, c.made, c.n, c.ctx.Err())
		}
		places += c.share
	}
	waited[sampler] = 0
	others := false
	for _, c := range d.queue {
		if c.sampler == sampler {
			least, most = min(least, c.made+c.share), max(most, c.made+c.share)
		} else if !others {
			others = true
			waited[c.sampler]++
			if waited[c.sampler] > 1 {
				t.Fatal("an output is passed over twice")
			}
		}
	}
	if least <= most && (most-least > 1 || places != run.BatchSize) {
		t.Fatalf("a batch of %d places; calls that go on have %d to %d samples", places, least, most)
	}
	if places > run.BatchSize {
		t.Fatalf("a batch of %d places", places)
	}
}

// TestEnd ends the calls that wait when the drawer is closed.
func TestEnd(t *testing.T) {
	d := &drawer{}
	var calls []*call
	for range 3 {
		c := &call{ctx: t.Context(), n: 1, sampler: &run.Sampler{}, finished: make(chan struct{})}
		calls = append(calls, c)
	}
	d.queue, d.closed = append(d.queue, calls...), true
	if served := d.next(); len(served) != 0 {
		t.Fatalf("closed, and %d calls are served", len(served))
	}
	for _, c := range calls {
		<-c.finished
		if !errors.Is(c.err, ErrClosed) {
			t.Errorf("error %v", c.err)
		}
	}
}
