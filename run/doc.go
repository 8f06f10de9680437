// Package run stores the results of a training run: a numbered folder with the
// resolved settings, a journal, checkpoints and samples. It exists for two reasons. A
// run that is killed at any moment can continue from its last checkpoint as if it had
// not stopped. And years later, the folder still records how its samples were made.
// docs/formats.md specifies every file.
//
// Package run must not know which game is played, or the networks of a recipe. It
// builds systems from their settings. A checkpoint is a list of named tensors, and a
// journal line is a list of named figures.
package run
