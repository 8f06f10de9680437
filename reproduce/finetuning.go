package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var fineTuning = Target{
	Name:   "fine-tuning",
	Title:  "Fine-tuning: training that begins with the networks of another dataset",
	Source: "No paper; Wang et al. 2018, Transferring GANs (arXiv 1805.01677), found that the discriminator matters more than the generator and that both together are best",
	Takes:  "about half an hour; --seeds 1 half of it",
	Uses:   []string{"data", "seeds", "set", "jobs"},
	make:   makeFineTuning,
}

// The protocol.
const (
	fineTuningSourceKimg = 100 // of a source run
	fineTuningKimg       = 40
	fineTuningTick       = 4 // kimg from one measuring to the next
	fineTuningSide       = 28
	fineTuningMeasure    = "frechet"
	fineTuningSamples    = 2000
	fineTuningShown      = 16 // samples in a row of a picture
)

// A transferPair is the dataset of a source run, and that of the run that begins with the
// networks of the source run.
type transferPair struct{ From, To string }

// fineTuningPairs is the pairs without --data. With it, its data are learned after each of
// fineTuningSources.
var (
	fineTuningPairs   = []transferPair{{"digits", "mnist"}, {"fashion-mnist", "mnist"}, {"mnist", "fashion-mnist"}, {"mnist", "emojione-2.2.7-64px"}}
	fineTuningSources = []string{"mnist", "emojione-2.2.7-64px"}
)

// fineTuningMethods is the networks that are taken, none first.
var fineTuningMethods = []tunedMethod{{"from scratch", nil}, {"G and D", []string{"G", "D"}}, {"D alone", []string{"D"}}, {"G alone", []string{"G"}}}

type tunedMethod struct {
	Name     string
	Networks []string
}

// tunedFound is the input of the page.
type tunedFound struct {
	Seeds                  []uint64
	SourceKimg, Kimg, Tick float64
	Measure                string
	Samples, Shown         int
	Pairs                  []tunedPair
	Sources                []tunedSource
	Changes                []change
	Protocols              []string
	EarlyKimg              float64
}

// A tunedSource is a source run.
type tunedSource struct {
	Dataset, Run string
	Seconds      float64
}

// A tunedPair is the results of a pair.
type tunedPair struct {
	transferPair
	Name string     // of its pictures
	Rows []tunedRow // of fineTuningMethods
}

// A tunedRow is the results of a method.
type tunedRow struct {
	Name        string
	Taken       []string
	First, Last meanError   // the distance at the first measuring and at the last
	Reached     meanError   // kimg at which the last distance of the same seed from scratch was reached
	Never       int         // seeds that did not reach it
	Runs        [][]float64 // the distances of each seed
	Kimg        []float64   // at which they were measured
	Baseline    float64     // the distance of the same number of real images
	Seconds     float64     // of a run, with its measuring
}

// Faster reports whether the method reached the result from scratch earlier in every seed.
func (r tunedRow) Faster(scratch tunedRow) bool {
	return r.Never == 0 && r.Reached.Mean < scratch.Reached.Mean
}

// Wins reports whether G and D together reached the result from scratch earlier in every seed.
func (p tunedPair) Wins() bool { return p.Rows[1].Faster(p.Rows[0]) }

// Real returns the distance of the same number of real images of each dataset that is learned.
func (f tunedFound) Real() string {
	var list []string
	for _, p := range f.Pairs {
		if text := fmt.Sprintf("%.2f (%s)", p.Rows[0].Baseline, p.To); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, ", ")
}

// Scratch returns the row without transfer.
func (p tunedPair) Scratch() tunedRow { return p.Rows[0] }

