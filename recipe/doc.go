// Package recipe contains complete systems, one in each file: networks, a game and
// default settings. Each follows a paper or a method that is known to work. The
// package exists so that a reader finds a whole system in one place, on one screen.
//
// A recipe must not know where a run is stored, how samples are measured, or the
// names of commands.
package recipe
