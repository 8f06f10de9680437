// Package load opens datasets by their name or path: sets of the catalogue, folders of
// files with the same names as those of MNIST, folders and archives of pictures, and
// files of arrays or tables.
//
// It exists so that package data does not need files, and package format does not need
// sets. Here the arrays of a file become the fields of a set, and pictures of different
// kinds become images of one shape. It must not know the layout of a format (package
// format), how files are downloaded (package download), or what the examples are used
// for.
package load
