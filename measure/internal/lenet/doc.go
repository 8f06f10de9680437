// Package lenet is a small classifier of 28x28 grey images, trained by Gander
// itself on MNIST and on Fashion-MNIST, with its weights. It exists because
// distances between images mean more between what a network saw in them, and
// the weights that the field uses for this cannot be shipped. What is measured
// with it carries its name, [Version] and the data: another network, or the
// same one trained again, would give other figures.
//
// The package must not know what its features are used for.
package lenet
