// Package game is where players meet. A [Game] traces one play, from a
// minibatch and noise to the loss of every player; a [Move] lets players
// change their own parameters down their own losses while everything else is
// constant; a round is a sequence of moves, compiled into one program. Two
// players and one objective make a GAN; nothing here knows which, or how many
// players there are.
//
// The package must not know networks by name, files, pictures or the command.
package game
