package command

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type sampleCmd struct {
	RunName     string   `arg:"" name:"run" help:"Run: its folder, name or number, or latest."`
	N           int      `name:"count" short:"n" help:"Number of samples; without this flag, --class all makes at most 10 of each class, and --given of a folder of pictures, or of one picture if nothing is random, makes one for each picture. Default: 64." placeholder:"N" min:"1" max:"1000000"` // a million images of MNIST's size are 784 MB
	Seed        uint64   `help:"Seed of the latents. Default: 0." placeholder:"N" xor:"seed"`
	Seeds       []uint64 `help:"Several seeds, as 1,2,3: a picture with the rows of each below one another, or a file for each." placeholder:"N" xor:"seed"`
	Output      string   `help:"Output of the system that makes the samples. Default: its first." placeholder:"NAME"`
	Class       string   `help:"The class of all samples, or one for each as 0,1,2, or all: a row for each class. It is the output's condition class, or its only condition of this kind." placeholder:"N|all"`
	Text        []string `help:"The text that the samples are made from, such as a caption. Given more than once, it is one text for each sample. It is the output's condition text." placeholder:"TEXT" sep:"none"`
	Given       []string `help:"Another condition of the samples: numbers, as v=0.1,0.2; tokens, as caption=4,17; a picture, as x=FILE.png, or a folder with one for each sample; the name of a value, as mask=keep-left. May be given more than once." placeholder:"NAME=VALUE" sep:"none"`
	To          string   `short:"o" help:"FILE.png: one picture. FILE.npy: an array. FILE.csv: points as text. FILE.obj: the surfaces of volumes, for programs of 3D graphics. FILE.txt: a table for people, of samples such as messages. Another name: a new folder with one PNG for each sample. -: standard output, see --format. Default: the run's name as PNG, or standard output for samples with a table." placeholder:"FILE|DIR|-"`
	Format      string   `help:"Format of standard output, with -o -: png, npy, csv, obj or txt. Default: png, or txt for samples with a table." oneof:"png,npy,csv,obj,txt" placeholder:"FORMAT"`
	Truncate    *float64 `help:"Draw numbers of normal latents again that are outside of -PSI to PSI, as BigGAN does: with a smaller PSI, such as 0.5, samples vary less and are often better." placeholder:"PSI"`
	Interpolate bool     `help:"Rows of images along straight lines between latents, ten in a row, as in Figure 3 of the 2014 paper." xor:"what"`
	Arithmetic  string   `help:"Latent arithmetic, as '1,2,3 - 4,5,6 + 7,8,9': the numbers are positions, from 0, in the grid that the same command shows without it; each group is the mean of its latents. The picture has the mean of each group at the left, and at the right the result with 8 neighbours." xor:"what" placeholder:"CONCEPTS"`
	Sweep       string   `help:"Change one number of a condition or of a latent along each row, from -2 to 2 or as NAME=FROM,TO: c2 or c2=-1,1; z.3 is number 3 of z, from 0. Each class has a row, unless --class gives one. A condition of classes, such as c1, has a column for each class." placeholder:"NAME" xor:"what"`
	Neighbours  bool     `help:"Rows of a square, each followed by the training image nearest to its last sample, as in Figure 2." xor:"what"`
	checkpointFlags
	Data    string `help:"Dataset in which --neighbours searches. Default: the training data of the run." placeholder:"NAME|PATH"`
	Threads int    `help:"Number of threads. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs    string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*sampleCmd) Help() string {
	return `Samples come from the newest whole checkpoint, with --best from the best, with --step from that of a step. The run may be training at the same time. A seed always gives the same samples; a larger number of samples begins with the same ones. With --class all, the samples of a column have the same latent. With --sweep, all samples of a picture with a row for each class have the same latent.`
}

func (c *sampleCmd) Run(e *env) error {
	folder, err := openRun(c.Runs, c.RunName)
	if err != nil {
		return err
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	g, err := c.open(e, device, folder)
	if err != nil {
		return err
	}
	sampler, err := c.sampler(g)
	if err != nil {
		return err
	}
	if c.N == 0 {
		if c.N, err = c.defaultCount(sampler.Output); err != nil {
			return err
		}
	}
	c.chooseTarget(g.Name, sampler.Output)
	if err := c.checkForm(e, sampler.Output); err != nil {
		return err
	}
	target := sampleTarget{e: e, path: c.To, format: c.format(), table: sampler.Output.Table, metadata: map[string]string{
		"gander:run": g.Name, "gander:step": strconv.FormatInt(g.Step, 10),
	}}
	truncated := ""
	if c.Truncate != nil {
		target.metadata["gander:truncate"] = strconv.FormatFloat(*c.Truncate, 'g', -1, 64)
		truncated = fmt.Sprintf(", latents within ±%g", *c.Truncate)
	}
	written, err := c.write(e.ctx, g, sampler, &target)
	if err != nil {
		return err
	}
	for _, w := range written {
		fmt.Fprintf(e.stderr, "wrote %s: step %d of %s, %s%s\n", w.what, g.Step, g.Name, w.seeds, truncated)
	}
	return nil
}

// sampler returns the sampler of --output, with the latents of --truncate. It is an error if the
// output makes no samples.
func (c *sampleCmd) sampler(g *run.Generator) (*run.Sampler, error) {
	sampler, err := g.Sampler(c.Output)
	if err != nil {
		return nil, err
	}
	if o := sampler.Output; o.Classifies() {
		return nil, hint.Add(fmt.Errorf("output %s of run %s is a classifier: it makes no samples", o.Name, g.Name), "gander classify %s --data NAME|FILE", c.RunName)
	}
	if c.Truncate == nil {
		return sampler, nil
	}
	if err := g.Truncate(c.Output, *c.Truncate); err != nil {
		return nil, err
	}
	return g.Sampler(c.Output)
}

// defaultCount returns the number of samples if the flag is not given.
func (c *sampleCmd) defaultCount(output recipe.Output) (int, error) {
	given, err := c.given(output)
	if err != nil {
		return 0, err
	}
	for _, value := range given {
		switch v := value.(type) {
		case []image.Image:
			return len(v), nil
		case image.Image:
			if len(output.Latents) == 0 {
				return 1, nil
			}
		}
	}
	if class, ok := run.ClassOf(output); ok && c.Class == "all" && c.Sweep == "" {
		return min(64, 10*class.Classes), nil // a row with more samples is hard to look at
	}
	return 64, nil
}

// seeds returns the seeds for which samples are drawn.
func (c *sampleCmd) seeds() []uint64 {
	if len(c.Seeds) > 0 {
		return c.Seeds
	}
	return []uint64{c.Seed}
}

// write draws the samples of every seed and writes them.
func (c *sampleCmd) write(ctx context.Context, g *run.Generator, sampler *run.Sampler, target *sampleTarget) (written []written, err error) {
	if target.format == ".png" {
		return c.writePicture(ctx, g, sampler, target)
	}
	for _, seed := range c.seeds() {
		samples, _, err := c.draw(ctx, g, sampler, seed)
		if err != nil {
			return nil, err
		}
		one := *target
		if len(c.Seeds) > 0 {
			one.path = pathOfSeed(target.path, seed)
		}
		if err := one.write(ctx, samples, seedText(seed)); err != nil {
			return nil, err
		}
		written = append(written, writtenTo(one.path, seed))
	}
	return written, nil
}

// writePicture writes one picture, with a block of rows for each seed.
func (c *sampleCmd) writePicture(ctx context.Context, g *run.Generator, sampler *run.Sampler, target *sampleTarget) ([]written, error) {
	var blocks []image.Image
	for _, seed := range c.seeds() {
		samples, columns, err := c.draw(ctx, g, sampler, seed)
		if err != nil {
			return nil, err
		}
		var block image.Image
		switch {
		case c.Neighbours:
			block, err = c.neighbours(ctx, g, samples)
		case c.Arithmetic != "":
			block, err = arithmeticPicture(g, samples)
		default:
			block, err = g.Config.Picture(samples, nil, columns)
		}
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, block)
	}
	if err := target.writePicture(stack(blocks), seedText(c.seeds()...)); err != nil {
		return nil, err
	}
	return []written{writtenTo(target.path, c.seeds()...)}, nil
}

// draw makes the samples of a seed. It also returns the number of columns of their
// picture, 0 for about a square.
func (c *sampleCmd) draw(ctx context.Context, g *run.Generator, sampler *run.Sampler, seed uint64) (s *run.Samples, columns int, err error) {
	output := sampler.Output.Name
	given, err := c.given(sampler.Output)
	if err != nil {
		return nil, 0, err
	}
	if c.Sweep != "" {
		sweep, err := parseSweep(sampler, c.Sweep)
		if err != nil {
			return nil, 0, err
		}
		return g.Sweep(ctx, output, sweep, c.N, seed, given)
	}
	if c.Class == "all" {
		if c.Interpolate || c.Neighbours || c.Arithmetic != "" {
			return nil, 0, hint.Add(errors.New("--class all makes a row for each class, and --interpolate, --neighbours and --arithmetic make other rows"), "give one class")
		}
		return g.ClassRows(ctx, output, c.N, seed, given)
	}
	if c.Arithmetic != "" {
		concepts, err := parseConcepts(c.Arithmetic, c.N)
		if err != nil {
			return nil, 0, err
		}
		s, err = g.Arithmetic(ctx, output, concepts, seed, given)
		return s, 0, err
	}
	n := c.N
	if c.Interpolate {
		columns = min(c.N, 10)
		n = c.N / columns // one condition for each row
	}
	conditions, err := sampler.Conditions(n, given, seed)
	if err != nil {
		return nil, 0, err
	}
	if c.Interpolate {
		s, err = g.Interpolations(ctx, output, n, columns, seed, conditions)
	} else {
		s, err = g.Draw(ctx, output, n, seed, conditions)
	}
	return s, columns, err
}

// neighbours returns a picture of the samples in a square, with the training image
// nearest to the last sample of each row at its end.
func (c *sampleCmd) neighbours(ctx context.Context, g *run.Generator, samples *run.Samples) (image.Image, error) {
	images, err := samples.Images()
	if err != nil {
		return nil, err
	}
	trained := g.Config.SetOf(samples.Like)
	if c.Data != "" && c.Data != trained.Name {
		trained.Name, trained.Split = c.Data, "" // read in the same way, but divided anew
	}
	set, err := g.Config.OpenData(ctx, samples.Like, data.Train)
	if err != nil {
		return nil, err
	}
	columns := int(math.Sqrt(float64(images.N)))
	images = images.Slice(0, images.N/columns*columns)
	nearest, _, err := run.Neighbours(ctx, images, columns, set, trained.Examples)
	if err != nil {
		return nil, err
	}
	return picture.Neighbours(run.Shown(images), run.Shown(nearest), picture.Options{})
}

// given returns the conditions of --class, --text and --given.
func (c *sampleCmd) given(output recipe.Output) (map[string]any, error) {
	return parseConditions(output, c.Class, c.Text, c.Given)
}
