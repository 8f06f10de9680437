// Package model trains networks under supervision, a minibatch at a time: each
// call gives a model inputs and the targets for them, and the model takes one
// step down the gradient of its loss. Models of one [Session] share the
// parameters of the networks that they have in common. It exists for the
// introductions to GANs that are written as three such calls in a loop: train a
// discriminator on real examples, train it on generated ones, train a generator
// through the discriminator, which is frozen. Package game compiles such a round
// into one program; here the caller writes it.
//
// The package must not know where examples come from, nor any dataset, recipe
// or file.
package model
