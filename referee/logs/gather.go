package logs

import (
	"errors"
	"maps"
	"slices"

	"github.com/gander-ml/gander/hint"
)

// namesFrom is the number of first rows from which the names are taken, where a file has no
// line of names: not every row has every number.
const namesFrom = 200

// errNoNumbers is the error of a file without any number that has a name.
var errNoNumbers = errors.New("it has no number with a name")

// A gatherer builds a history from rows of numbers by name. Its first rows tell the names.
type gatherer struct {
	format  string
	options Options
	names   func() []string // returns the names that the file has, with or without a meaning; nil: those of the rows
	first   []map[string]float64
	b       *builder
}

// add adds a row. It does not keep numbers.
func (g *gatherer) add(numbers map[string]float64) error {
	if g.b != nil {
		g.b.addNamed(numbers)
		return nil
	}
	if g.first = append(g.first, maps.Clone(numbers)); len(g.first) < namesFrom {
		return nil
	}
	return g.begin()
}

// begin finds the columns and adds the first rows.
func (g *gatherer) begin() (err error) {
	names := map[string]bool{}
	for _, numbers := range g.first {
		for name := range numbers {
			names[name] = true
		}
	}
	var inFile []string
	if g.names != nil {
		inFile = g.names()
	}
	for _, name := range inFile {
		if _, given := g.options.Columns[name]; given {
			names[name] = true
		}
	}
	if len(names) == 0 && len(inFile) == 0 {
		return hint.Add(errNoNumbers, "give %s", wanted)
	}
	columns := slices.Sorted(maps.Keys(names))
	if g.b, err = newBuilder(g.format, columns, g.options); err != nil {
		all := append(columns, slices.DeleteFunc(slices.Clone(inFile), func(name string) bool { return names[name] })...)
		return lackingIn(err, all, g.options.Columns, all)
	}
	for _, numbers := range g.first {
		g.b.addNamed(numbers)
	}
	g.first = nil
	return nil
}

// finish returns the log.
func (g *gatherer) finish() (*Log, error) {
	if g.b == nil {
		if err := g.begin(); err != nil {
			return nil, err
		}
	}
	return g.b.finish()
}

// addNamed adds a row of numbers by name.
func (b *builder) addNamed(numbers map[string]float64) {
	values := map[string]float64{}
	for _, c := range b.log.Columns {
		if v, ok := numbers[c.Name]; ok && c.Meaning != ignored {
			values[c.Meaning] = v
		}
	}
	b.add(values)
}
