// Package bench times the engine on fixed computations that another framework
// can time, too. It exists so that a claim of speed is a command to repeat. A
// benchmark must not differ from the training it stands for: it plays the
// rounds that a recipe plays.
package bench
