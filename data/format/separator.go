package format

import (
	"errors"
	"strconv"
	"strings"
)

// separatorNames are the separators of fields that are recognised.
var separatorNames = map[rune]string{',': "comma", ';': "semicolon", '\t': "tab"}

// sampleLines is how many lines at the beginning of a file are looked at.
const sampleLines = 20

// separator tells how the fields of a CSV file are separated whose beginning is
// head: by what gives all the first lines as many fields, more than one, and most of
// them numbers. If nothing does, it is what the first line has most of.
func separator(head []byte) rune {
	best, most := rune(0), -1.0
	for _, sep := range "\t;," {
		if score := score(splitSample(head, sep), sep); score > most {
			best, most = sep, score
		}
	}
	if most >= 0 {
		return best
	}
	line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	best = ','
	for _, sep := range "\t;" {
		if strings.Count(line, string(sep)) > strings.Count(line, string(best)) {
			best = sep
		}
	}
	return best
}

// score returns which part of the fields of the first lines are numbers, -1 if the
// lines have one field or not all as many.
func score(sample [][]string, sep rune) float64 {
	numbers, fields := 0, 0
	for _, line := range sample {
		if len(line) < 2 || len(line) != len(sample[0]) {
			return -1
		}
		for _, field := range line {
			if sep != ',' {
				field = pointed(field)
			}
			if isNumber(field) {
				numbers++
			}
		}
		fields += len(line)
	}
	if fields == 0 {
		return -1
	}
	return float64(numbers) / float64(fields)
}

// splitSample returns the fields, without blanks and quotes around, of the first
// lines that are not empty. A line that head does not hold to its end counts only if
// it is the first.
func splitSample(head []byte, sep rune) [][]string {
	var lines [][]string
	var fields []string
	quoted, begin := false, 0
	end := func(at int) {
		fields = append(fields, strings.Trim(string(head[begin:at]), " \t\r\n\""))
		begin = at + 1
	}
	for i, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case rune(c) == sep:
			end(i)
		case c == '\n':
			end(i)
			if len(fields) > 1 || fields[0] != "" {
				lines = append(lines, fields)
			}
			fields = nil
			if len(lines) == sampleLines {
				return lines
			}
		}
	}
	if len(lines) == 0 && begin < len(head) {
		end(len(head))
		lines = append(lines, fields)
	}
	return lines
}

// isHeader reports whether the first line of a file holds names; sample are the fields
// of the first lines, and isNumber tells numbers from text.
func isHeader(first []string, sample [][]string, isNumber func(string) bool) bool {
	numbers, next := 0, 0 // how many names are numbers, and which would come next
	for _, field := range first {
		if !isNumber(field) {
			continue
		}
		v, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || numbers > 0 && v != next || numbers == 0 && v != 0 && v != 1 {
			return false
		}
		numbers++
		next = v + 1
	}
	if numbers == 0 {
		return true
	}
	if len(sample) < 2 || len(sample[1]) != len(first) {
		return false
	}
	for k, field := range first {
		nameless := k == 0 && field == "" // as over the index that pandas writes
		if !isNumber(field) && (nameless || isNumber(sample[1][k])) {
			return true
		}
	}
	return false
}

// pointed returns a number with a point in place of a decimal comma, other text as
// it is.
func pointed(field string) string {
	if i := strings.IndexByte(field, ','); i >= 0 && i < len(field)-1 && strings.Count(field, ",") == 1 && !strings.Contains(field, ".") {
		return field[:i] + "." + field[i+1:]
	}
	return field
}

// isNumber reports whether a field is a number, also one that is too large or not
// finite.
func isNumber(field string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
