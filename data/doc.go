// Package data provides the examples that Gander learns from: their named fields,
// sets of them, the parts that a set is divided into, and the shuffled minibatches
// that training consumes. It holds sets that are drawn from a seed and need no
// file, pen-stroke digits with known true factors and mixtures of Gaussians with
// known modes, and describes others in a catalogue.
//
// It exists so that everything above it sees one thing, a [Set]: numbered examples
// that all have the same fields. It must not know where examples come from, nothing
// of files, their formats or servers; see packages load, format and download for
// those. Nor must it know what is done with them, nothing of tensors, networks,
// runs or the command. Randomness comes from named streams of a seed, so that example i of
// a set and minibatch j of a run are the same whenever and wherever they are asked
// for.
package data
