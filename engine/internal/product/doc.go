// Package product computes matrix products and convolutions. All are blocks of
// register tiles over packed panels; they differ in where their operands are
// found and where their results go:
//
//   - product.go, multiply.go: a product whose operands and result are described
//     by tables of offsets: matrix products, and convolutions that are such
//     products (conv.go);
//   - convolution.go, convtile.go, lattice.go, stage.go: other convolutions, whose
//     patches are read from a padded copy of part of the input;
//   - winograd*.go: convolutions by minimal filtering, with fewer multiplications;
//   - sparse.go: zeros of an operand left out;
//   - cut.go, slab.go, sink.go: what these share: how a product is cut into
//     tiles, how a tile packs and multiplies, how results are written.
//
// A product is planned before its memory is known, and bound to memory later
// ([Multiplication]).
//
// The package must not know what runs before or after a product, other than the
// epilogue that its group contains, nor on how many threads it runs.
package product
