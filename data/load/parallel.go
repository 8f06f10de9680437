package load

import (
	"context"
	"runtime"
	"sync/atomic"
)

// inParallel calls do(0) to do(n-1) on all processors and returns the first error,
// or that of ctx when it ends.
func inParallel(ctx context.Context, n int, do func(i int) error) error {
	const batch = 64 // calls that a goroutine takes at a time
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := min(runtime.GOMAXPROCS(0), (n+batch-1)/batch)
	results := make(chan error, workers)
	var next atomic.Int64
	for range workers {
		go func() {
			for {
				first := int(next.Add(batch)) - batch
				if first >= n {
					results <- nil
					return
				}
				for i := first; i < min(first+batch, n); i++ {
					err := ctx.Err()
					if err == nil {
						err = do(i)
					}
					if err != nil {
						results <- err
						return
					}
				}
			}
		}()
	}
	for range workers {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}
