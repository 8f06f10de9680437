package command

import (
	"context"
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
