package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/referee/logs"
	"github.com/gander-ml/gander/run"
)

// readLosses reads the log of --losses.
func (c *refereeCmd) readLosses(e *env) (*logs.Log, error) {
	o := logs.Options{Columns: map[string]string{}, Family: referee.Family(c.Loss), Heads: referee.Heads(c.Halves)}
	for _, text := range c.Column {
		at := strings.LastIndexByte(text, '=')
		if at < 1 {
			return nil, hint.Add(fmt.Errorf("--column %s is not NAME=MEANING", text), "the meanings are %s", strings.Join(logs.Meanings(), ", "))
		}
		o.Columns[text[:at]] = text[at+1:]
	}
	if c.Losses == "-" {
		return nil, hint.Add(errors.New("--losses -: there is no such file"), "the name of standard input is /dev/stdin")
	}
	if err := c.isOfGander(); err != nil {
		return nil, err
	}
	log, err := logs.Read(e.ctx, c.Losses, o)
	return log, c.withCommand(err)
}

// isOfGander returns an error if --losses is a run of Gander, its journal, or a folder of runs.
func (c *refereeCmd) isOfGander() error {
	info, err := os.Stat(c.Losses)
	if err != nil {
		return nil // logs.Read reports it
	}
	judges := func(what string, folder run.Folder) error {
		return hint.Add(fmt.Errorf("--losses %s is %s of Gander", c.Losses, what), "%s judges the run, with its probes", shell.Join(program(), "referee", folder.Path()))
	}
	if !info.IsDir() {
		if folder, err := run.OpenFolder(filepath.Dir(c.Losses)); err == nil && filepath.Base(c.Losses) == filepath.Base(folder.JournalFile()) {
			return judges("the journal of a run", folder)
		}
		return nil
	}
	if folder, err := run.OpenFolder(c.Losses); err == nil && hasJournal(folder) {
		return judges("a run", folder)
	}
	runs, err := run.List(c.Losses)
	if err != nil {
		return nil
	}
	if i := slices.IndexFunc(runs, hasJournal); i >= 0 {
		return judges("a folder with "+words.Count(len(runs), "run", "runs"), runs[i])
	}
	return nil
}

// hasJournal reports whether a run has a journal. Programs other than Gander do not write one.
func hasJournal(folder run.Folder) bool {
	info, err := os.Stat(folder.JournalFile())
	return err == nil && info.Mode().IsRegular()
}

// withCommand replaces the hint of an error about a log by a command that can be pasted, if there
// is one.
func (c *refereeCmd) withCommand(err error) error {
	var column *logs.ColumnError
	var folder *logs.FolderError
	advice := ""
	switch {
	case errors.As(err, &folder) && len(folder.Logs) > 0:
		advice = "name one of them: " + c.again(folder.Logs[0])
	case !errors.As(err, &column):
	case len(column.Missing) > 0 && len(column.Mend) == 0:
		var flags []string
		for _, meaning := range column.Missing {
			flags = append(flags, "--column NAME="+meaning)
		}
		advice = fmt.Sprintf("give a log with the losses of D and of G; of this one the columns are %s, and %s tells what one is",
			shown(column.Names), strings.Join(flags, " or "))
	case len(column.Missing) > 0:
		var guess []string
		for _, m := range column.Mend {
			guess = append(guess, fmt.Sprintf("%s is the loss of %s", m.Name, strings.TrimPrefix(m.Meaning, "loss.")))
		}
		advice = fmt.Sprintf("the columns are %s; if %s: %s", shown(column.Names), strings.Join(guess, " and "), c.again(c.Losses, column.Mend...))
	case len(column.Mend) == 0 && c.given(column.Wrong):
		advice = fmt.Sprintf("give --column NAME=MEANING, where NAME is one of %s, and MEANING one of %s", shown(column.Names), strings.Join(logs.Meanings(), ", "))
	case len(column.Mend) > 0:
		advice = "correct the line, or leave the column out: " + c.again(c.Losses, column.Mend...)
	}
	if advice == "" {
		return err
	}
	return &hint.Error{Err: err, Hint: advice}
}

// given reports whether --column names a column.
func (c *refereeCmd) given(name string) bool {
	return slices.ContainsFunc(c.Column, func(text string) bool { return strings.HasPrefix(text, name+"=") })
}

// again returns the command with another log and more columns.
func (c *refereeCmd) again(losses string, more ...logs.Column) string {
	line := []string{program(), "referee"}
	add := func(flag, value string) {
		switch {
		case strings.HasPrefix(value, "-"):
			line = append(line, flag+"="+value)
		case value != "":
			line = append(line, flag, value)
		}
	}
	add("--losses", losses)
	for _, text := range c.Column {
		add("--column", text)
	}
	for _, m := range more {
		add("--column", m.Name+"="+m.Meaning)
	}
	add("--loss", c.Loss)
	add("--halves", c.Halves)
	if c.Examples > 0 {
		add("--examples", strconv.FormatInt(c.Examples, 10))
	}
	if c.Classes > 0 {
		add("--classes", strconv.Itoa(c.Classes))
	}
	for _, samples := range c.Samples {
		add("--samples", samples)
	}
	add("--data", c.Data)
	if c.JSON {
		line = append(line, "--json")
	}
	return shell.Join(line...)
}

// mostShown is the greatest number of names in a hint.
const mostShown = 12

// shown joins the names of columns for a message.
func shown(names []string) string {
	var texts []string
	for _, name := range names[:min(len(names), mostShown)] {
		texts = append(texts, logs.Shown(name))
	}
	if more := len(names) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ", ")
}
