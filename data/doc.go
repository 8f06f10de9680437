// Package data provides the examples that Gander learns from, images and points:
// readers of dataset files, an embedded endless set of pen-stroke digits with
// known true factors, mixtures of Gaussians with known modes, a catalogue of sets
// that can be downloaded, and the shuffled minibatches that training consumes.
//
// It exists so that everything above it sees one thing, a [Set]: numbered
// examples of one shape, images as bytes or points as float32. It must not know what is done with them: nothing of
// tensors, networks, runs or the command. Randomness comes from named streams of
// a seed, so that item i of a set and minibatch j of a run are the same whenever
// and wherever they are asked for.
package data
