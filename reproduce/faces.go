package reproduce

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

var facePictures = Target{
	Name:   "faces",
	Title:  "Faces: what the recipe images makes of a few hundred photographs",
	Source: "Huang et al. 2024, The GAN is dead; long live the GAN! (arXiv 2501.05441), for the losses; the 400 faces of Samaria and Harter 1994",
	Takes:  "about 25 minutes of one processor; needs the file of the faces, or any pictures",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	needs:  "pictures: a folder, or a file",
	make:   makePictures,
}

// The protocol.
var faceSides = []int{32, 64} // one run each

const (
	faceKimg              = 400
	faceRows, faceColumns = 6, 7 // of samples; another column has the neighbours
	faceMemorised         = 2000 // samples of the measure memorisation
	leastFaces            = 200  // for training; swd compares 100 with 100
)

// The measures that compare samples with half of the pictures.
var faceMeasures = []string{"swd", "kernel", "prdc"}

// picturesFound is the input of the page.
type picturesFound struct {
	Seed          uint64
	Dataset       string
	Pictures      int // all, for training and held out
	Half          int // number of samples, and of real pictures, that are compared
	Memorised     int // number of samples that memorisation reads
	Rows, Columns int
	Runs          []*pictureRun
	Changes       []change
}

// A pictureRun is the run of a size.
type pictureRun struct {
	judged
	Side    int
	Images  int64             // for training
	Results []*measure.Result // with those of real pictures as baselines
}

func makePictures(ctx context.Context, j *job) error {
	if j.Data == "" {
		return hint.Add(errors.New("faces: no pictures"), "--data FILE with faces, or a folder of any pictures")
	}
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	found := picturesFound{Seed: seed, Dataset: filepath.Base(j.Data), Memorised: j.rounds(faceMemorised), Rows: faceRows, Columns: faceColumns}
	configs := make([][]*run.Config, len(faceSides))
	for i, side := range faceSides { // first all, for an error at the beginning
		if configs[i], found.Changes, err = j.configs([]uint64{seed}, j.pictureConfig(side)); err != nil {
			return err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for i, side := range faceSides {
		folders, err := j.within(fmt.Sprintf("%d-pixels", side)).trainAll(ctx, configs[i])
		if err != nil {
			return err
		}
		g, err := j.openGenerator(device, folders[0])
		if err != nil {
			return err
		}
		r := &pictureRun{Side: side, Images: configs[i][0].Data.Examples}
		if r.judged, err = describe(folders[0], g.Config, g.Step, found.Changes); err != nil {
			return err
		}
		j.say("measuring %s", r.Run)
		if err := found.measure(ctx, device, g, r); err != nil {
			return err
		}
		if err := found.draw(ctx, j, g, r); err != nil {
			return err
		}
		found.Runs = append(found.Runs, r)
	}
	return j.finish(found)
}

// pictureConfig returns the protocol of a size.
func (j *job) pictureConfig(side int) protocol {
	return func(seed uint64) (*run.Config, error) {
		c, err := recipeConfig("images", seed)
		if err != nil {
			return nil, err
		}
		c.Data.Name, c.Train.Kimg = j.Data, faceKimg
		if err := c.Set(fmt.Sprintf("data.size=%d", side)); err != nil {
			return nil, err
		}
		if err := c.Resolve(); err != nil {
			return nil, err
		}
		if c.Data.Examples < leastFaces {
			return nil, hint.Add(fmt.Errorf("--data %s: %d pictures for training, want at least %d", j.Data, c.Data.Examples, leastFaces), "use more pictures")
		}
		if j.Epochs > 0 {
			c.Train.Kimg = j.Epochs * float64(c.Data.Examples) / 1000
		}
		return c, nil
	}
}

// measure compares one half of all pictures with samples, and with the other half. It also
// measures whether samples are copies of training pictures.
func (f *picturesFound) measure(ctx context.Context, device *engine.Device, g *run.Generator, r *pictureRun) error {
	real, err := g.Config.LoadReal(ctx, "")
	if err != nil {
		return err
	}
	all := joined(real.Train, real.Validation, real.Test)
	f.Pictures, f.Half = all.Len(), all.Len()/2
	order := permutation(scoringSeed, "halves of the pictures", all.Len())
	samples, err := g.SampleSet(ctx, max(f.Memorised, f.Half), scoringSeed, r.Run)
	if err != nil {
		return err
	}
	task := measure.Task{
		Samples: samples.Slice(0, f.Half), Reference: all.Pick(order[:f.Half]), Train: all.Pick(order[f.Half : 2*f.Half]),
		N: f.Half, Seed: scoringSeed, Device: device,
	}
	for _, name := range faceMeasures {
		if err := r.add(ctx, name, task); err != nil {
			return err
		}
	}
	return r.add(ctx, "memorisation", measure.Task{
		Samples: samples, N: f.Memorised, Train: real.Train, Validation: real.Validation, Reference: real.Test, Seed: scoringSeed, Device: device,
	})
}

// add appends the figures of a measure.
func (r *pictureRun) add(ctx context.Context, name string, task measure.Task) error {
	result, err := runMeasure(ctx, name, task)
	if err == nil {
		r.Results = append(r.Results, result)
	}
	return err
}

// joined returns the examples of all sets that are not nil.
func joined(sets ...*measure.Set) *measure.Set {
	var all *measure.Set
	for _, s := range sets {
		switch {
		case s == nil:
		case all == nil:
			first := *s
			all = &first
		default:
			all.Values, all.Labels = slices.Concat(all.Values, s.Values), slices.Concat(all.Labels, s.Labels)
		}
	}
	return all
}

// draw writes samples with the training pictures nearest to them.
func (f *picturesFound) draw(ctx context.Context, j *job, g *run.Generator, r *pictureRun) error {
	samples, err := drawImages(ctx, g, faceRows*faceColumns, f.Seed)
	if err != nil {
		return err
	}
	training, err := g.Config.OpenData(ctx, recipe.Main, data.Train)
	if err != nil {
		return err
	}
	nearest, _, err := run.Neighbours(ctx, samples, faceColumns, training, r.Images)
	if err != nil {
		return err
	}
	m, err := picture.Neighbours(samples, nearest, picture.Options{})
	if err != nil {
		return err
	}
	return j.writePNG(fmt.Sprintf("faces%d.png", r.Side), m, pictureTexts(r.Run, f.Seed, r.Step))
}
