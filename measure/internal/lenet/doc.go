// Package lenet is a small classifier of 28x28 grey images, with its weights. Gander
// trained it on MNIST and on Fashion-MNIST. It exists because the distance between two
// images is more meaningful between the features of a network than between pixels, and
// the weights that are usual in the field cannot be shipped. Every result that uses it
// has its name, [Version], and that of the data: another network, or the same network
// trained again, would give other figures.
//
// The package must not know what its features are used for.
package lenet
