package load

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/data/format"
)

// ahead is how many pictures a goroutine decodes before the first of them is
// taken, which bounds the memory of decoding.
const ahead = 8

// A decoded picture, or why there is none.
type decoded struct {
	picture  *format.Picture
	channels int // of the file
	err      error
}

// decodeAll decodes n pictures in parallel and calls take for each of them in order.
// It ends with the first error of take or when ctx ends. It does not wait for pictures
// that are being decoded then.
func decodeAll(ctx context.Context, n, threads int, decode func(i int) decoded, take func(i int, d decoded) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make([]chan decoded, min(n, ahead*threads)) // picture i comes by channel i modulo their number
	for i := range done {
		done[i] = make(chan decoded, 1)
	}
	next := make(chan int, len(done)) // pictures that may be decoded
	for i := range done {
		next <- i
	}
	for range min(threads, n) {
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case i := <-next:
					done[i%len(done)] <- safely(decode, i)
				}
			}
		}()
	}
	for i := range n {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case d := <-done[i%len(done)]:
			if err := take(i, d); err != nil {
				return err
			}
			if i+len(done) < n {
				next <- i + len(done)
			}
		}
	}
	return nil
}

// safely decodes a picture. A decoder that panics is a bug. It must not end the
// program without the name of the picture, so the panic becomes an error.
func safely(decode func(i int) decoded, i int) (d decoded) {
	defer func() {
		if fault := recover(); fault != nil {
			d = decoded{err: fmt.Errorf("its decoder panics: %v", fault)}
		}
	}()
	return decode(i)
}
