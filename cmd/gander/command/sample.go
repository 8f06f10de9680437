package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type sampleCmd struct {
	RunName     string   `arg:"" name:"run" help:"Run folder, name or number."`
	N           int      `name:"count" short:"n" help:"Number of samples. Default: 64." default:"64" placeholder:"N" min:"1" max:"1000000"` // a million images of MNIST's size are 784 MB
	Seed        uint64   `help:"Where the latents come from. Default: 0." default:"0" placeholder:"N"`
	Output      string   `help:"Which output of the system to draw from. Default: its first." placeholder:"NAME"`
	Class       string   `help:"The class of all samples, or one for each as 0,1,2, or all: a row for each class. The output's condition class, or its only one of this kind." placeholder:"N|all"`
	Given       []string `help:"Another condition of the samples: numbers as v=0.1,0.2, tokens as caption=4,17, a picture as x=FILE.png. May be given more than once." placeholder:"NAME=VALUE" sep:"none"`
	To          string   `short:"o" help:"A picture of all if FILE.png, an array if FILE.npy, points also if FILE.csv, else a new folder of single PNGs. Default: the run's name as PNG." placeholder:"FILE|DIR"`
	Interpolate bool     `help:"Whole rows of images along lines between latents, ten a row, as in Figure 3 of the 2014 paper." xor:"what"`
	Neighbours  bool     `help:"Whole rows of a square, each ending with the training image nearest to its last sample, as in Figure 2." xor:"what"`
	Best        bool     `help:"Take the checkpoint that the run's train.best chose, not the newest."`
	Data        string   `help:"Where --neighbours looks. Default: what the run learned." placeholder:"NAME|PATH"`
	Threads     int      `help:"Threads to compute with. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs        string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help follows the first line of the verb's help.
func (*sampleCmd) Help() string {
	return `Samples come from the newest whole checkpoint, or the --best; the run may be training meanwhile. A seed gives the same samples every time, whatever their number. With --class all each column has one latent.`
}

func (c *sampleCmd) Run(e *env) error {
	folder, err := run.Open(c.Runs, c.RunName)
	if err != nil {
		return err
	}
	if c.To == "" {
		c.To = folder.Name() + ".png"
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	g, err := openGenerator(e, device, folder, c.Best)
	if err != nil {
		return err
	}
	sampler, err := g.Sampler(c.Output)
	if err != nil {
		return err
	}
	if err := c.checkForm(sampler.Output.Makes); err != nil {
		return err
	}
	if err := c.write(e.ctx, g, sampler, folder.Name()); err != nil {
		return err
	}
	fmt.Fprintf(e.talk, "wrote %s: step %d of %s, seed %d\n", c.To, g.Step, folder.Name(), c.Seed)
	return nil
}

// openGenerator opens a run's generator at its best checkpoint, or at its newest
// and tells which newer ones are broken.
func openGenerator(e *env, device *engine.Device, folder run.Folder, best bool) (*run.Generator, error) {
	if best {
		return run.OpenBestGenerator(device, folder)
	}
	g, skipped, err := run.OpenGenerator(device, folder)
	sayPassedOver(e, skipped)
	return g, err
}

// write makes the samples and writes them in the form that --to asks for.
func (c *sampleCmd) write(ctx context.Context, g *run.Generator, sampler *run.Sampler, name string) error {
	samples, columns, err := c.draw(ctx, g, sampler)
	if err != nil {
		return err
	}
	text := map[string]string{
		"gander:run": name, "gander:seed": strconv.FormatUint(c.Seed, 10), "gander:step": strconv.FormatInt(g.Step, 10),
	}
	if c.Neighbours {
		return c.writeNeighbours(ctx, g, samples, text)
	}
	return writeSamples(ctx, c.To, g.Config, samples, columns, text)
}

// draw makes the samples, and returns the columns of their picture, 0 for about a
// square.
func (c *sampleCmd) draw(ctx context.Context, g *run.Generator, sampler *run.Sampler) (s *run.Samples, columns int, err error) {
	output := sampler.Output.Name
	given, err := c.given(sampler.Output)
	if err != nil {
		return nil, 0, err
	}
	if c.Class == "all" {
		if c.Interpolate || c.Neighbours {
			return nil, 0, hint.Add(errors.New("--class all has a row for each class, and --interpolate and --neighbours have rows of their own"), "name one class")
		}
		return g.ClassRows(ctx, output, c.N, c.Seed, given)
	}
	n := c.N
	if c.Interpolate {
		columns = min(c.N, 10)
		n = c.N / columns // one condition a row
	}
	conditions, err := sampler.Given(n, given)
	if err != nil {
		return nil, 0, err
	}
	if c.Interpolate {
		s, err = g.Interpolations(ctx, output, n, columns, c.Seed, conditions)
	} else {
		s, err = g.Draw(ctx, output, n, c.Seed, conditions)
	}
	return s, columns, err
}

// writeNeighbours lays out the samples in a square and ends each row with the
// training image nearest to its last sample.
func (c *sampleCmd) writeNeighbours(ctx context.Context, g *run.Generator, made *run.Samples, text map[string]string) error {
	images, err := made.Images()
	if err != nil {
		return err
	}
	learned := g.Config.SetOf(made.Like)
	name := cmp.Or(c.Data, learned.Name)
	set, err := load.Open(name, data.Train, g.Config.Train.Seed)
	if err != nil {
		return err
	}
	columns := int(math.Sqrt(float64(images.N)))
	images = images.Slice(0, images.N/columns*columns)
	nearest, _, err := run.Neighbours(ctx, images, columns, set, learned.Examples)
	if err != nil {
		return err
	}
	grid, err := picture.Neighbours(run.Shown(images), run.Shown(nearest), picture.Options{})
	if err != nil {
		return err
	}
	return writeFile(c.To, func(w io.Writer) error { return picture.EncodePNG(w, grid, text) })
}

// given reads --class, unless it is all, and --given.
func (c *sampleCmd) given(output recipe.Output) (map[string]any, error) {
	given := map[string]any{}
	if class, ok := run.ClassOf(output); ok && c.Class != "" {
		if c.Class != "all" {
			classes, err := integers(c.Class)
			if err != nil {
				return nil, hint.Add(fmt.Errorf("--class %s: %w", c.Class, err), "%s is %s, or all: a row for each class", class.Name, run.Choices(class))
			}
			given[class.Name] = classes
		}
		for _, text := range c.Given {
			if name, _, _ := cutGiven(output, text); name == class.Name {
				return nil, hint.Add(fmt.Errorf("--class %s and --given %s: %s is given twice", c.Class, text, name), "leave one of them out")
			}
		}
	} else if c.Class != "" && c.Class != "all" {
		given[data.ClassField] = c.Class // of which package run says that there is none
	}
	for _, text := range c.Given {
		name, value, err := parseGiven(output, text)
		if err != nil {
			return nil, err
		}
		if _, twice := given[name]; twice {
			return nil, hint.Add(fmt.Errorf("--given %s: %s is given twice", text, name), "give all of its values at once")
		}
		given[name] = value
	}
	return given, nil
}
