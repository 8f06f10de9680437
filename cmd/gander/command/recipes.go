package command

import (
	"fmt"
	"io"
	"strings"

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
	if err := describeRecipe(e.out, r); err != nil {
		return err
	}
	table := newTable(e.out)
	for _, row := range run.NewConfig(r).Table() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Key, row.Value, row.Doc)
	}
	return table.Flush()
}

// describeRecipe tells what a recipe is, what it learns from by default, and what it
// then makes.
func describeRecipe(w io.Writer, r recipe.Recipe) error {
	typical, err := r.Typical()
	if err != nil {
		return err
	}
	system, err := r.Build(r.Settings(), typical)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %s\nafter %s\n", r.Name, r.Title, r.Source)
	if r.Data != "" {
		fmt.Fprintf(w, "data %s\n", r.Data)
	}
	for _, role := range r.Others {
		fmt.Fprintf(w, "data_%s %s\n", role.Name, role.Data)
	}
	for _, o := range system.Outputs {
		fmt.Fprintf(w, "makes %s, %v", o.Name, o.Makes)
		if len(o.Given) > 0 {
			var given []string
			for _, c := range o.Given {
				given = append(given, c.Name+", "+run.Choices(c))
			}
			fmt.Fprintf(w, ", given %s", strings.Join(given, "; "))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
	return nil
}
