// Command tiles writes the matrix product kernels of package kernel into the folder it is
// given. Its module is its own, so that nobody who builds Gander needs it.
//
//	go run ./tiles ..
//
// # The product of panels
//
// A tile kernel computes a block of R x V*L results, R rows of V vector
// registers of L lanes, and holds all of it in registers while k advances. For
// each k it loads V vectors of the right operand, and for each row one element
// of the left operand, broadcast to a whole register, which is multiplied with
// the V vectors and added to the row's V accumulators:
//
//	for k { right[v] = b[k*ldb + v*L ...]
//	        for r { left = a[r*rs + k*cs]; acc[r][v] += left * right[v] } }
//
// The left operand is read through two strides, since a broadcast does not care
// whether its neighbours are neighbours: the same kernel reads rows (cs = 1),
// columns (rs = 1) and packed panels. The right operand must be contiguous
// along its vectors; it is packed unless memory already has it so.
//
// The register budget, R*V accumulators + V right vectors + broadcasts:
//
//	AVX-512  32 registers  8x3: 24 + 3 + 5   12x2: 24 + 2 + 6   12x1: 12 + 1 + 6
//	AVX2     16 registers  6x2: 12 + 2 + 2    6x1:  6 + 1 + 4
//	NEON     32 registers  8x3: 24 + 3 + 5    8x2: 16 + 2 + 6    8x1: 8 + 1 + 6
//
// Three vectors are best for wide results, for a loaded left element is used
// three times; two for narrow ones, for there is less left over at the edge.
// Every width comes in a few heights, so that what remains below the last full
// tile is computed by a smaller one and not wasted, and never by one of a single
// row if two others will do: one row waits for its own sums. On AVX-512 the last vector
// is masked, and a tile narrower than its registers touches nothing beyond it;
// on the others the caller lends a full tile of memory at the right edge.
//
// # Asking ahead
//
// With each step of k a tile may ask for one cache line of memory, by a list of
// addresses: of the panel that is packed next, or of what the loop that follows
// reads beside the results. The list may be shorter than k; the loop over k is
// therefore there twice, with and without it.
//
// # Few elements that are not zero
//
// A left operand that is mostly zeros comes as a list of the others, row by
// row. A sparse tile holds one row of V vectors, and multiplies each element of
// the list with its line of the panel, read straight from memory:
//
//	for i = bounds[r] to bounds[r+1] { acc[v] += values[i] * b[at[i]*ldb + v*L ...] }
//
// It sums in the order in which the other tiles do. nonzeros finds the list.
//
// # Packing
//
// Two moves bring any operand into the form that tiles read. Both follow a
// table of offsets, so that rows of a matrix, patches of a convolution and
// scattered indices are one case:
//
//	copyRuns    for each entry of the table, one run of contiguous elements
//	transpose   16 rows of contiguous elements, given by the table, to columns
//
// A third fills the stage of a convolution, the part of its input that a tile
// reads, padded and with every residue of a stride apart:
//
//	copyEach, copyEverySecond    short lines, by a table of pairs of places
package main

import (
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: tiles FOLDER")
	}
	for name, write := range map[string]func() ([]byte, error){
		"tile_amd64.go":       func() ([]byte, error) { return tables(moves, steps, avx512, avx512Half, avx2) },
		"tile_arm64.go":       func() ([]byte, error) { return tables(nil, nil, neon) },
		"tile_avx512_amd64.s": func() ([]byte, error) { return assemble(tilesAVX512) },
		"tile_avx2_amd64.s":   func() ([]byte, error) { return assemble(tilesAVX2) },
		"tile_neon_arm64.s":   tilesNEON,
		"sparse_amd64.s":      func() ([]byte, error) { return assemble(sparseAVX512, sparseAVX2) },
		"sparse_amd64.go":     func() ([]byte, error) { return sparseTables(avx512, avx2) },
		"move_avx512_amd64.s": func() ([]byte, error) { return assemble(copyRunsAVX512, transposeAVX512, copyEach, copyEverySecond) },
		"move_avx2_amd64.s":   func() ([]byte, error) { return assemble(copyRunsAVX2, transposeAVX2) },
	} {
		text, err := write()
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[1], name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
