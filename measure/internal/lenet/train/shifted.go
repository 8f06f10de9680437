package main

import (
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/measure/internal/lenet"
	"github.com/gander-ml/gander/random"
)

// The inputs of the game of a classifier.
const (
	imageInput = "x"
	labelInput = "y"
)

// shifted is a [game.Source] of the images of a set and their labels. Each image is moved
// by up to maxShift pixels along each axis. The uncovered pixels are black.
type shifted struct {
	*data.Batches
	image string    // the field of the images
	key   [2]uint32 // of the shifts
	still []float32 // [batch, 28, 28]: a minibatch before the shift
}

func newShifted(set data.Set, seed uint64) (*shifted, error) {
	batches, err := data.NewBatches(set, batch, seed)
	if err != nil {
		return nil, err
	}
	return &shifted{batches, set.Info().First().Name, random.Key(seed, "shift"), make([]float32, batch*lenet.Side*lenet.Side)}, nil
}

func (s *shifted) Inputs() []string { return []string{imageInput, labelInput} }

// Next fills both inputs. The shifts depend only on the position.
func (s *shifted) Next(m game.Minibatch) error {
	const size = lenet.Side * lenet.Side
	random := random.At(s.key, uint64(s.Position()))
	err := s.Batches.Next(
		data.Destination{Field: s.image, Scale: data.Scale{Lo: 0, Hi: 1}, Floats: s.still},
		data.Destination{Field: data.ClassField, Ints: m[labelInput].Int32()})
	if err != nil {
		return err
	}
	x := m[imageInput].Float32()
	for i := range batch {
		dx, dy := random.Intn(2*maxShift+1)-maxShift, random.Intn(2*maxShift+1)-maxShift
		shift(x[i*size:][:size], s.still[i*size:][:size], dx, dy)
	}
	return nil
}

// shift sets dst to src, moved dx pixels to the right and dy pixels down.
func shift(dst, src []float32, dx, dy int) {
	clear(dst)
	const side = lenet.Side
	for y := max(0, dy); y < min(side, side+dy); y++ {
		to, from := dst[y*side:][:side], src[(y-dy)*side:][:side]
		copy(to[max(0, dx):], from[max(0, -dx):side-max(0, dx)])
	}
}
