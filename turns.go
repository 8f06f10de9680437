package gander

import (
	"context"
	"errors"
	"sync"
)

// turns computes calls one after the other, until it is closed.
type turns struct {
	turn   chan struct{} // holds a value while a call is computed
	ended  sync.Once
	closed chan struct{}
}

func newTurns() *turns { return &turns{turn: make(chan struct{}, 1), closed: make(chan struct{})} }

// close ends the calls. After it none is computed.
func (t *turns) close() {
	t.ended.Do(func() {
		close(t.closed)
		t.turn <- struct{}{}
	})
}

// compute calls f when it is its turn. The context of f ends when ctx ends, and when t is
// closed. It returns the error of f, or [ErrClosed] if the reason was that t was closed.
func (t *turns) compute(ctx context.Context, f func(context.Context) error) error {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return ctx.Err()
	case <-t.closed:
		return ErrClosed
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-t.closed:
			stop(ErrClosed)
		case <-ctx.Done():
		}
	}()
	err := f(ctx)
	if err != nil && errors.Is(err, context.Canceled) {
		err = context.Cause(ctx)
	}
	return err
}
