// Package shell formats command lines for a shell. It exists so that the user
// can copy every printed command into a shell, even if its paths contain
// special characters.
//
// The package must not run anything or know a command.
package shell

import (
	"path/filepath"
	"strings"
)

// safe contains the characters, besides letters and digits, that have no
// special meaning in any shell. It contains the backslash on systems where it
// separates folders.
const safe = "_@%+=:,./-" + string(filepath.Separator)

// Join returns the words as one line that a POSIX shell splits into the same
// words. A word with characters other than ASCII letters, digits and safe
// characters is quoted. A word must not contain a zero byte.
func Join(words ...string) string {
	var line strings.Builder
	for i, word := range words {
		if i > 0 {
			line.WriteByte(' ')
		}
		if word == "" || strings.ContainsFunc(word, special) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		line.WriteString(word)
	}
	return line.String()
}

func special(r rune) bool {
	plain := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(safe, r)
	return !plain
}
