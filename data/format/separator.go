package format

import (
	"errors"
	"strconv"
	"strings"
)

// separatorNames has the separators of fields, and their names.
var separatorNames = map[rune]string{',': "comma", ';': "semicolon", '\t': "tab"}

// sampleLines is the number of lines at the beginning of a file that separator and isHeader
// use.
const sampleLines = 20

// separator returns the separator of the fields of a CSV file that begins with head. All
// first lines must have the same number of fields, more than one. If this is so for several
// separators, it is the one with the largest share of numbers. If it is so for none, it is
// the one that occurs most often in the first line.
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

// score returns the share of numbers among the fields of the first lines. If a line has one
// field, or the lines have different numbers of fields, it returns -1.
func score(sample [][]string, sep rune) float64 {
	numbers, fields := 0, 0
	for _, line := range sample {
		if len(line) < 2 || len(line) != len(sample[0]) {
			return -1
		}
		for _, field := range line {
			if sep != ',' {
				field = withPoint(field)
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

// splitSample returns the fields of the first lines that are not empty. White space and
// quotes around a field are removed. A line that is incomplete in head is used only if it is
// the first.
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

// isHeader reports whether the first line of a file has names. sample has the fields of the
// first lines. isNumber reports whether a field is a number.
func isHeader(first []string, sample [][]string, isNumber func(string) bool) bool {
	numbers, next := 0, 0 // the number of names that are numbers, and the next number if they count
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
		nameless := k == 0 && field == "" // pandas writes its index in such a column
		if !isNumber(field) && (nameless || isNumber(sample[1][k])) {
			return true
		}
	}
	return false
}

// withPoint replaces the decimal comma of a number by a point. It returns other text
// unchanged.
func withPoint(field string) string {
	if i := strings.IndexByte(field, ','); i >= 0 && i < len(field)-1 && strings.Count(field, ",") == 1 && !strings.Contains(field, ".") {
		return field[:i] + "." + field[i+1:]
	}
	return field
}

// isNumber reports whether a field is a number. It may be too large or not finite.
func isNumber(field string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
