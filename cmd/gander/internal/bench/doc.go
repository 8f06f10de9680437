// Package bench times the engine on fixed computations that other frameworks can
// time too. It exists so that everybody can repeat a measurement of speed with one
// command. A benchmark must not differ from real training: it plays the same rounds
// as a recipe.
package bench
