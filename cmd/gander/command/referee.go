package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/referee/logs"
)

type refereeCmd struct {
	RunName  string   `arg:"" optional:"" name:"run" help:"Run: its folder, name or number, or latest."`
	Losses   string   `help:"Log of another program instead of a run: what a program printed, as text, a CSV or JSON file, an event file of TensorBoard, or a folder with event files or with one other log." placeholder:"FILE|DIR"`
	Column   []string `help:"Meaning of a column of --losses, if the guess is wrong. May be given more than once." placeholder:"NAME=MEANING" sep:"none"`
	Loss     string   `help:"Kind of the losses: cross-entropy, least-squares, hinge or wasserstein. Default: guessed." oneof:"cross-entropy,least-squares,hinge,wasserstein" placeholder:"KIND"`
	Halves   string   `help:"How D's loss combines its losses on real examples and on samples: sum or mean. Default: guessed." oneof:"sum,mean" placeholder:"HOW"`
	Examples int64    `help:"Number of training examples of --losses." placeholder:"N" min:"1"`
	Classes  int      `help:"Number of classes of --losses." placeholder:"N" min:"2"`
	Samples  []string `help:"Samples of another program, in the order of the training: files or folders, or a folder with one for each step. May be given more than once." placeholder:"FILE|DIR" sep:"none"`
	Data     string   `help:"Real examples, with which --samples are compared." placeholder:"NAME|PATH"`
	JSON     bool     `name:"json" help:"Write one JSON object for each finding to standard output."`
	Runs     string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*refereeCmd) Help() string {
	return `The referee shows the numbers of each failure that it finds, and suggests what to change. It judges a run of gander, or a log with the losses of D and of G, whose columns it recognises by their names. Losses alone cannot show mode collapse, memorisation or samples of low quality; with --samples and --data it sees these too. docs/failures.md describes each failure.`
}

func (c *refereeCmd) Run(e *env) error {
	h, err := c.history(e)
	if err != nil {
		return err
	}
	for _, f := range referee.Judge(h) {
		if c.JSON {
			if err := json.NewEncoder(e.stdout).Encode(f); err != nil {
				return err
			}
			continue
		}
		fmt.Fprint(e.stdout, findingText(f))
	}
	return nil
}

// history reads what the flags name.
func (c *refereeCmd) history(e *env) (*referee.History, error) {
	foreign := c.Losses != "" || len(c.Samples) > 0
	switch {
	case c.RunName != "" && foreign:
		return nil, hint.Add(errors.New("there is a run, and also --losses or --samples"), "give one of them")
	case c.RunName == "" && !foreign:
		return nil, hint.Add(errors.New("there is nothing to judge"), "name a run, or give --losses FILE")
	case len(c.Samples) > 0 && c.Data == "":
		return nil, hint.Add(errors.New("--samples are compared with real examples, and --data is not given"), "give --data NAME|PATH")
	case c.Data != "" && len(c.Samples) == 0:
		return nil, hint.Add(errors.New("--data is for --samples, and there are none"), "leave it out; a run knows its data")
	case !foreign:
		folder, err := openRun(c.Runs, c.RunName)
		if err != nil {
			return nil, err
		}
		return folder.History()
	}
	h := &referee.History{}
	if c.Losses != "" {
		log, err := c.readLosses(e)
		if err != nil {
			return nil, err
		}
		sayLog(e, log)
		h = log.History
	}
	h.Examples, h.Classes = c.Examples, c.Classes
	return h, c.addSamples(e, h)
}

// sayLog prints what was guessed about a log.
func sayLog(e *env, log *logs.Log) {
	fmt.Fprintf(e.stderr, "%s, %s\n", log.Format, words.Count(log.Rows, "row", "rows"))
	var unread []string
	for _, col := range log.Columns {
		switch {
		case col.Meaning == "ignored":
			unread = append(unread, logs.Shown(col.Name))
		case col.Name != col.Meaning:
			fmt.Fprintf(e.stderr, "column %s is read as %s\n", logs.Shown(col.Name), col.Meaning)
		}
	}
	if len(unread) > 0 {
		fmt.Fprint(e.stderr, wrap("columns that are not read: "+strings.Join(unread, ", "), "", "  "))
	}
	for _, note := range log.Notes {
		fmt.Fprintf(e.stderr, "note: %s\n", note)
	}
}

// findingText explains a finding in lines of a terminal.
func findingText(f referee.Finding) string {
	var b strings.Builder
	head := fmt.Sprintf("%s: %s", f.Failure, f.Failure.Title())
	if f.Failure.Bad() {
		head += fmt.Sprintf(" (%s), since %s", f.Confidence(), f.At())
	}
	b.WriteString(wrap(head, "", "  "))
	for _, g := range f.Figures {
		b.WriteString(wrap(g.String(), "  ", "    "))
	}
	b.WriteString(wrap(f.Why, "", ""))
	if len(f.Remedies) > 1 {
		b.WriteString(wrap("Try the first; if it does not help enough, add the next:", "", ""))
	}
	for i, r := range f.Remedies {
		b.WriteString(wrap(fmt.Sprintf("%d. %s", i+1, r.What), "  ", "     "))
		if r.Command != "" {
			fmt.Fprintf(&b, "     %s\n", strings.Replace(r.Command, "gander", program(), 1))
		}
	}
	return b.String()
}
