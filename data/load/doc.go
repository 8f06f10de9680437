// Package load opens datasets by their name or path: sets of the catalogue, folders
// named as MNIST's, folders and archives of pictures, and files of arrays and of
// tables.
//
// It exists so that package data needs no files, and its formats no sets: here the
// arrays of a file become the fields of a set, and pictures of any kind pictures of
// one. It must not know how a format is laid out, that is package format, nor bring
// what is not there, that is package download; and nothing of what the examples are
// used for.
package load
