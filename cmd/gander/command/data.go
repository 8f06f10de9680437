package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"text/tabwriter"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/download"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
)

type dataCmd struct {
	List dataListCmd `cmd:"" default:"withargs" help:"List the known datasets and where they are."`
	Show dataShowCmd `cmd:"" help:"Show what is in a dataset."`
	Get  dataGetCmd  `cmd:"" help:"Download a dataset."`
}

type dataListCmd struct {
	JSON bool `name:"json" help:"Write one JSON object for each dataset to standard output."`
}

// A datasetRow is a dataset of the catalogue, and where it is.
type datasetRow struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Here   bool   `json:"here"`
	Folder string `json:"folder,omitempty"` // "" if it is built in or not here
}

func datasetRows() []datasetRow {
	var rows []datasetRow
	for _, entry := range data.List() {
		folder, err := load.Locate(entry)
		row := datasetRow{Name: entry.Info.Name, Title: entry.Title, Here: err == nil}
		if folder != "" {
			row.Folder = filepath.Clean(folder)
		}
		rows = append(rows, row)
	}
	return rows
}

// place returns where the dataset is, or the command that downloads it.
func (r *datasetRow) place() string {
	switch {
	case !r.Here:
		return "not here: " + program() + " data get " + r.Name
	case r.Folder == "":
		return "built in"
	}
	return r.Folder
}

func (c *dataListCmd) Run(e *env) error {
	var rows [][]string
	encoder := json.NewEncoder(e.stdout)
	for _, row := range datasetRows() {
		if !c.JSON {
			rows = append(rows, []string{row.Name, row.Title, row.place()})
		} else if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	return e.writeList(rows)
}

// newTable returns a writer that aligns columns, which are separated by tabs.
func newTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

type dataGetCmd struct {
	Name string `arg:"" help:"Dataset name."`
	To   string `help:"Folder for the files. Default: the one that is searched first." placeholder:"DIR"`
}

func (c *dataGetCmd) Run(e *env) error {
	entry, err := data.Lookup(c.Name)
	if err != nil {
		return err
	}
	if entry.IsDrawn() {
		fmt.Fprintf(e.stderr, "%s is built in\n", c.Name)
		return nil
	}
	if entry.Base != "" {
		fmt.Fprintf(e.stderr, "%s is made from %s\n", c.Name, entry.Base)
		if entry, err = data.Lookup(entry.Base); err != nil {
			return err
		}
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
	fmt.Fprintf(e.stderr, "%s is in %s\n", entry.Info.Name, c.To)
	return nil
}
