// Package gradcheck compares gradients with finite differences, at orders 1, 2
// and 3. It contains the test cases for every primitive and composed operation
// of package tensor. It exists so that the plain implementations and every
// engine are tested with one table of cases: an engine passes its own
// [Evaluator]. Only tests import it, and it must not know any engine.
package gradcheck
