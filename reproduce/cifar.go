package reproduce

import (
	"cmp"
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

var cifar2014 = Target{
	Name:   "cifar2014",
	Title:  "Figure 2 c and d: random samples of CIFAR-10, and the training images nearest to them",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), Figure 2, and the authors' configuration",
	Takes:  "5 to 10 minutes for each epoch of each of two runs; the published number is unknown, --epochs 10",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	make:   makeCIFAR,
}

// Sizes of the panels, and the length of the runs by default.
const (
	cifarRows, cifarColumns = 4, 5 // of samples; another column has the neighbours
	cifarEpochs             = 10
)

// A panel is one picture of the figure.
type panel struct {
	Letter string
	Form   string // setting of the recipe, folder of the run and name of the picture
}

var cifarPanels = []panel{{"c", "dense"}, {"d", "convolutional"}}

// cifarFound is the input of the page of CIFAR-10.
type cifarFound struct {
	Seed          uint64 // of the runs and of the latents
	Dataset       string
	JPEG          bool // the name of the dataset has the word jpeg
	Rows, Columns int
	Epochs        float64
	Images        int64 // training images
	Changes       []change
	Panels        []shownPanel
}

// A shownPanel is a panel with its run.
type shownPanel struct {
	panel
	Folder    string
	Step      int64
	Epochs    float64 // trained
	Seconds   float64
	Most      float64 // greatest absolute value of the samples
	Neighbour []neighbour
}

// A neighbour is the training image that is nearest to the last sample of a row.
type neighbour struct {
	Index    int64
	Distance float64 // Euclidean, with normalised contrast

	image []float64
}

func makeCIFAR(ctx context.Context, j *job) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	found := cifarFound{
		Seed: seed, Dataset: cmp.Or(j.Data, "cifar10"), Rows: cifarRows, Columns: cifarColumns, Epochs: cmp.Or(j.Epochs, cifarEpochs),
	}
	found.JPEG = strings.Contains(strings.ToLower(filepath.Base(found.Dataset)), "jpeg")
	configs := make([][]*run.Config, len(cifarPanels))
	for i, p := range cifarPanels { // first all, for an error at the beginning
		if configs[i], found.Changes, err = j.panelConfig(found, p); err != nil {
			return err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for i, p := range cifarPanels {
		folders, err := j.within(p.Form).trainAll(ctx, configs[i])
		if err != nil {
			return err
		}
		found.Images = configs[i][0].Data.Examples
		shown, err := j.drawPanel(ctx, device, folders[0], p, seed)
		if err != nil {
			return err
		}
		found.Panels = append(found.Panels, shown)
	}
	return j.finish(found)
}

// panelConfig returns the settings of the run of a panel.
func (j *job) panelConfig(f cifarFound, p panel) ([]*run.Config, []change, error) {
	configs, changed, err := j.configs([]uint64{f.Seed}, func(seed uint64) (*run.Config, error) {
		c, err := newConfig("goodfellow2014-cifar", f.Dataset, seed, f.Epochs)
		if err != nil {
			return nil, err
		}
		c.Train.Keep = 1 // a checkpoint has a gigabyte
		return c, c.Set("model.form=" + p.Form)
	})
	if slices.ContainsFunc(changed, func(c change) bool { return c.Key == "model.form" }) {
		return nil, nil, hint.Add(errors.New("--set form: cifar2014 shows both forms"), "leave it out")
	}
	return configs, changed, err
}

// drawPanel draws the first samples of the seed, with the nearest training images. The
// greatest absolute value of all samples is white, and its negative is black.
func (j *job) drawPanel(ctx context.Context, device *engine.Device, folder run.Folder, p panel, seed uint64) (shownPanel, error) {
	shown := shownPanel{panel: p, Folder: folder.Name()}
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return shown, err
	}
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return shown, err
	}
	shown.Step, shown.Seconds, shown.Epochs = g.Step, last.Seconds, epochsOf(last, g.Config)
	samples, err := g.Draw(ctx, "", cifarRows*cifarColumns, seed, nil)
	if err != nil {
		return shown, err
	}
	for _, v := range samples.Values {
		shown.Most = max(shown.Most, math.Abs(float64(v)))
	}
	training, err := g.Config.OpenData(ctx, recipe.Main, data.Train)
	if err != nil {
		return shown, err
	}
	contrast := recipe.GlobalContrast{Length: g.Config.Model.(*recipe.Goodfellow2014CIFAR).Contrast}
	if shown.Neighbour, err = nearestByContrast(ctx, samples, training, contrast); err != nil {
		return shown, err
	}
	return shown, j.writePanel(samples, shown, seed)
}

// nearestByContrast returns, for the last sample of each row, the training image that is
// nearest after the normalisation of its contrast.
func nearestByContrast(ctx context.Context, samples *run.Samples, training data.Set, contrast recipe.GlobalContrast) ([]neighbour, error) {
	size := samples.Field.Size()
	nearest := make([]neighbour, cifarRows)
	for r := range nearest {
		nearest[r].Distance = math.Inf(1)
	}
	info := training.Info()
	row := info.RowOf(info.First().Name)
	for i := range training.Len() {
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := training.Read(row, i); err != nil {
			return nil, err
		}
		image := contrast.Of(row[0].Bytes)
		for r := range nearest {
			end := (r + 1) * cifarColumns * size
			square := 0.0
			for k, v := range samples.Values[end-size : end] {
				d := float64(v) - image[k]
				square += d * d
			}
			if d := math.Sqrt(square); d < nearest[r].Distance {
				nearest[r] = neighbour{i, d, image}
			}
		}
	}
	return nearest, nil
}

// writePanel writes the picture of a panel.
func (j *job) writePanel(samples *run.Samples, shown shownPanel, seed uint64) error {
	var beside []float32
	for _, n := range shown.Neighbour {
		for _, v := range n.image {
			beside = append(beside, float32(v))
		}
	}
	images := func(values []float32, n int) (picture.Images, error) {
		s, most := samples.Field.Shape, float32(shown.Most)
		return picture.FromFloats(values, n, s[0], s[1], s[2], -most, most)
	}
	made, err := images(samples.Values, samples.N)
	if err != nil {
		return err
	}
	nearest, err := images(beside, cifarRows)
	if err != nil {
		return err
	}
	m, err := picture.Neighbours(made, nearest, picture.Options{})
	if err != nil {
		return err
	}
	return j.writePNG(shown.Form+".png", m, pictureTexts(shown.Folder, seed, shown.Step))
}
