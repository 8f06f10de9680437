package logs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/referee"
)

// A ColumnError is an error about the columns of a log. [Options.Columns] can mend it.
type ColumnError struct {
	Err     error
	Names   []string // of all columns
	Missing []string // meanings that no column has: losses
	Wrong   string   // the name in Options.Columns that is wrong, or the column that has texts

	// Mend has columns whose names could have the missing meanings, or Wrong as one that is
	// ignored. With them in Options.Columns the log can be read. It is empty if there are none.
	Mend []Column
}

func (e *ColumnError) Error() string { return e.Err.Error() }

// Unwrap returns the error without its columns.
func (e *ColumnError) Unwrap() error { return e.Err }

// lacking returns the error of a log whose columns lack losses. names are those that have numbers.
func lacking(missing []string, columns []Column, names []string) error {
	e := &ColumnError{Missing: missing}
	for _, c := range columns {
		e.Names = append(e.Names, c.Name)
	}
	what := "D and of G"
	if len(missing) == 1 {
		what = map[string]string{referee.LossD: "D", referee.LossG: "G"}[missing[0]]
	}
	e.Err = fmt.Errorf("no column is recognised as the loss of %s", what)
	free := slices.DeleteFunc(slices.Clone(columns), func(c Column) bool {
		return c.Given || c.Meaning != ignored || !slices.Contains(names, c.Name) || !nameable(c.Name)
	})
	e.Mend = assign(missing, free)
	if len(e.Mend) == 0 {
		return hint.Add(e, "give a log with the loss of %s too; its columns are %s", what, listed(e.Names))
	}
	var texts []string
	for _, c := range e.Mend {
		texts = append(texts, c.Name+" = "+c.Meaning)
	}
	return hint.Add(e, "set the meaning of columns, as %s; the columns are %s", strings.Join(texts, ", "), listed(e.Names))
}

// lackingIn returns err. If losses are missing, it also names all columns of the log, of which the
// rows that err is about may lack some. Only columns with one of the names are proposed as losses.
func lackingIn(err error, columns []string, given map[string]string, names []string) error {
	var e *ColumnError
	if !errors.As(err, &e) || len(e.Missing) == 0 {
		return err
	}
	return lacking(e.Missing, guessed(columns, given), names)
}

// letters are words of names that can also mean nothing.
var letters = []string{"a", "a1", "a2"}

// nameable reports whether a column can be proposed as a loss: a message can show its name, and it
// does not name another thing.
func nameable(name string) bool {
	other := func(w string) bool {
		return !slices.Contains(letters, w) && slices.Contains(slices.Concat(wordsOfRate, wordsOfValid, wordsOfSetup, wordsOfStep, wordsOfEpoch, wordsOfBatch), w)
	}
	return strings.TrimSpace(name) == name && name != "" && Shown(name) == name && !slices.ContainsFunc(splitName(afterRun(name)), other)
}

// assign gives each meaning of a loss one of the free columns: of those whose names say most of it,
// the first. It returns nil if there are too few.
func assign(meanings []string, free []Column) []Column {
	var mend []Column
	for _, meaning := range meanings {
		if len(free) == 0 {
			return nil
		}
		own, other := wordsOfD, wordsOfG
		if meaning == referee.LossG {
			own, other = wordsOfG, wordsOfD
		}
		best, most := 0, -10
		for i, c := range free {
			score := 0
			if saysLoss(c.Name) {
				score += 2
			}
			w := splitName(afterRun(c.Name))
			score += overlap(w, own) - overlap(w, other)
			if score > most {
				best, most = i, score
			}
		}
		mend = append(mend, Column{Name: free[best].Name, Meaning: meaning})
		free = slices.Delete(free, best, best+1)
	}
	return mend
}

// overlap returns 1 if two lists have a word in common, otherwise 0.
func overlap(a, b []string) int {
	if slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) }) {
		return 1
	}
	return 0
}
