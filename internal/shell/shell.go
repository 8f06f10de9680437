// Package shell writes commands as a shell reads them. It exists so that every
// command that is printed can be typed again, whatever its paths are called.
//
// The package must not run anything or know a command.
package shell

import (
	"path/filepath"
	"strings"
)

// safe are the characters beside letters and digits that no shell reads as more
// than themselves. A backslash is among them where it parts folders.
const safe = "_@%+=:,./-" + string(filepath.Separator)

// Join returns the words as one line, from which a POSIX shell reads them again.
// A word that holds more than ASCII letters, digits and safe characters is
// quoted. No word may hold a byte 0, as no argument can.
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
