package command

import (
	"fmt"
	"io"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type recipesCmd struct {
	Name string `arg:"" optional:"" help:"Show the settings of this one."`
}

func (c *recipesCmd) Run(e *env) error {
	if c.Name == "" {
		table := newTable(e.stdout)
		for _, r := range recipe.List() {
			fmt.Fprintf(table, "%s\t%s\n", r.Name, r.Title)
		}
		return table.Flush()
	}
	r, err := recipe.Find(c.Name)
	if err != nil {
		return err
	}
	describeRecipe(e.stdout, r)
	table := newTable(e.stdout)
	for _, row := range run.NewConfig(r).Table() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Key, row.Value, row.Doc)
	}
	return table.Flush()
}

// describeRecipe tells what a recipe is, what it learns from by default, and what it
// then makes, if it can be built without the data.
func describeRecipe(w io.Writer, r recipe.Recipe) {
	fmt.Fprintf(w, "%s: %s\nafter %s\n", r.Name, r.Title, r.Source)
	if r.Data != "" {
		fmt.Fprintf(w, "data %s\n", r.Data)
	}
	for _, role := range r.Others {
		fmt.Fprintf(w, "data_%s %s\n", role.Name, role.Data)
	}
	for _, o := range outputsOf(r) {
		fmt.Fprintf(w, "makes %s, %v", o.Name, o.Makes)
		separator := ", given "
		for _, c := range o.Given {
			fmt.Fprintf(w, "%s%s, %s", separator, c.Name, run.Choices(c))
			separator = "; "
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// outputsOf returns what a recipe makes with its own settings from the data that it is
// meant for, nothing if it cannot be built.
func outputsOf(r recipe.Recipe) []recipe.Output {
	typical, err := r.Typical()
	if err != nil {
		return nil
	}
	system, err := r.Build(r.Settings(), typical)
	if err != nil {
		return nil
	}
	return system.Outputs
}
