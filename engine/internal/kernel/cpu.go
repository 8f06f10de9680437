package kernel

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// An InstructionSet names the instructions that kernels use.
type InstructionSet string

const (
	AVX512 InstructionSet = "avx512" // with F, BW, DQ and VL
	AVX2   InstructionSet = "avx2"   // with FMA
	NEON   InstructionSet = "neon"
	Plain  InstructionSet = "go" // no vector kernels: plain Go
)

// CPU returns the instruction set that kernels use. It is the best set of this
// processor, or the value of the environment variable GANDER_CPU (avx512, avx2,
// neon or go). If the value is unknown or the processor does not have that set,
// CPU returns Plain and an error. The caller must report this error before it
// computes.
func CPU() (InstructionSet, error) { return chosen() }

var chosen = sync.OnceValues(func() (InstructionSet, error) {
	return choose(os.Getenv("GANDER_CPU"), available())
})

// choose returns the wanted instruction set if have contains it. have lists the
// sets of the processor, best first; choose returns the first if wanted is
// empty.
func choose(wanted string, have []InstructionSet) (InstructionSet, error) {
	if wanted == "" {
		return have[0], nil
	}
	var names []string
	for _, set := range have {
		if string(set) == wanted {
			return set, nil
		}
		names = append(names, string(set))
	}
	return Plain, fmt.Errorf("GANDER_CPU is %q: this processor does not have it, or Gander does not know it (hint: unset it, or set it to %s)",
		wanted, strings.Join(names, " or "))
}
