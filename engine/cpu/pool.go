package cpu

import (
	"sync"
	"sync/atomic"
)

// A step is one part of a program: tiles that may run at the same time and in
// any order, then a finish that runs alone.
type step interface {
	tiles() int
	tile(w *worker, i int)
	finish()
}

// A worker is what one thread owns.
type worker struct {
	scratch []byte
	wake    chan struct{}
}

// A Pool runs the tiles of steps on a fixed number of threads. Programs of one
// pool run one at a time; the pool's goroutines sleep between steps.
type Pool struct {
	mu      sync.Mutex
	workers []*worker
	current step
	total   int64
	next    atomic.Int64
	done    chan struct{}
}

// NewPool returns a pool of n threads, the caller of Run being one of them.
// Close releases the others.
func NewPool(n int) *Pool {
	p := &Pool{done: make(chan struct{}, n)}
	for i := range max(n, 1) {
		w := &worker{wake: make(chan struct{}, 1)}
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
	for _, w := range p.workers[1:] {
		close(w.wake)
	}
	p.workers = p.workers[:1]
}

func (p *Pool) serve(w *worker) {
	for range w.wake {
		p.drain(w)
		p.done <- struct{}{}
	}
}

// drain runs tiles until none is left.
func (p *Pool) drain(w *worker) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.total {
			return
		}
		p.current.tile(w, int(i))
	}
}

// reserve makes sure that every worker has n bytes of scratch.
func (p *Pool) reserve(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.workers {
		if len(w.scratch) < n {
			w.scratch = alignedBytes(n)
		}
	}
}

// run runs one step. The caller holds mu.
func (p *Pool) run(s step) {
	n := s.tiles()
	helpers := p.workers[1:min(len(p.workers), max(n, 1))]
	p.current, p.total = s, int64(n)
	p.next.Store(0)
	for _, w := range helpers {
		w.wake <- struct{}{}
	}
	p.drain(p.workers[0])
	for range helpers {
		<-p.done
	}
	s.finish()
}
