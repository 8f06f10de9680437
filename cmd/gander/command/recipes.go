package command

import (
	"encoding/json"
	"fmt"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type recipesCmd struct {
	Name string `arg:"" optional:"" help:"Show the settings of this recipe."`
	JSON bool   `name:"json" help:"Write one JSON object for each recipe to standard output; with NAME also its settings."`
}

// A recipeRow is a recipe as JSON.
type recipeRow struct {
	Name     string       `json:"name"`
	Title    string       `json:"title"`
	Source   string       `json:"source"`
	Data     string       `json:"data,omitempty"`
	Others   []dataOf     `json:"other_data,omitempty"`
	Settings []settingRow `json:"settings,omitempty"`
}

// A dataOf is the default dataset of a role.
type dataOf struct {
	Role string `json:"role"`
	Data string `json:"data"`
}

type settingRow struct {
	Key   string `json:"key"`
	Value string `json:"value"` // as in config.toml
	Doc   string `json:"doc"`
}

func rowOf(r recipe.Recipe) recipeRow {
	row := recipeRow{Name: r.Name, Title: r.Title, Source: r.Source, Data: r.Data}
	for _, role := range r.Others {
		row.Others = append(row.Others, dataOf{role.Name, role.Data})
	}
	return row
}

func (c *recipesCmd) Run(e *env) error {
	if c.Name == "" {
		return c.list(e)
	}
	r, err := recipe.Find(c.Name)
	if err != nil {
		return err
	}
	if c.JSON {
		row := rowOf(r)
		for _, s := range run.NewConfig(r).Table() {
			row.Settings = append(row.Settings, settingRow{s.Key, s.Value, s.Doc})
		}
		return json.NewEncoder(e.stdout).Encode(row)
	}
	if err := e.writeLines(append(describeRecipe(r), "")); err != nil {
		return err
	}
	rows := [][]string{{"SETTING", "DEFAULT", "MEANING"}}
	for _, row := range run.NewConfig(r).Table() {
		rows = append(rows, []string{row.Key, row.Value, row.Doc})
	}
	return e.writeList(rows)
}

// list prints all recipes.
func (c *recipesCmd) list(e *env) error {
	var rows [][]string
	encoder := json.NewEncoder(e.stdout)
	for _, r := range recipe.List() {
		if !c.JSON {
			rows = append(rows, []string{r.Name, r.Title})
		} else if err := encoder.Encode(rowOf(r)); err != nil {
			return err
		}
	}
	return e.writeList(rows)
}

// describeRecipe returns lines with the title of a recipe, its paper, its default data and, if it
// can be built without the data, its outputs.
func describeRecipe(r recipe.Recipe) []string {
	lines := []string{r.Name + ": " + r.Title, "after " + r.Source}
	if r.Data != "" {
		lines = append(lines, "default data: "+r.Data)
	}
	for _, role := range r.Others {
		lines = append(lines, fmt.Sprintf("default data of the role %s: %s", role.Name, role.Data))
	}
	for _, o := range outputsOf(r) {
		line, separator := fmt.Sprintf("output %s: %s", o.Name, madeBy(o)), ", given "
		for _, c := range o.Given {
			line += fmt.Sprintf("%s%s: %s", separator, c.Name, run.Choices(c))
			separator = "; "
		}
		lines = append(lines, line)
	}
	return lines
}

// madeBy describes what an output makes.
func madeBy(o recipe.Output) string {
	switch {
	case o.Makes.IsImage():
		return fmt.Sprintf("images of %v (channels, height, width)", o.Makes)
	case o.Makes.IsVolume():
		return fmt.Sprintf("volumes of %v", o.Makes)
	}
	return o.Makes.String()
}

// outputsOf returns the outputs of a recipe with its default settings and data, none if
// it cannot be built.
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
