package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/download"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
)

type dataCmd struct {
	List dataListCmd `cmd:"" default:"1" help:"List the known datasets and where they are."`
	Show dataShowCmd `cmd:"" help:"Tell what is in a dataset."`
	Get  dataGetCmd  `cmd:"" help:"Download a dataset."`
}

type dataListCmd struct{}

func (dataListCmd) Run(e *env) error {
	table := newTable(e.stdout)
	for _, entry := range data.List() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", entry.Info.Name, entry.Title, whereabouts(entry))
	}
	return table.Flush()
}

// whereabouts says where a dataset is, or how to get it.
func whereabouts(entry data.Entry) string {
	place, err := load.Locate(entry)
	switch {
	case err != nil:
		return "not here: gander data get " + entry.Info.Name
	case place == "":
		return "built in"
	}
	return filepath.Clean(place)
}

type dataShowCmd struct {
	Name string `arg:"" help:"Dataset name or path."`
}

func (c *dataShowCmd) Run(e *env) error {
	var text bytes.Buffer
	if entry, err := data.Lookup(c.Name); err == nil {
		fmt.Fprintf(&text, "%s: %s\nterms: %s\ncite: %s\n", entry.Info.Name, entry.Title, entry.Terms, entry.Citation)
	}
	table := newTable(&text)
	var first data.Set
	parts := load.NewParts(c.Name, 0)
	for _, split := range []data.Split{data.Train, data.Validation, data.Test} {
		set, err := parts.Open(e.ctx, split)
		if first != nil && errors.Is(err, data.ErrEmpty) {
			fmt.Fprintf(table, "%s\tnone: there are too few\n", split)
			continue
		}
		if err != nil {
			return err
		}
		size := "endless"
		if set.Len() < data.Endless {
			size = fmt.Sprint(set.Len())
		}
		fmt.Fprintf(table, "%s\t%s %s\n", split, size, fieldsText(set.Info().Fields))
		if split == data.Train {
			first = set
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := writeFirst(&text, first); err != nil {
		return err
	}
	_, err := e.stdout.Write(text.Bytes())
	return err
}

// shownPoints is how many points of a set are shown.
const shownPoints = 5

// writeFirst writes the first points of a set as CSV, nothing of images.
func writeFirst(w io.Writer, set data.Set) error {
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
	return format.EncodeCSV(w, f.Size(), points)
}

// fieldsText says in columns what an example consists of.
func fieldsText(fields []data.Field) string {
	var columns []string
	labelled := false
	for i, f := range fields {
		switch {
		case i == 0 && f.IsImage():
			columns = append(columns, "images", fmt.Sprintf("%dx%d", f.Shape[2], f.Shape[1]), words.Count(f.Shape[0], "channel", "channels"))
		case i == 0 && f.Kind == data.Numbers:
			columns = append(columns, "points", words.Count(f.Size(), "dimension", "dimensions"))
		case f.Name == data.ClassField:
			columns, labelled = append(columns, words.Count(f.Classes, "class", "classes")), true
		default:
			columns = append(columns, fmt.Sprintf("%s: %v", f.Name, f))
		}
	}
	if !labelled {
		columns = append(columns, "no classes")
	}
	return strings.Join(columns, "\t")
}

// newTable returns a writer that aligns columns, which are parted by tabs.
func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

type dataGetCmd struct {
	Name string `arg:"" help:"Dataset name."`
	To   string `help:"Folder to put it in. Default: where it is looked for first." placeholder:"DIR"`
}

func (c *dataGetCmd) Run(e *env) error {
	entry, err := data.Lookup(c.Name)
	if err != nil {
		return err
	}
	if len(entry.Files) == 0 {
		fmt.Fprintf(e.stderr, "%s is built in\n", c.Name)
		return nil
	}
	if c.To == "" {
		places := load.Dirs(entry)
		if len(places) == 0 {
			return hint.Add(fmt.Errorf("there is no folder to put %s in, neither $GANDER_DATA nor a user's cache", c.Name), "--to DIR")
		}
		c.To = places[0]
	}
	last := ""
	progress := func(file string, done, total int64) {
		if done == total && file != last {
			last = file
			fmt.Fprintf(e.stderr, "%s: %d bytes\n", file, total)
		} else if e.interactive && done != total {
			fmt.Fprintf(e.stderr, "%s: %d%%\r", file, 100*done/max(total, 1))
		}
	}
	err = download.Get(e.ctx, http.DefaultClient, entry, c.To, progress)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(e.stderr, "\nthe same command goes on where this one stopped\n")
		return err
	case err != nil:
		return err
	}
	fmt.Fprintf(e.stderr, "%s is in %s\n", c.Name, c.To)
	return nil
}
