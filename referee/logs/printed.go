package logs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gander-ml/gander/referee"
)

// A printed log is what a program printed on its terminal: lines with several numbers, each
// behind its name and a colon, an equals sign or blanks. Other lines are left out.
//
//	[3/25][200/1583] Loss_D: 0.72 Loss_G: 2.1 D(x): .7 D(G(z)): .3 / .1
//	13882 [D loss: 0.61, acc.: 70.31%] [G loss: 0.9]
//	Epoch 3/100 - d_loss: 0.5 - g_loss: 1.2

// Limits of a printed log.
const (
	mostHead = 1 << 17 // bytes at the beginning in which a loss must be
	longName = 48      // bytes of a name; more is a sentence
	mostPair = 256     // numbers of a line that are read
)

// A pair is a number of a line with its name. The name is "" if there is none.
type pair struct {
	name  string
	value float64
}

var (
	escapes  = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)
	clock    = regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?|\b\d+:\d\d(?::\d\d)?(?:\.\d+)?\b`)
	wrappers = regexp.MustCompile(`(?i)\b(?:tensor|array|(?:np\.|numpy\.)?float\d*)\(`)
	units    = regexp.MustCompile(`^(?:[munμ]?s|min|[mhdkx]|it|img|[kKMG]i?B|sec|steps?)\b`)
	printed  = regexp.MustCompile(`(?i)[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|(?:nan|inf(?:inity)?)\b)`)
	fraction = regexp.MustCompile(`^\s*(?:/|of)\s*$`)
	twoParts = regexp.MustCompile(`^(.*)\((\w+)\s*/\s*(\w+)\)$`)
)

// isPrinted reports whether the beginning of a file is that of a printed log: a line after
// the first, or the only one, has a loss behind its name. The first line of a table has names only.
func isPrinted(head []byte, o Options) bool {
	lines := slices.DeleteFunc(strings.FieldsFunc(string(head), isLineEnd), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(lines) > 1 {
		lines = lines[1:]
	}
	return slices.ContainsFunc(lines, func(line string) bool {
		return len(line) <= mostLine && slices.ContainsFunc(pairsOf(line), func(p pair) bool { return isLoss(p.name, o) })
	})
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

func isLoss(name string, o Options) bool {
	meaning, ok := o.Columns[name]
	if !ok && name != "" {
		meaning = meaningOf(name)
	}
	return isLossMeaning(meaning)
}

func isLossMeaning(meaning string) bool {
	return slices.Contains([]string{referee.LossD, referee.LossG, referee.LossReal, referee.LossFake}, meaning)
}

// isResult reports whether a meaning is worth a row: others, as a weight of a penalty, also
// stand in the settings that a program prints.
func isResult(meaning string) bool {
	return isLossMeaning(meaning) || meaning == referee.FID || meaning == referee.GoodScore
}

// parsePrinted reads a printed log. A row ends where a number comes again, so the losses of
// D and of G may be on lines of their own.
func parsePrinted(r io.Reader, o Options) (*Log, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), mostLine)
	p := printedRows{rows: gatherer{format: "printed lines", options: o}, options: o, meanings: map[string]string{}}
	number := 0
	for lines.Scan() {
		number++
		for text := range strings.FieldsFuncSeq(lines.Text(), isLineEnd) { // a bar of progress overwrites its line
			if err := p.line(pairsOf(text)); err != nil {
				return nil, err
			}
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("line %d is longer than %d bytes", number+1, mostLine)
		}
		return nil, err
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return p.rows.finish()
}

// A printedRows joins the lines of a printed log to rows.
type printedRows struct {
	rows     gatherer
	options  Options
	row      map[string]float64 // not yet complete
	epoch    *pair              // of a line before, with no other number that has a meaning
	meanings map[string]string  // by name
}

// line adds the numbers of a line.
func (p *printedRows) line(pairs []pair) error {
	values, results, alone := map[string]float64{}, 0, true
	again := false
	for _, x := range pairs {
		meaning := p.meaning(x.name)
		if _, double := values[x.name]; double || meaning == ignored {
			continue
		}
		values[x.name] = x.value
		alone = alone && meaning == epochColumn
		before, ok := p.row[x.name]
		if isResult(meaning) {
			results++
		}
		again = again || ok && !(isPlace(meaning) && before == x.value)
	}
	if len(values) == 0 || results == 0 && !namesPlace(pairs[0].name) {
		return nil // as BatchNorm2d(64, eps=1e-05)
	}
	if again {
		if err := p.end(); err != nil {
			return err
		}
	}
	if alone {
		for name, v := range values {
			p.epoch = &pair{name, v}
		}
	}
	if p.row == nil {
		p.row = map[string]float64{}
	}
	maps.Copy(p.row, values)
	return nil
}

// end adds the row that is complete. A row without a loss or a score is left out.
func (p *printedRows) end() error {
	row := p.row
	p.row = nil
	results := 0
	for name := range row {
		if isResult(p.meaning(name)) {
			results++
		}
	}
	if results == 0 {
		return nil
	}
	if p.epoch != nil {
		if _, ok := row[p.epoch.name]; !ok {
			row[p.epoch.name] = p.epoch.value
		}
	}
	return p.rows.add(row)
}

// isPlace reports whether a meaning is a place in the training.
func isPlace(meaning string) bool {
	return meaning == stepColumn || meaning == epochColumn || meaning == batchColumn
}

// namesPlace reports whether all words of a name say a place in the training.
func namesPlace(name string) bool {
	all := slices.Concat(wordsOfStep, wordsOfEpoch, wordsOfBatch)
	other := func(w string) bool { return !slices.Contains(all, w) }
	return name != "" && !slices.ContainsFunc(splitName(name), other)
}

// meaning returns the meaning of a name, also if another name has the same.
func (p *printedRows) meaning(name string) string {
	if name == "" {
		return ignored
	}
	if m, ok := p.options.Columns[name]; ok {
		return m
	}
	m, ok := p.meanings[name]
	if !ok {
		m = meaningOf(name)
		if len(p.meanings) < mostColumns {
			p.meanings[name] = m
		}
	}
	return m
}

// pairsOf returns the numbers of a line with their names. Times of day are no numbers. Of
// 3/25 the 25 is left out. Numbers in front of the losses that have no name are the place
// in the training: [3/25][200/1583] is an epoch and a batch, and a whole number at the
// beginning is a step.
func pairsOf(line string) []pair {
	line = wrappers.ReplaceAllString(clock.ReplaceAllString(escapes.ReplaceAllString(line, ""), "|"), "")
	var pairs []pair
	var places []float64 // without a name
	end, name, whole := 0, "", false
	hasEpoch := false
	for _, at := range printed.FindAllStringIndex(line, -1) {
		text := line[at[0]:at[1]]
		if partOfWord(line, at) {
			if unit := units.FindString(line[at[1]:]); unit != "" && (at[0] == 0 || strings.ContainsRune(" \t([,=:|", rune(line[at[0]-1]))) {
				end = at[1] + len(unit) // 157ms is no result, and ends what is before
			}
			continue
		}
		v, ok := number(text)
		if !ok || len(pairs) == mostPair {
			continue
		}
		between, wasWhole := line[end:at[0]], whole
		whole = strings.Trim(text, "0123456789") == ""
		first := end == 0
		end = at[1]
		if fraction.MatchString(between) && !first {
			if !(whole && wasWhole) && name != "" { // two results: D(G(z)): 0.3 / 0.1
				pairs = secondPart(pairs, name, v)
			}
			continue
		}
		name = nameBefore(between)
		switch {
		case name != "":
			hasEpoch = hasEpoch || strings.Contains(strings.ToLower(name), "epoch")
			pairs = append(pairs, pair{name, v})
		case whole && first && strings.TrimLeft(between, " \t#") == "" && !strings.HasPrefix(strings.TrimLeft(line[end:], " "), "/") && !strings.HasPrefix(line[end:], "%"):
			name = stepColumn
			pairs = append(pairs, pair{name, v})
		case whole && len(pairs) <= 1 && (strings.HasPrefix(strings.TrimLeft(line[end:], " "), "/") || strings.HasSuffix(strings.TrimRight(between, " "), "[")):
			places = append(places, v)
		}
	}
	return append(placed(places, hasEpoch), pairs...)
}

// placed returns the meanings of places without a name. One alone may be an epoch, a batch or
// a bar of progress, so it is left out.
func placed(places []float64, hasEpoch bool) []pair {
	switch {
	case hasEpoch && len(places) > 0:
		return []pair{{batchColumn, places[0]}}
	case len(places) > 1:
		return []pair{{epochColumn, places[0]}, {batchColumn, places[1]}}
	}
	return nil
}

// secondPart adds the second of two numbers with one name. If the name has both parts, as in
// "D_loss(real/fake)", the last pair gets the first.
func secondPart(pairs []pair, name string, v float64) []pair {
	if parts := twoParts.FindStringSubmatch(name); parts != nil && len(pairs) > 0 {
		pairs[len(pairs)-1].name = parts[1] + " " + parts[2]
		return append(pairs, pair{parts[1] + " " + parts[3], v})
	}
	return append(pairs, pair{name + " (2)", v})
}

// partOfWord reports whether what looks like a number belongs to a word: d1_real, 1.2it/s.
func partOfWord(line string, at []int) bool {
	inWord := func(c byte) bool {
		return c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
	}
	if at[0] > 0 && inWord(line[at[0]-1]) && !(line[at[0]-1] >= 0x80) {
		return true
	}
	return at[1] < len(line) && line[at[1]] != '.' && inWord(line[at[1]]) && line[at[1]] < 0x80
}

// isWordValue reports whether a word is the value of another name: of "p: no D loss: 0.5", it is
// "no".
func isWordValue(word string) bool {
	return isMissing(word) || slices.Contains([]string{"no", "yes", "true", "false", "off", "on"}, strings.ToLower(word))
}

// nameBefore returns the name at the end of a text that stands before a number, or "".
func nameBefore(text string) string {
	text = strings.TrimRight(text, " \t:：=([{\"'")
	begin, depth, previous := len(text), 0, rune(0)
	for begin > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:begin])
		if r == ')' {
			depth++
		} else if r == '(' {
			depth--
		}
		dash := r == '-' && (previous == ' ' || previous == 0)
		if depth < 0 || dash || r == ' ' && previous == ' ' || !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" _-./()+", r)) {
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
	name = strings.Trim(name, " .-/+")
	if len(name) > longName || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	return name
}
