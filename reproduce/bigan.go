package reproduce

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

var bigan = Target{
	Name:   "bigan",
	Title:  "BiGAN: what the encoder knows about digits, and reconstructions",
	Source: "Donahue et al. 2017, Adversarial Feature Learning (arXiv 1605.09782), section 4.2, and the log in the README of the authors' code",
	Takes:  "many hours; --set hidden=512 --set batch=64 --epochs 40 about ten minutes",
	Uses:   []string{"data", "seeds", "epochs", "set"},
	needs:  "images in a folder for each class",
	make:   makeBigan,
}

const biganEpochs = 400

// biganMarks are the epochs after which the encoder is judged, before the last one. Those
// of the published log are 0, 1, 25, 200 and 400.
var biganMarks = []float64{0, 1, 25, 100, 200, 300}

// A biganLog is a row of the published log, at the authors' settings.
type biganLog struct {
	Epoch                  int
	D, E                   float64
	Output, Hidden         float64 // accuracy of 1-NN, validation, in percent
	Distance, WrongExample float64
}

var biganLogs = []biganLog{
	{0, .6932, .6932, 91.50, 96.84, 13.64, 13.64}, {1, .4239, 1.2217, 89.94, 92.56, 8.70, 9.55},
	{25, .4490, 1.3910, 95.41, 96.28, 7.29, 9.51}, {200, .1777, 2.8711, 95.92, 97.14, 6.04, 9.91},
	{400, .0545, 3.8253, 92.10, 97.35, 5.95, 9.60},
}

// biganRow is the figures after some epochs.
type biganRow struct {
	Epochs       float64
	Step         int64
	Losses       run.Figures // since the row of the journal before; nil before the first round
	Output       float64     // accuracy of 1-NN on E(x), test
	Hidden       float64     // on the last hidden layer of E
	Distance     float64     // mean of |x - G(E(x))|
	WrongExample float64     // the same with another x
	Seconds      float64
}

// Ratio returns the distance over its baseline.
func (r biganRow) Ratio() float64 { return r.Distance / r.WrongExample }

// Ratio returns the distance over its baseline.
func (r biganLog) Ratio() float64 { return r.Distance / r.WrongExample }

// Loss returns the loss of a player as text.
func (r biganRow) Loss(player string) string {
	if v, ok := r.Losses[player]; ok {
		return fmt.Sprintf("%.4f", v)
	}
	return "-"
}

// biganFound is the input of the page.
type biganFound struct {
	Dataset string
	Seed    uint64
	Epochs  float64
	Changes []change
	Logs    []biganLog
	Rows    []biganRow
	Pixels  float64 // accuracy of 1-NN on pixels
	Train   int
	Test    int
	Passes  int
}

// Last returns the last row.
func (f biganFound) Last() biganRow { return f.Rows[len(f.Rows)-1] }

// StdErr returns the standard error of an accuracy over test images.
func (f biganFound) StdErr() float64 { return math.Sqrt(f.Pixels * (1 - f.Pixels) / float64(f.Test)) }

// Reached reports whether a row has the hidden layer above the pixels, and at most .65 of
// the distance of another example.
func (f biganFound) Reached() bool {
	return slices.ContainsFunc(f.Rows, func(r biganRow) bool { return r.Hidden > f.Pixels && r.Ratio() <= .65 })
}

func makeBigan(ctx context.Context, j *job) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	found := biganFound{Dataset: cmp.Or(j.Data, "mnist"), Seed: seed, Epochs: cmp.Or(j.Epochs, biganEpochs), Logs: biganLogs}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	var sets *digitSets
	for _, epochs := range found.marks() {
		configs, changed, err := j.configs([]uint64{seed}, func(seed uint64) (*run.Config, error) {
			return newConfig("bigan", found.Dataset, seed, max(epochs, 1e-9))
		})
		if err != nil {
			return err
		}
		found.Changes = changed
		row, err := j.readRow(seed, epochs)
		if errors.Is(err, fs.ErrNotExist) {
			if sets == nil {
				if sets, err = openDigitSets(ctx, configs[0], device); err != nil {
					return err
				}
			}
			row, err = j.biganRow(ctx, device, configs[0], sets, epochs)
		}
		if err != nil {
			return err
		}
		found.Rows = append(found.Rows, *row)
	}
	if err := found.compare(ctx, device, sets, seed); err != nil {
		return err
	}
	return j.finish(found)
}

