// Package measure says how good samples are: every measure under its published
// protocol, with its counts, its spread and its floor, the same measure of real
// data against real data. It exists so that a figure never stands alone.
//
// The package must not know how samples were made, where a run is kept or how a
// result is shown: it compares sets with sets.
package measure
