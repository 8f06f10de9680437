// Package model trains networks by supervised learning, one minibatch at a time.
// Each call gives a model inputs and their targets, and the model takes one
// optimiser step that lowers its loss. Models of one [Session] share the
// parameters of the networks that they have in common.
//
// It exists for the introductions to GANs that are written as three such calls
// in a loop: train a discriminator on real examples, train it on generated
// examples, train a generator through the frozen discriminator. Package game
// compiles such a round into one program. Here the caller writes the loop.
//
// The package must not know where examples come from, nor any dataset, recipe
// or file.
package model
