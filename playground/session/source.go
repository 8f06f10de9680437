package session

import (
	"fmt"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/random"
)

// The names of the inputs of the game.
const (
	inputX = "x" // real examples, [batch, 2]
	inputZ = "z" // noise, [batch, latent]
)

// A source fills x and z. Minibatch number i depends on the seed and on i alone. It can be
// looked at before it is used: slow motion shows a minibatch before the players move.
type source struct {
	shape    shape
	settings Settings
	drawn    int64 // number of minibatches used so far
	readyX   bool  // x is of the next minibatch
	readyZ   bool  // and z
	x, z     []float32
	keyX     [2]uint32
	keyZ     [2]uint32
}

func newSource(s Settings, data shape) *source {
	return &source{shape: data, settings: s, x: make([]float32, 2*s.Batch), z: make([]float32, s.Latent*s.Batch),
		keyX: random.Key(s.Seed, "playground: examples"), keyZ: random.Key(s.Seed, "playground: noise")}
}

// examples returns x of the next minibatch.
func (s *source) examples() []float32 {
	if !s.readyX {
		s.shape.draw(s.x, random.At(s.keyX, uint64(s.drawn)))
		s.readyX = true
	}
	return s.x
}

// noise returns z of the next minibatch.
func (s *source) noise() []float32 {
	if !s.readyZ {
		drawNoise(s.z, s.settings.Noise, random.At(s.keyZ, uint64(s.drawn)))
		s.readyZ = true
	}
	return s.z
}

// drawNoise fills z with noise.
func drawNoise(z []float32, noise string, r *random.Stream) {
	if noise == "uniform" {
		for i := range z {
			z[i] = float32(2*uniform(r) - 1)
		}
		return
	}
	for i := 0; i < len(z); i += 2 {
		a, b := normals(r)
		z[i] = float32(a)
		if i+1 < len(z) {
			z[i+1] = float32(b)
		}
	}
}

// Inputs returns the names of both inputs.
func (s *source) Inputs() []string { return []string{inputX, inputZ} }

// Next gives the next minibatch to a play, which may read only one of the inputs.
func (s *source) Next(m game.Minibatch) error {
	if memory, ok := m[inputX]; ok {
		copy(memory.Float32(), s.examples())
	}
	if memory, ok := m[inputZ]; ok {
		copy(memory.Float32(), s.noise())
	}
	s.drawn++
	s.readyX, s.readyZ = false, false
	return nil
}

// Position returns the number of minibatches used so far.
func (s *source) Position() int64 { return s.drawn }

// SetPosition makes the source continue after the given number of minibatches.
func (s *source) SetPosition(position int64) error {
	if position < 0 {
		return fmt.Errorf("position %d is negative", position)
	}
	s.drawn, s.readyX, s.readyZ = position, false, false
	return nil
}
