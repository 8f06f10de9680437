package command

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
		table := newTable(e.out)
		for _, r := range recipe.List() {
			fmt.Fprintf(table, "%s\t%s\n", r.Name, r.Title)
		}
		return table.Flush()
	}
	r, err := recipe.Find(c.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: %s\nafter %s\ndata %s\n\n", r.Name, r.Title, r.Source, r.Data)
	table := newTable(e.out)
	for _, row := range run.NewConfig(r).Table() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Key, row.Value, row.Doc)
	}
	return table.Flush()
}
