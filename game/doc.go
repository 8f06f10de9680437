// Package game trains players against each other. A [Game] has players, and
// each player has networks, an optimiser and a loss. Four words have a fixed
// meaning here:
//
//   - A play is one computation of the losses of all players, from a minibatch
//     and noise. The function Game.Play describes it.
//   - In a [Move], some players change their own parameters to lower their own
//     loss. All other parameters are constant. A move makes one play, or
//     several if it is repeated.
//   - A round is a sequence of moves. It is compiled into one program.
//   - A step is one round of training: [Trainer.Step] is the number of rounds
//     played.
//
// The package exists so that one training loop is enough for all such games.
// Two players with one objective are a GAN, but the package does not depend on
// the number of players or on their objectives.
//
// The package must not know networks by name, files, pictures or the command.
package game
