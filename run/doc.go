// Package run keeps what a training run leaves behind: a numbered folder with the
// resolved settings, a journal, checkpoints and samples. It exists so that a run
// killed at any moment can go on from its last checkpoint as if nothing had
// happened, and so that years later the folder still says how its samples came
// to be. docs/formats.md specifies every file.
//
// It must not know which game is played or what a recipe's networks are: systems
// are built from their settings, a checkpoint is named tensors, a journal line is
// figures by name.
package run
