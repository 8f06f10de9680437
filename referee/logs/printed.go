package logs

import (
	"io"
	"slices"
	"strings"

	"github.com/gander-ml/gander/referee"
)

// A printed log is what a program printed on its terminal: lines with several numbers, each
// behind its name and a colon, an equals sign or blanks. Other lines are left out.
//
//	[3/25][200/1583] Loss_D: 0.72 Loss_G: 2.1 D(x): .7 D(G(z)): .3 / .1
//	13882 [D loss: 0.61, acc.: 70.31%] [G loss: 0.9]
//	Epoch 3/100 - d_loss: 0.5 - g_loss: 1.2

// mostHead is the number of bytes at the beginning of a printed log in which a loss must be.
const mostHead = 1 << 17

// isPrinted reports whether the beginning of a file is that of a printed log: a line after
// the first, or the only one, has a loss behind its name. The first line of a table has names only.
func isPrinted(head []byte, o Options) bool {
	lines := slices.DeleteFunc(strings.FieldsFunc(string(head), isLineEnd), func(s string) bool { return strings.TrimSpace(s) == "" })
	known := printedNames{options: o}
	var pairs []pair
	for _, line := range lines[min(1, len(lines)-1):] {
		pairs = pairsOf(pairs[:0], line)
		if slices.ContainsFunc(pairs, func(p pair) bool { return isLossMeaning(known.of(p.name).meaning) }) {
			return true
		}
	}
	return printsNumbers(lines, o)
}

// printsNumbers reports whether lines, none of which has a known loss, are those of a printed log:
// a name comes again in front of a number, as in "epoch 0 loss: 0.7", and the first line has such
// names too, or is not that of a table.
func printsNumbers(lines []string, o Options) bool {
	if _, err := columnsOf(slices.Collect(strings.FieldsFuncSeq(lines[0], isSeparator)), o.Columns); err == nil {
		return false // a table that can be read
	}
	first := namesIn(lines[0])
	switch {
	case len(lines) == 1:
		return len(first) > 0
	case len(first) == 0 && isTable(lines[0], lines[1]):
		return false
	}
	seen := map[string]bool{}
	for _, line := range lines[:min(len(lines), namesFrom)] {
		names := namesIn(line)
		if slices.ContainsFunc(names, func(name string) bool { return seen[name] }) {
			return true
		}
		for _, name := range names {
			seen[name] = true
		}
	}
	return false
}

// namesIn returns the names in front of the numbers of a line.
func namesIn(line string) []string {
	var names []string
	for _, p := range pairsOf(nil, line) {
		if p.name != "" && strings.Contains(line, p.name) { // the line does not contain the names of places without a name
			names = append(names, p.name)
		}
	}
	return names
}

// isSeparator reports whether a character can separate the cells of a table with its own lines.
func isSeparator(r rune) bool { return strings.ContainsRune(cellSeparators, r) }

// isTable reports whether two lines can be the names and the first row of a table: they have
// equally many cells, and one of the row is a number.
func isTable(names, row string) bool {
	cells := func(line string) []string { return strings.FieldsFunc(line, isSeparator) }
	isNumber := func(cell string) bool {
		_, ok := number(cell)
		return ok
	}
	return len(cells(names)) > 1 && len(cells(names)) == len(cells(row)) && slices.ContainsFunc(cells(row), isNumber)
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }

func isLossMeaning(meaning string) bool {
	switch meaning {
	case referee.LossD, referee.LossG, referee.LossReal, referee.LossFake:
		return true
	}
	return false
}

// isResult reports whether a meaning is worth a row: others, as a weight of a penalty, also
// stand in the settings that a program prints.
func isResult(meaning string) bool {
	return isLossMeaning(meaning) || meaning == referee.FID || meaning == referee.GoodScore
}

// A printedName is a name in front of a number, what it means, and its last number.
type printedName struct {
	name, meaning string
	result, place bool

	line  int     // the last one that has the name
	next  float64 // the number in this line
	value float64 // the number in the row
	inRow bool
}

