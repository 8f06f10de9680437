// Package format reads and writes the file formats of examples: pictures as planes of
// bytes; arrays of IDX, npy, npz and MATLAB files; the tables of CSV files; the records of
// CIFAR; and gzip around them. [Sniff] determines the format of a file. It also names
// common formats that are not read.
//
// It exists so that bytes from unknown sources are checked in one place. Readers do not
// trust a header: they allocate memory only when bytes arrive, and check the size of a
// picture before they decode it. Each reader has a fuzz test. The package must not know
// the use of the content: sets and their fields. It must not know where the bytes come
// from, such as a file or a network.
package format
