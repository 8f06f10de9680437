package pool

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
)

// A Step is one part of a program: tiles that may run at the same time and in
// any order, then a finish that runs alone.
type Step interface {
	Tiles() int            // how many there are
	Tile(w *Worker, i int) // runs tile i with the scratch of w
	Finish()               // runs once all tiles have
}

// TileSize is the elements of a tile of cheap work, such as a pass over memory.
const TileSize = 16384

// A Worker is what one thread owns.
type Worker struct {
	Scratch []byte       // as much as was reserved
	Ahead   kernel.Ahead // what the products of the worker read next
	parked  atomic.Bool  // it waits for wake
	wake    chan struct{}
}

// A Pool runs the tiles of steps on a fixed number of threads. Programs of one
// pool run one at a time.
//
// The caller of Run works on every step itself and never waits for a thread
// that has not begun: helpers join a step while it is open, and the caller
// closes it when no tile is left and waits for those inside. So a step costs
// little where processors are scarce, and a step of one tile involves nobody.
// Between steps helpers look for the next for a while, as it mostly follows at
// once, and then park.
//
// The caller closes a step and then looks who is inside, a helper says that it is
// inside and then looks whether the step is open: one of them must see the other. By
// Go's memory model a store and a load would do; but qemu, under which arm64 is
// tested, lets the load pass the store. Nothing passes a swap.
type Pool struct {
	mu      sync.Mutex
	workers []*Worker

	current Step         // set while the pool is closed and nobody is inside
	total   int64        // of current
	next    atomic.Int64 // tile of current
	open    atomic.Int64 // number of the step that helpers may join; 0: none
	inside  atomic.Int64 // helpers that work on it or are about to look
	step    int64        // number of the last step
	looks   int          // for a step, before a helper parks
	closed  atomic.Bool
}

// New returns a pool of n threads, the caller of Run being one of them.
// Close releases the others.
func New(n int) *Pool {
	p := &Pool{}
	if n <= runtime.GOMAXPROCS(0) {
		p.looks = spins
	}
	for i := range max(n, 1) {
		w := &Worker{wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		if i > 0 {
			go p.serve(w)
		}
	}
	return p
}

// Threads returns the number of threads.
func (p *Pool) Threads() int { return len(p.workers) }

// Close ends the pool's goroutines. No program of it may run afterwards.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed.Store(true)
	for _, w := range p.workers[1:] {
		w.unpark()
	}
	p.workers = p.workers[:1]
}

// serve joins step after step until the pool is closed.
func (p *Pool) serve(w *Worker) {
	done := int64(0)
	for p.await(w, done) {
		p.inside.Add(1)
		if number := p.open.Load(); number > done {
			p.drain(w)
			done = number
		}
		p.inside.Add(-1)
	}
}

// spins is how often a helper looks for a step before it parks: some tens of
// microseconds.
const spins = 20_000

// await returns when there is a step after number done, or false when the pool
// is closed.
func (p *Pool) await(w *Worker, done int64) bool {
	for {
		for range 1 + p.looks { // at least once: who was woken must see why
			if p.open.Load() > done {
				return true
			}
			if p.closed.Load() {
				return false
			}
		}
		w.parked.Swap(true) // not Store: see Pool
		// Who opens a step or closes the pool looks at parked afterwards.
		if p.open.Load() > done || p.closed.Load() {
			w.unpark()
		}
		<-w.wake
	}
}

// unpark wakes w if it is parked.
func (w *Worker) unpark() {
	if w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// drain runs tiles until none is left.
func (p *Pool) drain(w *Worker) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.total {
			return
		}
		p.current.Tile(w, int(i))
	}
}

// Reserve makes sure that every worker has n bytes of scratch.
func (p *Pool) Reserve(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if len(w.Scratch) < n {
			w.Scratch = memory.NewBytes(n)
		}
	}
}

// Run runs steps one after the other and, unless after is nil, calls it after
// each with its number.
func (p *Pool) Run(steps []Step, after func(i int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range steps {
		p.run(s)
		if after != nil {
			after(i)
		}
	}
}

// run runs one step. The caller holds mu.
func (p *Pool) run(s Step) {
	n := s.Tiles()
	p.current, p.total = s, int64(n)
	p.next.Store(0)
	helpers := p.workers[1:min(len(p.workers), max(n, 1))]
	if len(helpers) > 0 {
		p.step++
		p.open.Store(p.step)
		for _, w := range helpers {
			w.unpark()
		}
	}
	p.drain(p.workers[0])
	if len(helpers) > 0 {
		p.open.Swap(0) // not Store: see Pool
		for p.inside.Load() > 0 {
			runtime.Gosched()
		}
	}
	s.Finish()
}
