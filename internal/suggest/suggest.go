// Package suggest finds the known word that a user probably meant. It exists so
// that every "unknown name" error of Gander can contain a suggestion. It must
// not know the meaning of the words.
package suggest

import "strings"

// Nearest returns the word of known that is closest to word, ignoring case. ok
// is true if it is close enough to be a typing error: at most one edit for
// every three letters of the longer word. If several words are equally close,
// the first is returned.
func Nearest(word string, known []string) (nearest string, ok bool) {
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

// Hint returns a hint for a user who wrote word instead of one of known: the
// nearest word, or a list of all words.
func Hint(word string, known []string) string {
	if near, ok := Nearest(word, known); ok {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// distance returns the number of insertions, deletions, substitutions and swaps
// of neighbouring letters that change a to b. No letter is edited twice (the
// optimal string alignment distance; Damerau 1964).
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