func makeFineTuning(ctx context.Context, j *job) error {
	j.defaultSeeds(1, 2)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := tunedFound{
		Seeds: j.Seeds, SourceKimg: fineTuningSourceKimg, Kimg: fineTuningKimg, Tick: fineTuningTick,
		Measure: fineTuningMeasure, Samples: j.rounds(fineTuningSamples), Shown: fineTuningShown,
	}
	pairs := fineTuningPairs
	if j.Data != "" {
		pairs = nil
		for _, from := range fineTuningSources {
			pairs = append(pairs, transferPair{from, j.Data})
		}
		if _, err := tunedConfig(j.Data, j.Seeds[0], fineTuningKimg); err != nil { // before the training of the sources
			return err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	sources, scratch := map[string]run.Folder{}, map[string]tunedRow{}
	for _, pair := range pairs {
		if _, ok := sources[pair.From]; !ok {
			folder, err := found.trainSource(ctx, j, pair.From)
			if err != nil {
				return err
			}
			sources[pair.From] = folder
		}
		if err := found.tune(ctx, j, device, pair, sources[pair.From], scratch); err != nil {
			return err
		}
	}
	return j.finish(found)
}

// dataLabel returns the name of a dataset as a part of the name of a file.
func dataLabel(dataset string) string {
	return method{Name: filepath.Base(dataset)}.folder()
}

// tunedConfig returns the settings of a run on a dataset.
func tunedConfig(dataset string, seed uint64, kimg float64) (*run.Config, error) {
	c, err := newConfigOfSize("images", dataset, seed, fineTuningSide)
	if err != nil {
		return nil, err
	}
	c.Train.Kimg = kimg
	return c, setAll(c, "model.conditional=no", fmt.Sprintf("model.width=%d", transferWidth))
}

// trainSource trains a source run.
func (f *tunedFound) trainSource(ctx context.Context, j *job, dataset string) (run.Folder, error) {
	of := j.within("source")
	configs, _, err := of.configs(j.Seeds[:1], func(seed uint64) (*run.Config, error) { return tunedConfig(dataset, seed, f.SourceKimg) })
	if err != nil {
		return run.Folder{}, err
	}
	j.say("training on %s", dataset)
	folders, err := of.trainAll(ctx, configs)
	if err != nil {
		return run.Folder{}, err
	}
	last, err := run.LastRecord(folders[0].JournalFile())
	f.Sources = append(f.Sources, tunedSource{filepath.Base(dataset), folders[0].Name(), last.Seconds})
	return folders[0], err
}

// tune trains the runs of a pair with every method. scratch keeps the row without transfer
// of each dataset.
func (f *tunedFound) tune(ctx context.Context, j *job, device *engine.Device, pair transferPair, source run.Folder, scratch map[string]tunedRow) error {
	p := tunedPair{transferPair: pair, Name: dataLabel(pair.To) + "-from-" + dataLabel(pair.From)}
	p.From, p.To = filepath.Base(pair.From), filepath.Base(pair.To)
	early, late := &measure.Set{}, &measure.Set{}
	for _, m := range fineTuningMethods {
		where := dataLabel(pair.To) + "-" + method{Name: m.Name}.folder()
		if m.Networks != nil {
			where = p.Name + "-" + strings.Join(m.Networks, "")
		}
		j.say("%s: %s", p.Name, m.Name)
		folders, err := f.trainMethod(ctx, j.within(where), pair.To, source, m)
		if err != nil {
			return err
		}
		row, ok := scratch[pair.To]
		if m.Networks != nil || !ok {
			if row, err = f.row(m, folders); err != nil {
				return err
			}
		}
		if m.Networks == nil {
			scratch[pair.To] = row
		}
		p.Rows = append(p.Rows, row)
		if err := f.show(ctx, device, folders[0], true, early); err != nil {
			return err
		}
		if err := f.show(ctx, device, folders[0], false, late); err != nil {
			return err
		}
	}
	for i := range p.Rows {
		p.Rows[i].reach(p.Rows[0])
	}
	f.Pairs = append(f.Pairs, p)
	if err := j.writeRows(p.Name+"-early.png", early, f.Shown); err != nil {
		return err
	}
	if err := j.writeRows(p.Name+"-late.png", late, f.Shown); err != nil {
		return err
	}
	return j.drawPair(p)
}

// trainMethod trains a run of each seed.
func (f *tunedFound) trainMethod(ctx context.Context, j *job, dataset string, source run.Folder, m tunedMethod) ([]run.Folder, error) {
	newest, _, err := source.Checkpoints().Newest()
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(source.Path())
	if err != nil {
		return nil, err
	}
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := tunedConfig(dataset, seed, f.Kimg)
		if err != nil {
			return nil, err
		}
		c.Train.TickKimg, c.Train.Keep, c.Train.Measure = f.Tick, 1, []string{fmt.Sprintf("%s@%d", f.Measure, f.Samples)}
		if seed == j.Seeds[0] {
			c.Train.Keep = 1000 // for the pictures
		}
		if m.Networks != nil {
			*c.From = run.FromSettings{Run: path, Step: newest.Step, Networks: m.Networks}
		}
		return c, nil
	})
	if err != nil {
		return nil, err
	}
	f.Changes = changed
	return j.trainAll(ctx, configs)
}

