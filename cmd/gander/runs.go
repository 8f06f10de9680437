package main

import (
	"fmt"

	"github.com/gander-ml/gander/run"
)

type runsCmd struct {
	Runs string `help:"Folder of the run folders." default:"runs" placeholder:"DIR"`
}

func (c *runsCmd) Run(e *env) error {
	folders, err := run.List(c.Runs)
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		fmt.Fprintf(e.talk, "no runs in %s; gander train makes the first\n", c.Runs)
		return nil
	}
	for _, f := range folders {
		fmt.Fprintln(e.out, describeRun(f))
	}
	return nil
}

// describeRun writes a line about a run, whatever state it is in.
func describeRun(f run.Folder) string {
	if _, err := f.Config(); err != nil {
		return fmt.Sprintf("%-36s unreadable: %v", f.Name(), err)
	}
	last, err := run.LastRecord(f.JournalFile())
	if err != nil {
		return fmt.Sprintf("%-36s unreadable: %v", f.Name(), err)
	}
	kept, err := f.Checkpoints().List()
	if err != nil {
		return fmt.Sprintf("%-36s unreadable: %v", f.Name(), err)
	}
	return fmt.Sprintf("%-36s %9.1f kimg  step %-8d trained %-8s %d checkpoints",
		f.Name(), last.Kimg, last.Step, duration(last.Seconds), len(kept))
}
