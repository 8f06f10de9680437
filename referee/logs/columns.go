package logs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/referee"
)

// A Column is a column of a log and its meaning.
type Column struct {
	Name, Meaning string
	Given         bool // by Options.Columns
}

// columnsOf finds the meanings of names. given maps names to meanings. If several names
// have the same meaning, the first one has it, unless a later one is given, or is the first that
// says "loss": of G and G_loss, G may be anything of G.
func columnsOf(names []string, given map[string]string) ([]Column, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			return nil, hint.Add(fmt.Errorf("there is no column %q", name), "its columns are %s", listed(names))
		}
		if !slices.Contains(Meanings(), given[name]) {
			return nil, hint.Add(fmt.Errorf("column %q: unknown meaning %q", name, given[name]), "known are %s", strings.Join(Meanings(), ", "))
		}
	}
	taken := map[string]int{} // the column that has a meaning
	for i, name := range names {
		if meaning, ok := given[name]; ok {
			taken[meaning] = i
		}
	}
	for i, name := range names {
		meaning := meaningOf(name)
		if _, is := taken[meaning]; !is && saysLoss(name) {
			taken[meaning] = i
		}
	}
	columns := make([]Column, len(names))
	for i, name := range names {
		meaning, ok := given[name]
		if !ok {
			meaning = meaningOf(name)
			if owner, is := taken[meaning]; is && owner != i {
				meaning = ignored
			}
			taken[meaning] = i
		}
		columns[i] = Column{name, meaning, ok}
	}
	return columns, check(columns)
}

// check returns an error unless there are losses of both players, or a number to judge.
func check(columns []Column) error {
	has := func(meaning string) bool {
		return slices.ContainsFunc(columns, func(c Column) bool { return c.Meaning == meaning })
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	halves := has(referee.LossReal) && has(referee.LossFake)
	switch {
	case has(referee.LossG) && (has(referee.LossD) || halves):
		return nil
	case has(referee.FID) || has(referee.GoodScore) || has(referee.Penalty):
		return nil
	case has(referee.LossG):
		return lacking("D", names)
	case has(referee.LossD) || halves:
		return lacking("G", names)
	}
	return lacking("D and of G", names)
}

func lacking(what string, names []string) error {
	return hint.Add(fmt.Errorf("no column is recognised as the loss of %s", what),
		"name it, for example %s=%s; the columns are %s", Shown(names[0]), referee.LossD, listed(names))
}

// mostListed is the greatest number of names in a message.
const mostListed = 30

// listed joins names for a message. Of many it has the first ones.
func listed(names []string) string {
	var texts []string
	for _, name := range names[:min(len(names), mostListed)] {
		texts = append(texts, Shown(name))
	}
	if more := len(names) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ", ")
}

// Shown returns the name of a column for a message: a long one is shortened, and one with
// characters that a terminal would obey is quoted.
func Shown(name string) string {
	name = clip(name)
	unsafe := func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }
	if strings.ContainsFunc(name, unsafe) {
		return strconv.Quote(name)
	}
	return name
}
