package pool

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gander-ml/gander/engine/internal/kernel"
	"github.com/gander-ml/gander/engine/internal/memory"
)

// A Step is one part of a program: tiles that may run at the same time and in
// any order, then a final part that runs alone.
type Step interface {
	Tiles() int            // number of tiles
	Tile(w *Worker, i int) // runs tile i with the scratch of w
	Finish()               // runs after all tiles
}

// TileSize is the number of elements in a tile of cheap work, such as a pass
// over memory.
const TileSize = 16384

// A Worker is the data of one thread.
type Worker struct {
	Scratch  []byte               // at least the reserved number of bytes
	Prefetch kernel.PrefetchQueue // what the products of the worker read next
	parked   atomic.Bool          // it waits for wake
	wake     chan struct{}
}

// A Pool runs the tiles of steps on a fixed number of threads. Programs of one
// pool run one at a time.
//
// The caller of Run runs tiles of every step and never waits for a thread that
// has not begun. Helper threads join a step while it is open. When no tile is
// left, the caller closes the step and waits for the helpers inside it. So a
// step costs little if processors are busy, and a step of one tile needs no
// other thread. Between steps, helpers spin for a short time, because the next
// step usually follows at once. Then they park.
//
// The caller first closes a step and then reads the number of helpers inside. A
// helper first increments this number and then reads whether the step is open.
// One of the two must see the write of the other. In the memory model of Go, an
// atomic store and an atomic load are enough. But qemu, which runs the arm64
// tests, lets the load pass the store. Nothing passes a swap.
type Pool struct {
	mu      sync.Mutex
	workers []*Worker

	current Step         // set while the step is closed and no helper is inside
	total   int64        // number of tiles of current
	next    atomic.Int64 // next tile of current
	open    atomic.Int64 // number of the step that helpers may join; 0: none
	inside  atomic.Int64 // helpers that run tiles of the step or are about to read open
	step    int64        // number of the last step
	spins   int          // how often a helper checks for a step before it parks
	closed  atomic.Bool
}

// New returns a pool of n threads. The caller of Run is one of them. Close ends
// the others.
func New(n int) *Pool {
	p := &Pool{}
	if n <= runtime.GOMAXPROCS(0) {
		p.spins = maxSpins
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

// Close ends the goroutines of the pool. None of its programs may run
// afterwards.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed.Store(true)
	for _, w := range p.workers[1:] {
		w.unpark()
	}
	p.workers = p.workers[:1]
}

// serve joins one step after another until the pool is closed.
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

// maxSpins is the number of checks for a step before a helper parks: some tens
// of microseconds.
const maxSpins = 20_000

// await returns true when a step after number done is open, or false when the
// pool is closed.
func (p *Pool) await(w *Worker, done int64) bool {
	for {
		for range 1 + p.spins { // at least once, to see the reason for a wake-up
			if p.open.Load() > done {
				return true
			}
			if p.closed.Load() {
				return false
			}
		}
		w.parked.Swap(true) // not Store: see Pool
		// The thread that opens a step or closes the pool reads parked
		// afterwards.
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

// Reserve gives every worker at least n bytes of scratch.
func (p *Pool) Reserve(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if len(w.Scratch) < n {
			w.Scratch = memory.NewBytes(n)
		}
	}
}

// Run runs steps one after the other. If after is not nil, Run calls it after
// each step with the index of the step.
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
