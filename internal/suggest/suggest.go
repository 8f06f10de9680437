// Package suggest finds the known word a user probably meant. It exists so that
// every "unknown name" error of Gander can offer a way on. It must not know what
// the words name.
package suggest

import "strings"

// Nearest returns the word of known closest to word, ignoring case, and whether
// any is close enough to be a likely slip of the fingers: at most one edit for
// every three letters of the longer word. Of equally close words the first wins.
func Nearest(word string, known []string) (string, bool) {
	best, least := "", -1
	for _, k := range known {
		d := distance(strings.ToLower(word), strings.ToLower(k))
		if least < 0 || d < least {
			best, least = k, d
		}
	}
	if least < 0 || 3*least > max(len(word), len(best)) {
		return "", false
	}
	return best, true
}

// Hint tells who wrote word for one of known what to write: the nearest, if there
// is one, or any.
func Hint(word string, known []string) string {
	if near, ok := Nearest(word, known); ok {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// distance counts the insertions, deletions, substitutions and swaps of
// neighbouring letters that turn a into b, no letter being edited twice
// (the optimal string alignment distance; Damerau 1964).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before := make([]int, len(y)+1) // the row for x[:i-2]
	above := make([]int, len(y)+1)  // the row for x[:i-1]
	row := make([]int, len(y)+1)    // the row for x[:i]
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, above, row = above, row, before
		row[0] = i
		for j := 1; j <= len(y); j++ {
			substitution := above[j-1]
			if x[i-1] != y[j-1] {
				substitution++
			}
			row[j] = min(above[j]+1, row[j-1]+1, substitution)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(y)]
}
