// Package format reads and writes the file formats of examples: pictures as planes
// of bytes, arrays of IDX, npy, npz and MATLAB files, the tables of CSV files, CIFAR's
// records, and gzip around them. [Sniff] tells which of them a file is, and names what
// people have that is not read.
//
// It exists so that bytes from anywhere are checked in one place: a header is
// never believed, memory is allocated as bytes arrive, a picture's size is looked at
// before it is decoded, and each reader is fuzzed. It must not know what the content is
// for: nothing of sets and their fields, nor where the bytes come from, a file or a
// network.
package format
