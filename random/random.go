// Package random provides random numbers for host code: independent streams,
// each derived from one seed and a name. A new consumer does not change the
// numbers of another. The package exists because a run must be repeatable from
// its seed alone. It must not know the purpose of the numbers, and it keeps no
// global state.
package random

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/gander-ml/gander/tensor"
)

// Key returns the Philox key of the stream with the given seed and name.
// Different names give independent streams.
func Key(seed uint64, name string) [2]uint32 {
	text := binary.LittleEndian.AppendUint64([]byte("gander stream 1\x00"), seed)
	sum := sha256.Sum256(append(text, name...))
	return [2]uint32{binary.LittleEndian.Uint32(sum[0:]), binary.LittleEndian.Uint32(sum[4:])}
}

// A Stream is a sequence of random numbers. It is not safe for concurrent use;
// streams are cheap, so use one for each goroutine.
type Stream struct {
	key   [2]uint32
	index uint64 // upper half of the counter
	block uint64 // lower half of the counter: number of blocks used
	words [4]uint32
	left  int // unused words
}

// New returns the stream with the given seed and name.
func New(seed uint64, name string) *Stream { return At(Key(seed, name), 0) }

// At returns substream index of key. There are 2^64 substreams of 2^66 words
// each, so item i of an endless set can be drawn without drawing the items
// before it.
func At(key [2]uint32, index uint64) *Stream { return &Stream{key: key, index: index} }

// Uint32 returns 32 uniform bits.
func (s *Stream) Uint32() uint32 {
	if s.left == 0 {
		s.words = tensor.Philox(s.key, [4]uint32{
			uint32(s.block), uint32(s.block >> 32), uint32(s.index), uint32(s.index >> 32)})
		s.block++
		s.left = 4
	}
	w := s.words[4-s.left]
	s.left--
	return w
}

// Uint64 returns 64 uniform bits.
func (s *Stream) Uint64() uint64 { return uint64(s.Uint32()) | uint64(s.Uint32())<<32 }

// Float64 returns a uniform number in [0, 1), a multiple of 2^-53.
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Uniform returns a uniform number in [lo, hi).
func (s *Stream) Uniform(lo, hi float64) float64 { return lo + (hi-lo)*s.Float64() }

// Normal returns a standard normal number (Box and Muller 1958).
func (s *Stream) Normal() float64 {
	u := 1 - s.Float64() // in (0, 1], so that the logarithm is finite
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*s.Float64())
}

// Intn returns a uniform integer in [0, n) without bias (Lemire 2019). n must
// be positive.
func (s *Stream) Intn(n int) int {
	if n <= 0 {
		panic("random: Intn of a number that is not positive")
	}
	bound := uint64(n)
	hi, lo := bits.Mul64(s.Uint64(), bound)
	for lo < bound && lo < -bound%bound {
		hi, lo = bits.Mul64(s.Uint64(), bound)
	}
	return int(hi)
}

// Perm fills order with a uniform permutation of 0..len(order)-1 (Fisher and
// Yates) and returns it.
func (s *Stream) Perm(order []int32) []int32 {
	for i := range order {
		j := s.Intn(i + 1)
		order[i] = order[j]
		order[j] = int32(i)
	}
	return order
}
