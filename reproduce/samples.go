package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

var figure2 = Target{
	Name:   "figure2",
	Title:  "Figure 2: random samples, and the training images nearest to them",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), Figure 2",
	Takes:  "seconds with --run, else as long as one seed of table1",
	Uses:   []string{"run", "data", "seeds", "epochs", "set"},
	make:   makeFigure2,
}

var figure3 = Target{
	Name:   "figure3",
	Title:  "Figure 3: digits on straight lines between two z",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), Figure 3",
	Takes:  "seconds with --run, else as long as one seed of table1",
	Uses:   []string{"run", "data", "seeds", "epochs", "set"},
	make:   makeFigure3,
}

// Sizes of the figures.
const (
	shownRows          = 8
	shownColumns       = 9 // of samples; Figure 2 has another column, for neighbours
	interpolateColumns = 11
	comparedImages     = 1000 // number of samples, and of test images; their distances from training images are compared
)

// shownFound is the input of the pages of Figures 2 and 3.
type shownFound struct {
	Seed          uint64 // of the latents
	Folder        string
	Recipe        string
	Dataset       string
	Step          int64
	Best          string // the figure that chose the checkpoint; "": the newest
	Trained       uint64 // seed of the run
	Again         string // the command that trains the same generator
	Rows, Columns int
	Distances     []run.Neighbour
	Compared      int       // number of samples
	Made          meanError // of their distances
	HeldOut       int       // number of test images
	Held          meanError // of their distances
}

func makeFigure2(ctx context.Context, j *job) error {
	return j.show(ctx, func(g *run.Generator, found *shownFound) (image.Image, error) {
		found.Columns = shownColumns
		samples, err := drawImages(ctx, g, shownRows*shownColumns, found.Seed)
		if err != nil {
			return nil, err
		}
		training, err := load.Open(found.Dataset, data.Train, g.Config.Train.Seed)
		if err != nil {
			return nil, err
		}
		nearest, distances, err := run.Neighbours(ctx, samples, shownColumns, training, g.Config.Data.Examples)
		if err != nil {
			return nil, err
		}
		found.Distances = distances
		if err := found.compare(ctx, g, training); err != nil {
			return nil, err
		}
		return picture.Neighbours(samples, nearest, picture.Options{})
	})
}

func makeFigure3(ctx context.Context, j *job) error {
	return j.show(ctx, func(g *run.Generator, found *shownFound) (image.Image, error) {
		found.Columns = interpolateColumns
		samples, err := g.Interpolations(ctx, "", shownRows, interpolateColumns, found.Seed, nil)
		if err != nil {
			return nil, err
		}
		return g.Config.Picture(samples, nil, interpolateColumns)
	})
}

// show opens the run that is shown, or trains one. It writes the picture that draw returns,
// and the page.
func (j *job) show(ctx context.Context, draw func(*run.Generator, *shownFound) (image.Image, error)) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	folder, _, err := j.judgedRun(ctx, seed, adversarial(cmp.Or(j.Data, "mnist"), j.epochs()))
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	found := shownFound{Seed: seed, Folder: folder.Name(), Rows: shownRows}
	g, err := j.openShown(device, folder, &found)
	if err != nil {
		return err
	}
	picture, err := draw(g, &found)
	if err != nil {
		return err
	}
	if err := j.writePicture(picture, &found); err != nil {
		return err
	}
	return j.finish(found)
}

// openShown opens the best checkpoint of a run, or the newest if the run chooses none.
func (j *job) openShown(device *engine.Device, folder run.Folder, f *shownFound) (*run.Generator, error) {
	config, err := folder.Config()
	if err != nil {
		return nil, err
	}
	var g *run.Generator
	if config.Train.Best != "" {
		f.Best = config.Train.Best
		g, err = run.OpenBestGenerator(device, folder)
	} else {
		g, err = j.openGenerator(device, folder)
	}
	if err != nil {
		return nil, err
	}
	if outputs := g.Outputs(); len(outputs) == 0 || !outputs[0].Makes.IsImage() {
		return nil, hint.Add(fmt.Errorf("run %s makes no images, and this figure shows images", folder.Name()), "--run with a run of images")
	}
	f.Recipe, f.Dataset, f.Step, f.Trained = config.Recipe.Name, config.Data.Name, g.Step, config.Train.Seed
	f.Again = trainCommand(config, g.Step)
	return g, nil
}

// trainCommand returns the command that trains a run up to a step.
func trainCommand(c *run.Config, step int64) string {
	words := []string{"gander", "train", c.Recipe.Name}
	if c.Data.Name != "" {
		words = append(words, "--data", c.Data.Name)
	}
	words = append(words, "--seed", strconv.FormatUint(c.Train.Seed, 10), "--steps", strconv.FormatInt(step, 10))
	for _, changed := range changes(run.NewConfig(c.Recipe).Table(), c.Table()) {
		// Only the model and the sets of other roles change the result of the training.
		if strings.HasPrefix(changed.Key, "model.") || strings.HasPrefix(changed.Key, "data_") {
			value := changed.Value
			if text, err := strconv.Unquote(value); err == nil { // --set takes texts without quotes
				value = text
			}
			words = append(words, "--set", changed.Key+"="+value)
		}
	}
	return shell.Join(words...)
}

// writePicture writes the target's PNG, with the run, seed and step as text.
func (j *job) writePicture(m image.Image, f *shownFound) error {
	return j.writePNG(j.target.Name+".png", m, pictureTexts(f.Folder, f.Seed, f.Step))
}

// compare computes the distances of samples and of test images to their nearest training
// images. The samples of a generator that copies are much nearer.
func (f *shownFound) compare(ctx context.Context, g *run.Generator, training data.Set) error {
	samples, err := drawImages(ctx, g, comparedImages, f.Seed)
	if err != nil {
		return err
	}
	test, err := someOf(g.Config.Data.Name, g.Config.Train.Seed)
	if err != nil {
		return err
	}
	distances := func(images picture.Images) (meanError, error) {
		_, found, err := run.Neighbours(ctx, images, 1, training, g.Config.Data.Examples)
		return meanDistance(found), err
	}
	f.Compared, f.HeldOut = samples.N, test.N
	if f.Made, err = distances(samples); err != nil {
		return err
	}
	f.Held, err = distances(test)
	return err
}

// meanDistance returns the mean distance of neighbours.
func meanDistance(list []run.Neighbour) meanError {
	var distances []float64
	for _, n := range list {
		distances = append(distances, n.Distance)
	}
	return meanErrorOf(distances)
}

// someOf returns comparedImages test images of a dataset of images, drawn at random from
// seed 0, or all if there are fewer.
func someOf(name string, seed uint64) (picture.Images, error) {
	test, err := load.Open(name, data.Test, seed)
	if err != nil {
		return picture.Images{}, err
	}
	test = data.Draw(test, comparedImages, 0, "reproduce: test images")
	info := test.Info()
	field, row := info.First(), make(data.Row, len(info.Fields))
	images := picture.Images{N: int(test.Len()), Channels: field.Shape[0], Height: field.Shape[1], Width: field.Shape[2]}
	images.Pixels = make([]byte, images.N*field.Size())
	for i := range images.N {
		row[0].Bytes = images.Slice(i, i+1).Pixels
		if err := test.Read(row, int64(i)); err != nil {
			return picture.Images{}, err
		}
	}
	return images, nil
}