// row reads the distances that the runs of a method measured.
func (f *tunedFound) row(m tunedMethod, folders []run.Folder) (tunedRow, error) {
	row := tunedRow{Name: m.Name}
	var first, last []float64
	for i, folder := range folders {
		c, err := folder.Config()
		if err != nil {
			return row, err
		}
		row.Taken = c.From.Taken
		var kimg, distances []float64
		err = eachRecord(folder, func(r run.Record) {
			for _, measured := range r.Measures {
				v, _ := measured.Find("distance")
				kimg, distances = append(kimg, r.Kimg), append(distances, float64(v.Value))
				if v.Baseline != nil {
					row.Baseline = float64(*v.Baseline)
				}
				if text := fmt.Sprintf("%s: in %s, %s", filepath.Base(c.Data.Name), measured.Space, measured.Protocol); i == 0 && m.Networks == nil && len(kimg) == 1 {
					f.Protocols = append(f.Protocols, text)
				}
			}
			row.Seconds = r.Seconds
		})
		if err != nil {
			return row, err
		}
		row.Kimg, row.Runs = kimg, append(row.Runs, distances)
		first, last = append(first, distances[0]), append(last, distances[len(distances)-1])
	}
	row.First, row.Last = meanErrorOf(first), meanErrorOf(last)
	f.EarlyKimg = row.Kimg[0]
	return row, nil
}

// reach finds when the runs reached the last distance of those from scratch.
func (r *tunedRow) reach(scratch tunedRow) {
	var reached []float64
	r.Never = 0
	for i, distances := range r.Runs {
		goal, at := scratch.Runs[i][len(scratch.Runs[i])-1], math.NaN()
		for k, d := range distances {
			if d <= goal {
				at = r.Kimg[k]
				break
			}
		}
		if math.IsNaN(at) {
			r.Never++
			continue
		}
		reached = append(reached, at)
	}
	r.Reached = meanErrorOf(reached)
}

// show appends samples of a run to a set: of the first measuring if early is true, otherwise of
// the last one.
func (f *tunedFound) show(ctx context.Context, device *engine.Device, folder run.Folder, early bool, set *measure.Set) error {
	kept, err := folder.Checkpoints().List()
	if err != nil {
		return err
	}
	at := kept[len(kept)-1]
	if early {
		at = kept[min(1, len(kept)-1)] // the first is before the training
	}
	g, err := run.OpenGeneratorAt(device, folder, at.Step)
	if err != nil {
		return err
	}
	samples, err := g.SampleSet(ctx, f.Shown, scoringSeed, folder.Name())
	if err != nil {
		return err
	}
	set.Field, set.Values = samples.Field, append(set.Values, samples.Values...)
	return nil
}

// drawPair draws the distances of all methods over the length of the training: means over
// the seeds.
func (j *job) drawPair(p tunedPair) error {
	c := plot.Curves{XLabel: "kimg", YLabel: "Frechet distance"}
	for _, r := range p.Rows {
		s := plot.Series{Name: r.Name, X: r.Kimg}
		for k := range r.Kimg {
			var at []float64
			for _, distances := range r.Runs {
				at = append(at, distances[k])
			}
			mean := meanErrorOf(at)
			if mean.N < 2 {
				mean.Error = 0
			}
			s.Y, s.StdErr = append(s.Y, mean.Mean), append(s.StdErr, mean.Error)
		}
		c.Series = append(c.Series, s)
	}
	return j.draw(p.Name, c)
}

// newConfigOfSize returns the settings of a run of a recipe on grey images with a side of
// the given number of pixels.
func newConfigOfSize(name, dataset string, seed uint64, side int) (*run.Config, error) {
	c, err := newConfig(name, dataset, seed, 1)
	if err != nil {
		return nil, err
	}
	if c.Data.Info().First().Same(data.Image(1, side, side)) {
		return c, nil
	}
	resized := run.NewConfig(c.Recipe)
	resized.Train.Seed, resized.Data.Name = seed, dataset
	if err := setAll(resized, fmt.Sprintf("data.size=%d", side), "data.channels=1"); err != nil {
		return nil, err
	}
	return resized, resized.Resolve()
}
