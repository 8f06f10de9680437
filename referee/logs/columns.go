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

// columnsOf finds the meanings of names. given maps names to meanings. It returns an error if
// given is wrong, or if there is nothing to judge.
func columnsOf(names []string, given map[string]string) ([]Column, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(names, name) {
			return nil, hint.Add(&ColumnError{Err: fmt.Errorf("there is no column %q", name), Wrong: name, Names: names}, "its columns are %s", listed(names))
		}
		if !slices.Contains(Meanings(), given[name]) {
			return nil, hint.Add(&ColumnError{Err: fmt.Errorf("column %q: unknown meaning %q", name, given[name]), Wrong: name, Names: names}, "known meanings are %s", strings.Join(Meanings(), ", "))
		}
	}
	columns := guessed(names, given)
	return columns, check(columns)
}

// guessed returns the columns with their meanings, of which given has some. If several names
// have the same meaning, the first one has it, unless a later one is given, or is the first that
// says "loss": of G and G_loss, G may be anything of G.
func guessed(names []string, given map[string]string) []Column {
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
	return columns
}

// check returns an error unless there are losses of both players, or a number to judge.
func check(columns []Column) error {
	has := func(meaning string) bool {
		return slices.ContainsFunc(columns, func(c Column) bool { return c.Meaning == meaning })
	}
	if has(referee.FID) || has(referee.GoodScore) || has(referee.Penalty) {
		return nil
	}
	var missing, names []string
	if !has(referee.LossD) && !(has(referee.LossReal) && has(referee.LossFake)) {
		missing = append(missing, referee.LossD)
	}
	if !has(referee.LossG) {
		missing = append(missing, referee.LossG)
	}
	if len(missing) == 0 {
		return nil
	}
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return lacking(missing, columns, names)
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
func Shown(name string) string { return printable(clip(name)) }

// printable returns a text as it is, or quoted if it has characters that a terminal would obey.
func printable(name string) string {
	unsafe := func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }
	if strings.ContainsFunc(name, unsafe) {
		return strconv.Quote(name)
	}
	return name
}
