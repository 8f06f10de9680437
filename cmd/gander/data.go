package main

import (
	"fmt"
	"net/http"

	"github.com/gander-ml/gander/data"
)

type dataCmd struct {
	List dataListCmd `cmd:"" default:"1" help:"List the known datasets and where they are."`
	Show dataShowCmd `cmd:"" help:"Tell what is in a dataset."`
	Get  dataGetCmd  `cmd:"" help:"Download a dataset."`
}

type dataListCmd struct{}

func (dataListCmd) Run(e *env) error {
	for _, entry := range data.List() {
		place, err := entry.Locate()
		switch {
		case err != nil:
			place = "not here: gander data get " + entry.Info.Name
		case place == "":
			place = "built in"
		}
		fmt.Fprintf(e.out, "%-14s %-44s %s\n", entry.Info.Name, entry.Title, place)
	}
	return nil
}

type dataShowCmd struct {
	Name string `arg:"" help:"Dataset name or path."`
}

func (c *dataShowCmd) Run(e *env) error {
	if entry, err := data.Lookup(c.Name); err == nil {
		fmt.Fprintf(e.out, "%s: %s\nterms: %s\ncite: %s\n", entry.Info.Name, entry.Title, entry.Terms, entry.Citation)
	}
	for _, split := range []data.Split{data.Train, data.Validation, data.Test} {
		set, err := data.Open(c.Name, split, 0)
		if err != nil {
			return err
		}
		size := "endless"
		if set.Len() < data.Endless {
			size = fmt.Sprint(set.Len())
		}
		i := set.Info()
		fmt.Fprintf(e.out, "%-10s %8s images of %dx%d, %d channels, %d classes\n", split, size, i.Width, i.Height, i.Channels, i.Classes)
	}
	return nil
}

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
		fmt.Fprintf(e.talk, "%s is built in\n", c.Name)
		return nil
	}
	if c.To == "" {
		c.To = entry.Dirs()[0]
	}
	last := ""
	progress := func(file string, done, total int64) {
		if done == total && file != last {
			last = file
			fmt.Fprintf(e.talk, "%s: %d bytes\n", file, total)
		} else if e.interactive && done != total {
			fmt.Fprintf(e.talk, "%s: %d%%\r", file, 100*done/max(total, 1))
		}
	}
	if err := data.Get(e.ctx, http.DefaultClient, entry, c.To, progress); err != nil {
		return err
	}
	fmt.Fprintf(e.talk, "%s is in %s\n", c.Name, c.To)
	return nil
}
