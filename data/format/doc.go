// Package format reads and writes the file formats of examples as arrays: IDX,
// npy and CSV, gzip around them, and pictures as planes of bytes.
//
// It exists so that bytes from anywhere are checked in one place: a header is
// never believed, memory is allocated as bytes arrive, and each reader is fuzzed.
// It must not know what the arrays are for: nothing of sets and their fields, nor
// where the bytes come from, a file or a network.
package format
