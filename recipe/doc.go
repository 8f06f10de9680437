// Package recipe holds ready systems: networks, a game and defaults, one file
// each, that do what a paper says or what is known to work. It exists so that
// a system is complete in one place, short enough to read on one screen.
//
// A recipe must not know where a run is kept, how samples are measured or how
// the command is called.
package recipe
