// Package measure says how good samples are. It exists so that a figure always
// comes with the protocol under which it was taken.
//
// The package must not know how samples were made: it compares images with
// images.
package measure
