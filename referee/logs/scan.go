package logs

import "strings"

// This file finds the parts of a printed line: numbers, times of day, escapes of a terminal and
// words around numbers. A log can have millions of lines, and regular expressions took most of
// the time of reading. The expressions that these functions replace stand in scan_test.go.

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isWordByte reports whether a byte is part of a word, as \w of a regular expression.
func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// isBoundary reports whether a word begins or ends in front of byte i, as \b of a regular
// expression.
func isBoundary(s string, i int) bool {
	return (i > 0 && isWordByte(s[i-1])) != (i < len(s) && isWordByte(s[i]))
}

// digits returns the end of the digits that begin at byte i.
func digits(s string, i int) int {
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// twoDigits reports whether byte i is one of two separators, and two digits follow it.
func twoDigits(s string, i int, separator, other byte) bool {
	return i+2 < len(s) && (s[i] == separator || s[i] == other) && isDigit(s[i+1]) && isDigit(s[i+2])
}

// A byteSet is a set of ASCII characters. To look one up is faster than to search a string.
type byteSet [256]bool

func setOf(chars string) *byteSet {
	var s byteSet
	for i := range len(chars) {
		s[chars[i]] = true
	}
	return &s
}

// trim removes the characters of a set at both ends of a text.
func trim(s string, set *byteSet) string {
	for s != "" && set[s[0]] {
		s = s[1:]
	}
	return trimRight(s, set)
}

// trimRight is trim at the end only.
func trimRight(s string, set *byteSet) string {
	for s != "" && set[s[len(s)-1]] {
		s = s[:len(s)-1]
	}
	return s
}

// withoutEscapes removes the escapes of a terminal, as those for colours.
func withoutEscapes(line string) string {
	next := strings.IndexByte(line, '\x1b')
	if next < 0 {
		return line
	}
	var b strings.Builder
	for rest := line; ; {
		b.WriteString(rest[:next])
		rest = rest[next:]
		if n := escapeAt(rest); n > 0 {
			rest = rest[n:]
		} else {
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
		if next = strings.IndexByte(rest, '\x1b'); next < 0 {
			b.WriteString(rest)
			return b.String()
		}
	}
}

// escapeAt returns the length of the escape at the beginning of a text, 0 if there is none.
func escapeAt(s string) int {
	if len(s) < 2 || s[1] != '[' {
		return 0
	}
	i := 2
	for i < len(s) && (isDigit(s[i]) || s[i] == ';' || s[i] == '?') {
		i++
	}
	if i < len(s) && isLetter(s[i]) {
		return i + 1
	}
	return 0
}

// withoutClocks replaces each date and time of day by a bar.
func withoutClocks(line string) string {
	var b strings.Builder
	copied := 0
	for i := 0; i < len(line); {
		if !isDigit(line[i]) {
			i++
			continue
		}
		end := digits(line, i)
		begin, after := clockAt(line, i, end)
		if after == 0 {
			i = end
			continue
		}
		b.WriteString(line[copied:begin])
		b.WriteByte('|')
		copied, i = after, after
	}
	if copied == 0 {
		return line
	}
	b.WriteString(line[copied:])
	return b.String()
}

// clockAt returns the place of the date or time whose first digits are from i to end. after is 0 if
// there is none.
func clockAt(s string, i, end int) (begin, after int) {
	if end-i >= 4 && twoDigits(s, end, '-', '/') && twoDigits(s, end+3, '-', '/') { // 2024-01-31T10:02:11.5
		after = end + 6
		if twoDigits(s, after, 'T', ' ') && twoDigits(s, after+3, ':', ':') {
			after += 6
			if twoDigits(s, after, ':', ':') {
				after += 3
			}
			if part := digits(s, min(after+1, len(s))); part > after+1 && (s[after] == '.' || s[after] == ',') {
				after = part
			}
		}
		return end - 4, after
	}
	if !isBoundary(s, i) || !twoDigits(s, end, ':', ':') { // 10:02:11.5
		return 0, 0
	}
	if after = end + 3; twoDigits(s, after, ':', ':') {
		if whole := clockEnd(s, after+3); whole > 0 {
			return i, whole
		}
	}
	return i, clockEnd(s, after)
}

// clockEnd returns the end of a time of day after its fraction of a second, which may begin at
// byte i. It is 0 if the time is part of a longer word.
func clockEnd(s string, i int) int {
	if i < len(s) && s[i] == '.' {
		if part := digits(s, i+1); part > i+1 && isBoundary(s, part) {
			return part
		}
	}
	if isBoundary(s, i) {
		return i
	}
	return 0
}

// withoutWrappers removes the functions around numbers, as tensor( and np.float32(.
func withoutWrappers(line string) string {
	var b strings.Builder
	copied := 0
	for i := strings.IndexByte(line, '('); i >= 0; {
		if begin := wrapperBefore(line, i); begin >= 0 {
			b.WriteString(line[copied:begin])
			copied = i + 1
		}
		next := strings.IndexByte(line[i+1:], '(')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if copied == 0 {
		return line
	}
	b.WriteString(line[copied:])
	return b.String()
}

// wrapperBefore returns where the function begins whose parenthesis is byte i, -1 if it is none
// around a number.
func wrapperBefore(line string, i int) int {
	before := func(end int, word string) int {
		if begin := end - len(word); begin >= 0 && strings.EqualFold(line[begin:end], word) {
			return begin
		}
		return -1
	}
	for _, word := range [...]string{"tensor", "array"} {
		if begin := before(i, word); begin >= 0 {
			return whole(line, begin)
		}
	}
	end := i
	for end > 0 && isDigit(line[end-1]) {
		end--
	}
	begin := before(end, "float")
	if begin < 0 {
		return -1
	}
	for _, module := range [...]string{"np.", "numpy."} {
		if at := before(begin, module); at >= 0 && isBoundary(line, at) {
			return at
		}
	}
	return whole(line, begin)
}

// whole returns begin if a word begins there, otherwise -1.
func whole(line string, begin int) int {
	if isBoundary(line, begin) {
		return begin
	}
	return -1
}

// numberBegins has the first characters of numbers.
var numberBegins = setOf("0123456789.+-nNiI")

// nextNumber returns the place of the first number of a line from byte i on. begin is -1 if there
// is none.
func nextNumber(line string, i int) (begin, end int) {
	for ; i < len(line); i++ {
		if numberBegins[line[i]] {
			if end := numberEnd(line, i); end > 0 {
				return i, end
			}
		}
	}
	return -1, 0
}

// numberEnd returns the end of the number that begins at byte i, 0 if there is none.
func numberEnd(s string, i int) int {
	if s[i] == '+' || s[i] == '-' {
		i++
	}
	switch {
	case i == len(s):
		return 0
	case isDigit(s[i]):
		if i = digits(s, i); i < len(s) && s[i] == '.' {
			i = digits(s, i+1)
		}
		return exponentEnd(s, i)
	case s[i] == '.' && i+1 < len(s) && isDigit(s[i+1]):
		return exponentEnd(s, digits(s, i+1))
	}
	for _, word := range [...]string{"nan", "infinity", "inf"} {
		if end := i + len(word); end <= len(s) && isBoundary(s, end) && strings.EqualFold(s[i:end], word) {
			return end
		}
	}
	return 0
}

// exponentEnd returns the end of the exponent that may begin at byte i, i if there is none.
func exponentEnd(s string, i int) int {
	if i == len(s) || s[i]|0x20 != 'e' {
		return i
	}
	first := i + 1
	if first < len(s) && (s[first] == '+' || s[first] == '-') {
		first++
	}
	if end := digits(s, first); end > first {
		return end
	}
	return i
}

// unitAt returns the length of the unit at the beginning of a text, as in 157ms. It is 0 if there
// is none.
func unitAt(s string) int {
	micro := 0
	if strings.HasPrefix(s, "μ") {
		micro = len("μ")
	}
	end := micro
	for end < len(s) && end <= len("μsteps") && isWordByte(s[end]) {
		end++
	}
	switch s[:end] {
	case "s", "ms", "us", "ns", "μs", "min", "m", "h", "d", "k", "x", "it", "img", "sec", "step", "steps",
		"kB", "KB", "MB", "GB", "kiB", "KiB", "MiB", "GiB":
		return end
	}
	return 0
}
