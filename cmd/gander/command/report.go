package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/report"
	"github.com/gander-ml/gander/run"
)

type reportCmd struct {
	RunName string `arg:"" name:"run" help:"Run: its folder, name or number, or latest."`
	Output  string `short:"o" help:"File of the page. Default: report.html in the run's folder." placeholder:"FILE"`
	Threads int    `help:"Number of threads. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs    string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*reportCmd) Help() string {
	return `The page is one file that needs no network. It contains curves, samples over time, measures, neighbours in the training data, and settings. gander train also writes it when it ends. The run may be training at the same time.`
}

func (c *reportCmd) Run(e *env) error {
	folder, err := openRun(c.Runs, c.RunName)
	if err != nil {
		return err
	}
	if c.Output == "" {
		c.Output = report.File(folder)
	}
	if info, err := os.Stat(c.Output); err == nil && info.IsDir() {
		return hint.Add(fmt.Errorf("%s is a folder", c.Output), "%s", shell.Join("-o", filepath.Join(c.Output, "report.html")))
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	if err := writeReport(e, e.ctx, device, folder, c.Output, nil); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "wrote %s\n", c.Output)
	return nil
}

// writeReport writes the report of a run. If the generator cannot be opened, the
// report contains the error instead of its pictures. trained, unless nil, has opened
// the data already.
func writeReport(e *env, ctx context.Context, device *engine.Device, folder run.Folder, path string, trained *run.Config) error {
	g, skipped, err := run.OpenGenerator(device, folder)
	sayPassedOver(e, skipped)
	var pictures []report.Picture
	if err == nil {
		if trained != nil {
			g.Config.ShareData(trained)
		}
		pictures = report.Draw(ctx, g)
	} else {
		pictures = []report.Picture{{Title: "Neighbours and interpolation.", Caption: "Not shown: " + err.Error()}}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return report.Write(folder, path, report.Options{Pictures: pictures, Environment: environment(device)})
}

// environment describes the program and the machine.
func environment(device *engine.Device) []report.Fact {
	m := machine.Describe()
	kernels, wrong := engine.Instructions()
	if wrong != nil {
		kernels = wrong.Error()
	}
	return []report.Fact{
		{Name: "gander", Value: version()},
		{Name: "system", Value: m.System},
		{Name: "processor", Value: orDash(m.Processor)},
		{Name: "kernels", Value: kernels},
		{Name: "threads", Value: strconv.Itoa(device.Threads())},
	}
}
