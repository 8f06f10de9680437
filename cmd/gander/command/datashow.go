package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type dataShowCmd struct {
	Name string   `arg:"" help:"Dataset name or path."`
	Set  []string `help:"Read it with a setting of data, such as data.size=64. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	JSON bool     `name:"json" help:"Write one JSON object to standard output."`
}

func (c *dataShowCmd) Run(e *env) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	if err := loadData(e, config); err != nil {
		return err
	}
	sets, err := c.open(e, config)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeSetJSON(e.stdout, c.Name, sets, config.Notes())
	}
	var text bytes.Buffer
	if entry, err := data.Lookup(c.Name); err == nil {
		fmt.Fprintf(&text, "%s: %s\nterms: %s\ncite: %s\n", entry.Info.Name, entry.Title, entry.Terms, entry.Citation)
	}
	for _, write := range []func(io.Writer, []data.Set) error{writeParts, writeClasses, writeFirst} {
		if err := write(&text, sets); err != nil {
			return err
		}
	}
	for _, note := range config.Notes() {
		fmt.Fprintf(&text, "note: %s\n", note)
	}
	_, err = e.stdout.Write(text.Bytes())
	return err
}

// config returns settings of a run with the dataset: those of data are the same for
// all recipes.
func (c *dataShowCmd) config() (*run.Config, error) {
	r, err := recipe.Find(usualRecipe)
	if err != nil {
		return nil, err
	}
	config := run.NewConfig(r)
	for _, s := range c.Set {
		if !strings.HasPrefix(s, "data.") {
			return nil, hint.Add(fmt.Errorf("--set %s is no setting of data", s), "data.size, data.fit, data.channels and data.skip_broken are")
		}
		if err := config.Set(s); err != nil {
			return nil, notSet(s, r, err)
		}
	}
	config.Data.Name = c.Name
	return config, nil
}

// open opens the parts for training, validation and test. If the set is small, the last
// ones may be nil.
func (c *dataShowCmd) open(e *env, config *run.Config) ([]data.Set, error) {
	sets := make([]data.Set, data.Test+1)
	for split := data.Train; split <= data.Test; split++ {
		set, err := config.OpenData(e.ctx, "", split)
		if split != data.Train && errors.Is(err, data.ErrEmpty) {
			continue
		}
		if err != nil {
			return nil, err
		}
		sets[split] = set
	}
	return sets, nil
}

// writeParts writes the size and the fields of each part.
func writeParts(w io.Writer, sets []data.Set) error {
	table := newTable(w)
	for split, set := range sets {
		size := "endless"
		switch {
		case set == nil:
			fmt.Fprintf(table, "%s\tnone: there are too few\n", data.Split(split))
			continue
		case set.Len() < data.Endless:
			size = fmt.Sprint(set.Len())
		}
		fmt.Fprintf(table, "%s\t%s %s\n", data.Split(split), size, fieldsText(set.Info().Fields))
	}
	err := table.Flush()
	if names := sets[data.Train].Info().First().Names; names != nil {
		fmt.Fprintf(w, "columns: %s\n", strings.Join(names, ", "))
	}
	return err
}

// shownClasses is the largest number of classes that are shown.
const shownClasses = 100

// writeClasses writes the number of examples of each class in each part. It writes
// nothing if the set has no labels or is endless.
func writeClasses(w io.Writer, sets []data.Set) error {
	counts, err := countClasses(sets)
	if err != nil || counts == nil {
		return err
	}
	info := sets[data.Train].Info()
	field, _ := info.Field(data.ClassField)
	names := classNames(info, field)
	table := newTable(w)
	fmt.Fprint(table, "class")
	for split := range sets {
		fmt.Fprintf(table, "\t%v", data.Split(split))
	}
	fmt.Fprintln(table)
	for class := range min(field.Classes, shownClasses) {
		fmt.Fprint(table, class)
		if name := fmt.Sprint(class); names != nil && names[class] != name {
			fmt.Fprint(table, " ", names[class])
		}
		for split := range sets {
			fmt.Fprintf(table, "\t%d", counts[split][class])
		}
		fmt.Fprintln(table)
	}
	if more := field.Classes - shownClasses; more > 0 {
		fmt.Fprintf(table, "and %d more\n", more)
	}
	return table.Flush()
}

// countClasses returns the number of examples of each class in each part. It returns nil if
// the set has no labels or is endless.
func countClasses(sets []data.Set) ([][]int, error) {
	field, ok := sets[data.Train].Info().Field(data.ClassField)
	if !ok || field.Kind != data.Class || sets[data.Train].Len() == data.Endless {
		return nil, nil
	}
	counts := make([][]int, len(sets))
	for split, set := range sets {
		counts[split] = make([]int, field.Classes)
		if set == nil {
			continue
		}
		labels, err := data.ReadLabels(set)
		if err != nil {
			return nil, err
		}
		for _, label := range labels {
			counts[split][label]++
		}
	}
	return counts, nil
}

// classNames returns the names of the classes of a field, nil if they are not known.
func classNames(info data.Info, f data.Field) []string {
	if entry, err := data.Lookup(info.Name); err == nil && f.Labels == nil && f.Name == data.ClassField {
		return entry.ClassNames
	}
	return f.Labels
}

// shownPoints is the largest number of points that are shown.
const shownPoints = 5

// writeFirst writes the first points of a set as CSV. It writes nothing for images.
func writeFirst(w io.Writer, sets []data.Set) error {
	set := sets[data.Train]
	info := set.Info()
	f := info.First()
	if f.Kind != data.Numbers {
		return nil
	}
	row, points := info.RowOf(f.Name), []float32(nil)
	for i := range min(shownPoints, set.Len()) {
		if err := set.Read(row, i); err != nil {
			return err
		}
		points = append(points, row[0].Floats...)
	}
	fmt.Fprintln(w, "its first points:")
	return format.EncodeCSV(w, f.Size(), f.Names, points)
}

// fieldsText describes the fields of an example, in columns.
func fieldsText(fields []data.Field) string {
	var columns []string
	labelled := false
	for i, f := range fields {
		switch {
		case i == 0 && f.IsImage():
			columns = append(columns, "images", fmt.Sprintf("%dx%d", f.Shape[1], f.Shape[2]), words.Count(f.Shape[0], "channel", "channels"))
		case i == 0 && f.Kind == data.Numbers:
			columns = append(columns, "points", words.Count(f.Size(), "dimension", "dimensions"))
		case f.Name == data.ClassField:
			columns, labelled = append(columns, words.Count(f.Classes, "class", "classes")), true
		default:
			columns, labelled = append(columns, fmt.Sprintf("%s: %v", f.Name, f)), labelled || f.Kind == data.Class
		}
	}
	if !labelled {
		columns = append(columns, "no classes")
	}
	return strings.Join(columns, "\t")
}
