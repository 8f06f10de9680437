package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

type sampleCmd struct {
	RunName     string `arg:"" name:"run" help:"Run folder, name or number."`
	N           int    `name:"count" short:"n" help:"Number of samples. Default: 64." default:"64" placeholder:"N" min:"1" max:"1000000"` // a million images of MNIST's size are 784 MB
	Seed        uint64 `help:"Where the latents come from. Default: 0." default:"0" placeholder:"N"`
	Output      string `short:"o" help:"A picture of all if FILE.png, an array if FILE.npy, points also if FILE.csv, else a new folder of single PNGs. Default: the run's name as PNG." placeholder:"FILE|DIR"`
	Interpolate bool   `help:"Whole rows of images along lines between latents, ten a row, as in Figure 3 of the 2014 paper." xor:"what"`
	Neighbours  bool   `help:"Whole rows of a square, each ending with the training image nearest to its last sample, as in Figure 2." xor:"what"`
	Best        bool   `help:"Take the checkpoint that the run's train.best chose, not the newest."`
	Data        string `help:"Where --neighbours looks. Default: what the run learned." placeholder:"NAME|PATH"`
	Threads     int    `help:"Threads to compute with. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs        string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help follows the first line of the verb's help.
func (*sampleCmd) Help() string {
	return `Samples come from the newest whole checkpoint, or the --best; the run may be training meanwhile. A seed gives the same samples every time, whatever their number.`
}

func (c *sampleCmd) Run(e *env) error {
	folder, err := run.Open(c.Runs, c.RunName)
	if err != nil {
		return err
	}
	if c.Output == "" {
		c.Output = folder.Name() + ".png"
	}
	config, err := folder.Config()
	if err != nil {
		return err
	}
	if err := c.checkOutput(config.Data.Dims > 0); err != nil {
		return err
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	g, err := openGenerator(e, device, folder, c.Best)
	if err != nil {
		return err
	}
	if err := c.write(e.ctx, g, folder.Name()); err != nil {
		return err
	}
	fmt.Fprintf(e.talk, "wrote %s: step %d of %s, seed %d\n", c.Output, g.Step, folder.Name(), c.Seed)
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

// kind returns what the output's name asks for: ".png", ".npy", ".csv" or "" for
// a folder.
func (c *sampleCmd) kind() string { return strings.ToLower(filepath.Ext(c.Output)) }

// checkOutput refuses what cannot be written before any work is done for it.
func (c *sampleCmd) checkOutput(points bool) error {
	c.Output = filepath.Clean(c.Output)
	switch {
	case c.Data != "" && !c.Neighbours:
		return hint.Add(errors.New("--data says where --neighbours looks, and there is no --neighbours"), "leave it out")
	case points:
		return c.checkPoints()
	case c.Neighbours && c.kind() != ".png":
		return hint.Add(fmt.Errorf("--neighbours makes one picture, not %s", c.Output), "-o FILE.png")
	case c.kind() == ".png" || c.kind() == ".npy":
		return nil
	case c.kind() != "":
		return hint.Add(fmt.Errorf("cannot write samples as %s", c.Output), "FILE.png, FILE.npy, or a folder's name without a dot")
	}
	if _, err := os.Lstat(c.Output); err == nil {
		return hint.Add(fmt.Errorf("%s is there already", c.Output), "name a folder that is not")
	}
	return nil
}

// write makes the samples and writes them in the form that the output's name
// asks for.
func (c *sampleCmd) write(ctx context.Context, g *run.Generator, name string) error {
	text := map[string]string{
		"gander:run": name, "gander:seed": strconv.FormatUint(c.Seed, 10), "gander:step": strconv.FormatInt(g.Step, 10),
	}
	if g.Config.Data.Dims > 0 {
		return c.writePoints(ctx, g, text)
	}
	columns := 0
	var images picture.Images
	var err error
	if c.Interpolate {
		columns = min(c.N, 10)
		images, err = g.Interpolations(ctx, c.N/columns, columns, c.Seed)
	} else {
		images, err = g.Samples(ctx, c.N, c.Seed)
	}
	switch kind := c.kind(); {
	case err != nil:
		return err
	case c.Neighbours:
		return c.writeNeighbours(ctx, g, images, text)
	case kind == ".png":
		grid, err := picture.Grid(images, columns, picture.Options{})
		if err != nil {
			return err
		}
		return writeFile(c.Output, func(w io.Writer) error { return picture.EncodePNG(w, grid, text) })
	case kind == ".npy":
		return writeFile(c.Output, func(w io.Writer) error {
			return data.EncodeNPY(w, []int{images.N, images.Channels, images.Height, images.Width}, images.Pixels)
		})
	}
	return writeSingles(ctx, c.Output, images, text)
}

func writeFile(path string, write func(io.Writer) error) error {
	return atomicfile.Write(path, 0o666, write)
}

// writeNeighbours lays out the samples in a square and ends each row with the
// training image nearest to its last sample.
func (c *sampleCmd) writeNeighbours(ctx context.Context, g *run.Generator, samples picture.Images, text map[string]string) error {
	name := c.Data
	if name == "" {
		name = g.Config.Data.Name
	}
	set, err := data.Open(name, data.Train, g.Config.Train.Seed)
	if err != nil {
		return err
	}
	columns := int(math.Sqrt(float64(samples.N)))
	samples = samples.Slice(0, samples.N/columns*columns)
	nearest, _, err := run.Neighbours(ctx, samples, columns, set, g.Config.Data.Examples)
	if err != nil {
		return err
	}
	grid, err := picture.Neighbours(samples, nearest, picture.Options{})
	if err != nil {
		return err
	}
	return writeFile(c.Output, func(w io.Writer) error { return picture.EncodePNG(w, grid, text) })
}

// writeSingles writes each image as a PNG in a new folder, which appears whole
// or not at all.
func writeSingles(ctx context.Context, dir string, images picture.Images, text map[string]string) (err error) {
	making := filepath.Join(filepath.Dir(dir), fmt.Sprintf(".%s-%08x", filepath.Base(dir), rand.Uint32()))
	err = os.Mkdir(making, 0o777)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err // without the name of a folder that nobody asked for
	}
	if err != nil {
		return atomicfile.Explain(dir, err)
	}
	defer os.RemoveAll(making)
	digits := max(4, len(strconv.Itoa(images.N-1)))
	for i := range images.N {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		one, err := picture.Grid(images.Slice(i, i+1), 1, picture.Options{Pad: -1, Scale: 1})
		if err != nil {
			return err
		}
		path := filepath.Join(making, fmt.Sprintf("%0*d.png", digits, i))
		if err := writeFile(path, func(w io.Writer) error { return picture.EncodePNG(w, one, text) }); err != nil {
			return err
		}
	}
	if err := os.Rename(making, dir); err != nil {
		return atomicfile.Explain(dir, err)
	}
	return nil
}
