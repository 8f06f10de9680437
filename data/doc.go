// Package data provides the examples that Gander learns from. It defines examples with
// named fields, sets of examples, the division of a set into parts, and the shuffled
// minibatches that training reads. It has sets that are drawn from a seed and need no
// file: pen-stroke digits with known true factors, and mixtures of Gaussians with known
// modes. It describes other datasets in a catalogue.
//
// It exists so that the packages above it use only one interface, a [Set]: numbered
// examples that all have the same fields. It must not know where examples come from:
// files, their formats and servers belong to packages load, format and download. It must
// not know what the examples are used for: tensors, networks, runs and the command. Random
// numbers come from named streams of a seed. So example i of a set and minibatch j of a run
// are always the same.
package data
