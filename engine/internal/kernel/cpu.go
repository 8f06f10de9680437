package kernel

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// An InstructionSet is what kernels may use of a processor.
type InstructionSet string

const (
	AVX512 InstructionSet = "avx512" // with F, BW, DQ and VL
	AVX2   InstructionSet = "avx2"   // with FMA
	NEON   InstructionSet = "neon"
	Plain  InstructionSet = "go" // none but what the compiler uses: the plain twins
)

// CPU returns the instruction set that kernels use: the best this processor
// has, or the one that the environment variable GANDER_CPU names (avx512, avx2,
// neon or go). It returns an error, and Plain, if the variable names one that
// is unknown or that this processor lacks; whoever is about to compute must
// report it.
func CPU() (InstructionSet, error) { return chosen() }

var chosen = sync.OnceValues(func() (InstructionSet, error) {
	return choose(os.Getenv("GANDER_CPU"), available())
})

// choose picks from the instruction sets that a processor has, best first.
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
	return Plain, fmt.Errorf("GANDER_CPU is %q, which this processor lacks or Gander does not know: unset it, or set it to %s",
		wanted, strings.Join(names, " or "))
}