// marks returns the epochs after which the encoder is judged.
func (f biganFound) marks() []float64 {
	var list []float64
	for _, e := range biganMarks {
		if e < f.Epochs {
			list = append(list, e)
		}
	}
	return append(list, f.Epochs)
}

// rowFile returns the name of the file in which a row is kept for the next call. Its run
// has been trained further then.
func rowFile(seed uint64, epochs float64) string {
	return fmt.Sprintf("runs/seed-%d-epoch-%g.json", seed, epochs)
}

func (j *job) readRow(seed uint64, epochs float64) (*biganRow, error) {
	text, err := os.ReadFile(j.path(rowFile(seed, epochs)))
	if err != nil {
		return nil, err
	}
	row := &biganRow{}
	if err := json.Unmarshal(text, row); err != nil {
		return nil, hint.Add(fmt.Errorf("%s: %w", j.path(rowFile(seed, epochs)), err), "remove the folder, or give another --out")
	}
	return row, nil
}

// biganRow trains the run to a number of epochs and judges its encoder.
func (j *job) biganRow(ctx context.Context, device *engine.Device, c *run.Config, sets *digitSets, epochs float64) (*biganRow, error) {
	if epochs == 0 {
		c.Train.Steps = 1 // the checkpoint before the first round is judged
	}
	folders, err := j.trainAll(ctx, []*run.Config{c})
	if err != nil {
		return nil, err
	}
	var g *run.Generator
	row := &biganRow{Epochs: epochs}
	if epochs == 0 {
		g, err = run.OpenGeneratorAt(device, folders[0], 0)
	} else {
		g, err = j.openGenerator(device, folders[0])
	}
	if err != nil {
		return nil, err
	}
	if epochs > 0 {
		last, err := run.LastRecord(folders[0].JournalFile())
		if err != nil {
			return nil, err
		}
		row.Losses, row.Seconds = last.Losses, last.Seconds
		row.Epochs = epochsOf(last, c)
	}
	j.say("judging the encoder after %.3g epochs", row.Epochs)
	if err := sets.judge(ctx, device, g, row); err != nil {
		return nil, err
	}
	if err := j.drawReconstructions(ctx, g, sets); err != nil {
		return nil, err
	}
	text, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	return row, j.write(rowFile(c.Train.Seed, epochs), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// digitSets is the labelled images that encoders are judged by. Pixels are from 0 to 1.
type digitSets struct {
	train, test *measure.Set
	shuffled    []float32 // training images in random order
	pixels      float64   // accuracy of 1-NN on pixels
}

// openDigitSets loads the parts of the data of a run.
func openDigitSets(ctx context.Context, c *run.Config, device *engine.Device) (*digitSets, error) {
	real, err := c.LoadReal(ctx, "")
	if err != nil {
		return nil, err
	}
	s := &digitSets{train: real.Train, test: real.Test}
	if s.train == nil || s.train.Labels == nil || !s.train.Field.IsImage() {
		return nil, hint.Add(fmt.Errorf("dataset %s: features are classified, and it has no images with classes for training", c.Data.Name), "--data with images in a folder for each class")
	}
	s.shuffled = shuffled(s.train, s.train.Len(), c.Train.Seed)
	s.pixels, err = nearestClassAccuracy(ctx, device, s.train, s.test)
	return s, err
}

// nearestClassAccuracy returns the share of the test examples that have the class of the nearest
// training example.
func nearestClassAccuracy(ctx context.Context, device *engine.Device, train, test *measure.Set) (float64, error) {
	r, err := runMeasure(ctx, "1nn-error", measure.Task{Samples: train, Reference: test, N: train.Len(), Device: device})
	if err != nil {
		return 0, err
	}
	v, err := figureOf(r, "error")
	return 1 - float64(v.Value), err
}

// judge computes the figures of an encoder.
func (s *digitSets) judge(ctx context.Context, device *engine.Device, g *run.Generator, row *biganRow) error {
	row.Step = g.Step
	if err := s.reconstruct(ctx, g, row); err != nil { // before the statistics of E change
		return err
	}
	E, err := g.Network("E")
	if err != nil {
		return err
	}
	for _, features := range []struct {
		of       func(*nn.Context, *tensor.Tensor) *tensor.Tensor
		accuracy *float64
	}{{probe.LastHidden(E.Network), &row.Hidden}, {E.Apply, &row.Output}} {
		f, err := probe.NewFeaturesOf(device, E.Store, E.Network, features.of)
		if err != nil {
			return err
		}
		if row.Hidden == 0 { // the statistics are stored, and the second features use them too
			if err := f.Collect(ctx, s.shuffled); err != nil {
				return err
			}
		}
		train, err := featureSet(ctx, f, s.train)
		if err != nil {
			return err
		}
		test, err := featureSet(ctx, f, s.test)
		if err != nil {
			return err
		}
		if *features.accuracy, err = nearestClassAccuracy(ctx, device, train, test); err != nil {
			return err
		}
	}
	return nil
}

// featureSet returns the features of a set, with its labels.
func featureSet(ctx context.Context, f *probe.Features, s *measure.Set) (*measure.Set, error) {
	values, err := f.Of(ctx, s.Values)
	return &measure.Set{Name: "features of " + s.Name, Field: data.Point(f.Size), Values: values, Labels: s.Labels, Classes: s.Classes}, err
}

// reconstruct computes the distances of the test images from their reconstructions, and
// from those of the next image.
func (s *digitSets) reconstruct(ctx context.Context, g *run.Generator, row *biganRow) error {
	made, err := reconstructions(ctx, g, s.test)
	if err != nil {
		return err
	}
	n := s.test.Len()
	for i := range n {
		row.Distance += euclidean(s.test.At(i), made.At(i)) / float64(n)
		row.WrongExample += euclidean(s.test.At((i+1)%n), made.At(i)) / float64(n)
	}
	return nil
}

// reconstructions returns G(E(x)) for the images of a set.
func reconstructions(ctx context.Context, g *run.Generator, s *measure.Set) (*measure.Set, error) {
	made, err := g.Draw(ctx, "reconstruction", s.Len(), 0, run.Inputs{data.ExampleField: {Floats: s.Values}})
	if err != nil {
		return nil, err
	}
	return made.Set("reconstructions"), nil
}

// euclidean returns the distance of two vectors.
func euclidean(a, b []float32) float64 {
	sum := 0.0
	for k, v := range a {
		d := float64(v) - float64(b[k])
		sum += d * d
	}
	return math.Sqrt(sum)
}

// Sizes of the picture of reconstructions.
const (
	reconstructedRows    = 4
	reconstructedColumns = 16
)

// drawReconstructions writes a picture of test images, each row above its reconstructions.
func (j *job) drawReconstructions(ctx context.Context, g *run.Generator, s *digitSets) error {
	n := min(reconstructedRows*reconstructedColumns, s.test.Len())
	some := s.test.Slice(0, n)
	made, err := reconstructions(ctx, g, some)
	if err != nil {
		return err
	}
	m, err := alternating(reconstructedColumns, some, made)
	if err != nil {
		return err
	}
	return j.writePNG("reconstructions.png", m, nil)
}

// compare computes what the rows are compared with.
func (f *biganFound) compare(ctx context.Context, device *engine.Device, sets *digitSets, seed uint64) error {
	if sets == nil { // all rows are from earlier calls
		c, err := newConfig("bigan", f.Dataset, seed, f.Epochs)
		if err != nil {
			return err
		}
		if sets, err = openDigitSets(ctx, c, device); err != nil {
			return err
		}
	}
	f.Pixels, f.Train, f.Test, f.Passes = sets.pixels, sets.train.Len(), sets.test.Len(), sets.train.Len()/probe.Batch
	return nil
}
