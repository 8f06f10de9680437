// Command tiles generates the matrix product kernels of package kernel in the
// given folder. It is in a separate module, so that Gander can be built without
// the dependencies of the generators.
//
//	go run ./tiles ..
//
// # Products of panels
//
// A tile kernel computes a block of R x V*L results: R rows of V vector registers
// with L lanes. It holds all results in registers while k advances. For each k it
// loads V vectors of the right operand. For each row it broadcasts one element of
// the left operand to a whole register, multiplies it with the V vectors, and adds
// the products to the V accumulators of the row:
//
//	for k { right[v] = b[k*ldb + v*L ...]
//	        for r { left = a[r*rs + k*cs]; acc[r][v] += left * right[v] } }
//
// The left operand is read through two strides, because a broadcast does not need
// contiguous elements. So the same kernel reads rows (cs = 1), columns (rs = 1)
// and packed panels. The right operand must be contiguous along its vectors. It is
// packed, unless it is in this order in memory.
//
// The register budget is R*V accumulators + V right vectors + broadcasts:
//
//	AVX-512  32 registers  8x3: 24 + 3 + 5   12x2: 24 + 2 + 6   12x1: 12 + 1 + 6
//	AVX2     16 registers  6x2: 12 + 2 + 2    6x1:  6 + 1 + 4
//	NEON     32 registers  8x3: 24 + 3 + 5    8x2: 16 + 2 + 6    8x1: 8 + 1 + 6
//
// Three vectors are best for wide results, because a loaded left element is used
// three times. Two vectors are best for narrow results, because less of the last
// panel is unused. Every width has several heights, so that smaller tiles compute
// the rows below the last full tile. A tile of one row is avoided if two other
// tiles can do the work, because one row waits for its own sums. On AVX-512 the
// last vector is masked, so a tile does not touch memory beyond its columns. On the
// other instruction sets the caller provides memory for a full tile at the right
// edge.
//
// # Right operands that are read in place
//
// Patches of a convolution are contiguous in its staging buffer, vector by vector,
// but vectors and steps of k are at irregular distances. A gathered tile reads them
// through two tables, so that they need no packing:
//
//	for k { right[v] = b[vectors[v] + at[k] ...] }
//
// This is better if few rows use a panel.
//
// # Sums along k
//
// Where both operands are contiguous along k, as in the kernel gradient of a
// convolution, the lanes of a vector can be elements of k. A dots tile loads a vector
// of each row and of each column, multiplies all pairs, and adds the lanes of each sum
// at the end. It is better if the result has few columns. The masks of the steps leave
// out elements after the end of a range of k:
//
//	for s in steps { right[j] = b[j*ldb + s.right ...]
//	                 for i { left = a[rows[i] + s.left ...]; acc[i][j] += left * right[j] } }
//
// # Prefetches
//
// In each step of k a tile can prefetch one cache line from a list of addresses.
// These are lines of the panel that is packed next, or of other values that the
// epilogue reads. The list may be shorter than k. Therefore the loop over k is
// generated twice: with and without prefetches.
//
// # Sparse left operands
//
// A left operand that is mostly zero is given as a list of its nonzero elements,
// row by row. A sparse tile holds one row of V vectors. It multiplies each element
// of the list with its line of the panel, which is read directly from memory:
//
//	for i = bounds[r] to bounds[r+1] { acc[v] += values[i] * b[at[i]*ldb + v*L ...] }
//
// The order of the sum is the same as in the other tiles. The kernel nonzeros finds
// the nonzero elements.
//
// # Packing
//
// Two kernels copy any operand into the form that tiles read. Both use a table of
// offsets, so rows of a matrix, patches of a convolution and arbitrary indices are
// one case:
//
//	copyRuns    copies one run of contiguous elements for each entry of the table
//	transpose   copies 16 rows of contiguous elements, given by the table, to columns
//
// A third kind of kernel fills the staging buffer of a convolution. This is the
// part of the input that a tile reads, padded with zeros, with a separate line for
// every residue of a stride:
//
//	copyEach, copyEverySecond    short lines, by a table of pairs of positions
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
		"tile_amd64.go": func() ([]byte, error) {
			return tables(packKernelNames, stagingNames, avx512, avx512Half, avx512Gathered, avx2, avx2Gathered)
		},
		"tile_arm64.go":       func() ([]byte, error) { return tables(nil, nil, neon) },
		"tile_avx512_amd64.s": func() ([]byte, error) { return assemble(tilesAVX512) },
		"tile_avx2_amd64.s":   func() ([]byte, error) { return assemble(tilesAVX2) },
		"tile_neon_arm64.s":   tilesNEON,
		"sparse_amd64.s":      func() ([]byte, error) { return assemble(sparseAVX512, sparseAVX2) },
		"sparse_amd64.go":     func() ([]byte, error) { return sparseTables(avx512, avx2) },
		"dots_amd64.s":        func() ([]byte, error) { return assemble(dotsAVX512) },
		"dots_amd64.go":       dotsTable,
		"pack_avx512_amd64.s": func() ([]byte, error) { return assemble(copyRunsAVX512, transposeAVX512, copyEach, copyEverySecond) },
		"pack_avx2_amd64.s":   func() ([]byte, error) { return assemble(copyRunsAVX2, transposeAVX2) },
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
