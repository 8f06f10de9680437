// Package product computes matrix products and convolutions. All of them compute
// blocks of register tiles from packed panels. They differ in how they read their
// operands and write their results:
//
//   - product.go, multiply.go: a product with operands and result described by
//     tables of offsets. This covers matrix products, and the convolutions that
//     are such products (conv.go);
//   - convolution.go, convtile.go, convaxis.go, stage.go: other convolutions; they
//     read patches from a padded copy of part of the input;
//   - convdots.go: kernel gradients with few output channels, as sums along pixels;
//   - winograd*.go: convolutions by Winograd's algorithm, with fewer
//     multiplications;
//   - sparse.go: products that skip the zeros of an operand;
//   - tiling.go, packbuffer.go, epilogue.go: shared parts: how a product is divided
//     into tiles, how a tile packs and multiplies, how results are written.
//
// A product is planned before its memory is known, and bound to memory later
// ([Multiplication]).
//
// The package must not know what runs before or after a product, except the
// epilogue in its group, nor the number of threads.
package product
