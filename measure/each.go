package measure

import (
	"context"
	"sync"
)

// each calls f for 0 to n-1 from several goroutines, one for each thread of the task's
// device. It returns the error of the smallest number, or that of ctx.
func (t *Task) each(ctx context.Context, what string, n int, f func(i int) error) error {
	errs := make([]error, n)
	var next, done int
	var mu sync.Mutex
	take := func() (i int, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1, next <= n && ctx.Err() == nil
	}
	work := func() {
		for i, ok := take(); ok; i, ok = take() {
			errs[i] = f(i)
			mu.Lock()
			done++
			t.progress(what, done, n)
			mu.Unlock()
		}
	}
	var wait sync.WaitGroup
	for range min(t.Device.Threads(), n) {
		wait.Go(work)
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