// printedNames knows the names of a printed log. It keeps the first mostColumns with a meaning, and
// as many without one.
type printedNames struct {
	options Options
	known   map[string]*printedName
	useful  int
	order   []string // of known, as the log has them
}

// of returns what a name means, also if another name means the same. Beyond mostColumns, a name
// means nothing.
func (n *printedNames) of(name string) *printedName {
	if k, ok := n.known[name]; ok {
		return k
	}
	meaning, ok := n.options.Columns[name]
	switch {
	case name == "":
		meaning = ignored
	case !ok:
		meaning = meaningOf(name)
	}
	useless := len(n.known) - n.useful
	if name == "" || meaning == ignored && useless == mostColumns || meaning != ignored && n.useful == mostColumns {
		return &printedName{meaning: ignored}
	}
	if n.known == nil {
		n.known = map[string]*printedName{}
	}
	if meaning != ignored {
		n.useful++
	}
	name = strings.Clone(name) // a part of a line, which must not stay in memory
	k := &printedName{name: name, meaning: meaning, result: isResult(meaning), place: isPlace(meaning)}
	n.known[name] = k
	n.order = append(n.order, name)
	return k
}

// parsePrinted reads a printed log. A row ends where a number comes again, so the losses of
// D and of G may be on lines of their own.
func parsePrinted(r io.Reader, o Options) (*Log, error) {
	lines := newLines(r)
	p := printedRows{rows: gatherer{format: "printed lines", options: o}, names: printedNames{options: o}, numbers: map[string]float64{}}
	p.rows.names = func() []string { return p.names.order }
	var pairs []pair
	for lines.Scan() {
		for text := range strings.FieldsFuncSeq(lines.Text(), isLineEnd) { // a bar of progress overwrites its line
			pairs = pairsOf(pairs[:0], text)
			if err := p.line(pairs); err != nil {
				return nil, err
			}
		}
	}
	if err := lines.err(); err != nil {
		return nil, err
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return p.rows.finish()
}

// A printedRows joins the lines of a printed log to rows.
type printedRows struct {
	rows  gatherer
	names printedNames
	lines int
	found []*printedName // in the line
	row   []*printedName // in the row, which is not yet complete
	epoch *pair          // of a line before, with no other number that has a meaning

	numbers map[string]float64 // of a row; kept for the next one
}

// line adds the numbers of a line.
func (p *printedRows) line(pairs []pair) error {
	p.lines++
	p.found = p.found[:0]
	results, alone, again := 0, true, false
	for _, x := range pairs {
		name := p.names.of(x.name)
		if name.meaning == ignored || name.line == p.lines { // of two numbers with one name, the first
			continue
		}
		name.line, name.next = p.lines, x.value
		p.found = append(p.found, name)
		alone = alone && name.meaning == epochColumn
		if name.result {
			results++
		}
		again = again || name.inRow && !(name.place && name.value == x.value)
	}
	if len(p.found) == 0 || results == 0 && !namesPlace(pairs[0].name) {
		return nil // as BatchNorm2d(64, eps=1e-05)
	}
	if again {
		if err := p.end(); err != nil {
			return err
		}
	}
	for _, name := range p.found {
		if alone {
			p.epoch = &pair{name.name, name.next}
		}
		if name.value = name.next; !name.inRow {
			name.inRow = true
			p.row = append(p.row, name)
		}
	}
	return nil
}

// end adds the row that is complete. A row without a loss or a score is left out.
func (p *printedRows) end() error {
	numbers, results := p.numbers, 0
	clear(numbers)
	if p.epoch != nil {
		numbers[p.epoch.name] = p.epoch.value
	}
	for _, name := range p.row {
		numbers[name.name] = name.value
		name.inRow = false
		if name.result {
			results++
		}
	}
	p.row = p.row[:0]
	if results == 0 {
		return nil
	}
	return p.rows.add(numbers)
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
