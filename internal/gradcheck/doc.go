// Package gradcheck compares gradients with finite differences, at order 1, 2
// and 3, and holds the cases that every primitive and composed operation of
// package tensor is checked by. It exists so that one table of cases serves
// the plain meanings and every engine alike: an engine passes its own
// [Evaluator]. Only tests import it, and it must not know any engine.
package gradcheck
