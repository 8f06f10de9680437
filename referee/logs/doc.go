// Package logs reads the numbers that other programs wrote while they trained a GAN: lines that
// they printed on the terminal, CSV files, as of Keras, PyTorch Lightning or the export of
// Weights & Biases, JSON, and event files of TensorBoard. [Read] returns them as a
// [referee.History]. The names of columns differ everywhere, so the package guesses what they
// mean; [Log.Columns] has its guesses, and [Options.Columns] overrides it. A [ColumnError] has
// columns that could be the losses that no name shows.
//
// The package exists so that the referee can judge trainings that Gander did not make. It
// must not know what the numbers show. A file may have any number of rows: memory is
// bounded, because of a long file only some rows are kept.
package logs
