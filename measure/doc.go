// Package measure computes how good samples are. Every measure follows its
// published protocol. The result has the number of samples and of real examples. For
// each figure it has a standard error and a baseline: the same figure of real examples
// instead of samples. The package exists so that no figure is reported without
// these.
//
// Where a measure takes fewer examples than a set has, it draws them at random:
// datasets and files of samples are often sorted by class. The result has the numbers of
// examples drawn, and the seed.
//
// The package must not know how samples were made, where a run is kept or how a
// result is shown. It compares sets with sets.
package measure
