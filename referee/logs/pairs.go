package logs

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the numbers of a line.
const (
	longName = 48  // bytes of a name; more is a sentence
	mostPair = 256 // numbers of a line that are read
)

// A pair is a number of a line with its name. The name is "" if there is none.
type pair struct {
	name  string
	value float64
}

// pairsOf returns the numbers of a line with their names, appended to pairs, which is empty. Times
// of day are no numbers. Of 3/25 the 25 is left out. Numbers in front of the losses that have no
// name are the place in the training: [3/25][200/1583] is an epoch and a batch, and a whole number
// at the beginning is a step.
func pairsOf(pairs []pair, line string) []pair {
	line = withoutWrappers(withoutClocks(withoutEscapes(line)))
	var places [2]float64 // the first ones without a name
	placed, hasEpoch := 0, false
	end, name, whole := 0, "", false
	for begin, after := nextNumber(line, 0); begin >= 0 && len(pairs) < mostPair; begin, after = nextNumber(line, after) {
		text := line[begin:after]
		if partOfWord(line, begin, after) {
			if unit := unitAt(line[after:]); unit > 0 && (begin == 0 || strings.IndexByte(" \t([,=:|", line[begin-1]) >= 0) {
				end = after + unit // 157ms is no result, and ends what is before
			}
			continue
		}
		v, ok := number(text)
		if !ok {
			continue
		}
		between, wasWhole := line[end:begin], whole
		whole = digits(text, 0) == len(text)
		first := end == 0
		end = after
		if isFraction(between) && !first {
			if !(whole && wasWhole) && name != "" { // two results: D(G(z)): 0.3 / 0.1
				pairs = secondPart(pairs, name, v)
			}
			continue
		}
		name = nameBefore(between)
		switch {
		case name != "":
			hasEpoch = hasEpoch || namesEpoch(name)
			pairs = append(pairs, pair{name, v})
		case whole && first && strings.TrimLeft(between, " \t#") == "" && !hasTotal(line[end:]) && !strings.HasPrefix(line[end:], "%"):
			name = stepColumn
			pairs = append(pairs, pair{name, v})
		case whole && len(pairs) <= 1 && (hasTotal(line[end:]) || strings.HasSuffix(strings.TrimRight(between, " "), "[")):
			if placed < len(places) {
				places[placed] = v
			}
			placed++
		}
	}
	return withPlaces(pairs, places[:min(placed, len(places))], hasEpoch)
}

// isFraction reports whether the text between two numbers makes them 3/25 or 3 of 25.
func isFraction(between string) bool {
	between = trim(between, blanks)
	return between == "/" || between == "of"
}

// hasTotal reports whether a total follows a number, as the 25 in 3/25.
func hasTotal(rest string) bool {
	return strings.HasPrefix(strings.TrimLeft(rest, " "), "/")
}

// namesEpoch reports whether a name contains the word epoch.
func namesEpoch(name string) bool {
	const epoch = "epoch"
	for i := range len(name) - len(epoch) + 1 {
		if name[i]|0x20 == 'e' && strings.EqualFold(name[i:i+len(epoch)], epoch) {
			return true
		}
	}
	return false
}

// withPlaces puts the places without a name in front of pairs. One alone may be an epoch, a batch
// or a bar of progress, so it is left out.
func withPlaces(pairs []pair, places []float64, hasEpoch bool) []pair {
	switch {
	case hasEpoch && len(places) > 0:
		return slices.Insert(pairs, 0, pair{batchColumn, places[0]})
	case len(places) > 1:
		return slices.Insert(pairs, 0, pair{epochColumn, places[0]}, pair{batchColumn, places[1]})
	}
	return pairs
}

// twoParts is a name of two numbers.
var twoParts = regexp.MustCompile(`^(.*)\((\w+)\s*/\s*(\w+)\)$`)

// secondPart adds the second of two numbers with one name. If the name has both parts, as in
// "D_loss(real/fake)", the last pair gets the first.
func secondPart(pairs []pair, name string, v float64) []pair {
	if strings.HasSuffix(name, ")") && strings.Contains(name, "/") && len(pairs) > 0 {
		if parts := twoParts.FindStringSubmatch(name); parts != nil {
			pairs[len(pairs)-1].name = parts[1] + " " + parts[2]
			return append(pairs, pair{parts[1] + " " + parts[3], v})
		}
	}
	return append(pairs, pair{name + " (2)", v})
}

// partOfWord reports whether what looks like a number belongs to a word: d1_real, 1.2it/s.
func partOfWord(line string, begin, end int) bool {
	if begin > 0 && (isWordByte(line[begin-1]) || line[begin-1] == '.') {
		return true
	}
	return end < len(line) && isWordByte(line[end])
}

// isWordValue reports whether a word is the value of another name: of "p: no D loss: 0.5", it is
// "no".
func isWordValue(word string) bool {
	return isMissing(word) || slices.Contains([]string{"no", "yes", "true", "false", "off", "on"}, strings.ToLower(word))
}

// Characters of names, and around them.
var (
	blanks       = setOf(" \t\n\f\r")
	beforeNumber = setOf(" \t:=([{\"'")
	aroundName   = setOf(" .-/+")
	insideName   = setOf("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./()+")
)

// inName reports whether a name can have a character.
func inName(r rune) bool {
	if r < utf8.RuneSelf {
		return insideName[r]
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// nameBefore returns the name at the end of a text that stands before a number, or "".
func nameBefore(text string) string {
	for trimmed := ""; trimmed != text; {
		trimmed = text
		text = strings.TrimSuffix(trimRight(text, beforeNumber), "：")
	}
	begin, depth, previous := len(text), 0, rune(0)
	for begin > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:begin])
		if r == ')' {
			depth++
		} else if r == '(' {
			depth--
		}
		dash := r == '-' && (previous == ' ' || previous == 0)
		if depth < 0 || dash || r == ' ' && previous == ' ' || !inName(r) {
			break
		}
		begin -= size
		previous = r
	}
	name := text[begin:]
	if depth > 0 {
		name = name[strings.LastIndexByte(name, ')')+1:]
	}
	name = strings.TrimLeft(name, " ")
	if value, rest, ok := strings.Cut(name, " "); ok && begin > 0 && strings.ContainsAny(text[:begin], ":=") && isWordValue(strings.TrimSpace(value)) {
		name = rest
	}
	name = trim(name, aroundName)
	if len(name) > longName || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	return name
}
