package main

import (
	"fmt"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type recipesCmd struct {
	Name string `arg:"" optional:"" help:"Show the settings of this one."`
}

func (c *recipesCmd) Run(e *env) error {
	if c.Name == "" {
		for _, r := range recipe.List() {
			fmt.Fprintf(e.out, "%-16s %s\n", r.Name, r.Title)
		}
		return nil
	}
	r, err := recipe.Find(c.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: %s\nafter %s\ndata %s\n\n", r.Name, r.Title, r.Source, r.Data)
	for _, row := range run.NewConfig(r).Table() {
		fmt.Fprintf(e.out, "%-24s %-18s %s\n", row.Key, row.Value, row.Doc)
	}
	return nil
}
