package reproduce

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/run"
)

var (
	volumes = volumeTarget(Target{
		Name:   "volumes",
		Title:  "Volumes with the objective of R3GAN: furniture of voxels, and a linear classifier of D's activations",
		Source: "Wu et al. 2016, Learning a Probabilistic Latent Space of Object Shapes via 3D Generative-Adversarial Modeling (arXiv 1610.07584), section 4.2, with the objective of Huang et al. 2024, R3GAN (arXiv 2501.05441)",
		Takes:  "minutes with --run, else half an hour",
	}, 37, "conditional=no") // so D's features are learned without labels
	gan3d = volumeTarget(Target{
		Name:   "gan3d",
		Title:  "3D-GAN: furniture of voxels, the gate on D, and a linear classifier of D's activations",
		Source: "Wu et al. 2016, Learning a Probabilistic Latent Space of Object Shapes via 3D Generative-Adversarial Modeling (arXiv 1610.07584), sections 3 and 4.2",
		Takes:  "minutes with --run, else days; --epochs 10 --set width=16 about an hour",
	}, 50) // of voxel-dcgan; the paper has no number
)

const (
	volumeSide    = 2  // positions to which maps of D are pooled
	volumePooled  = 8  // side of the volumes of the baseline, if it divides the sides
	volumeColumns = 3  // of the picture
	volumeRows    = 5  // of the picture, if the class is no condition
	volumeView    = 80 // pixels of a view
	volumeAsked   = 50 // samples of each class that are classified
)

// volumeCs is the strengths of regularisation that validation volumes choose from.
var volumeCs = []float64{.01, .1, 1, 10, 100}

// volumesFound is the input of the page.
type volumesFound struct {
	judged
	Seed  uint64 // of the samples
	Sides string // of a volume

	Gated   bool
	Gate    []gateRow // of parts of the training
	Updates int64     // of D

	Labelled, Test int // volumes that classifiers learn from and are judged on
	Validation     int
	Cs             []float64
	Rows           []volumesRow
	Classes        []askedClass // of a run with the class as condition
	Asked          float64      // share of its samples that have the class that G read
	Judge          float64      // the same share for test volumes
}

// A gateRow is the figures of a part of the training.
type gateRow struct {
	Epochs            float64 // at its end
	Skipped, Accuracy float64
}

// A volumesRow is the results of a feature space.
type volumesRow struct {
	Name          string
	Features      int
	C             float64
	Linear        float64
	StdErr        float64 // of Linear, for the number of test volumes
	NearestSample float64 // accuracy of the nearest neighbour
}

// An askedClass is a class of the samples.
type askedClass struct {
	Name  string
	Share float64 // of the samples that the classifier gives this class
}

// volumeTarget completes a target that trains the recipe of the same name on ModelNet10 and
// judges it.
func volumeTarget(t Target, epochs float64, settings ...string) Target {
	t.Uses = []string{"data", "run", "seeds", "epochs", "set"}
	t.needs = "volumes and their labels in an npz file, as arrays x and y"
	t.fixed = unpacked
	t.make = func(ctx context.Context, j *job) error {
		return makeVolumes(ctx, j, j.protocol(t.Name, "modelnet10-voxels", epochs, settings...))
	}
	return t
}

func makeVolumes(ctx context.Context, j *job, p protocol) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	folder, changed, err := j.judgedRun(ctx, seed, classified(p))
	if err != nil {
		return err
	}
	config, err := folder.Config()
	if err != nil {
		return err
	}
	if name := config.Recipe.Name; name != j.target.Name {
		return hint.Add(fmt.Errorf("run %s is of recipe %s, and %s judges runs of the recipe with its name", folder.Name(), name, j.target.Name), "--run with a run of %s", j.target.Name)
	}
	D, err := j.openD(folder)
	if err != nil {
		return err
	}
	about, err := describe(folder, D.Config, D.Step, changed)
	if err != nil {
		return err
	}
	shape := D.Config.Data.Info().First().Shape
	found := volumesFound{judged: about, Seed: seed, Sides: sidesText(shape[1:]), Cs: volumeCs}
	epoch := float64(max(D.Config.Data.Examples, 1)) / 1000 // in kimg
	if err := found.readGate(folder, epoch); err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	sets, err := openVolumes(ctx, D)
	if err != nil {
		return err
	}
	found.Labelled, found.Validation, found.Test = sets.train.Len()+sets.validation.Len(), sets.validation.Len(), sets.test.Len()
	judge, err := found.classify(ctx, j, device, D, sets)
	if err != nil {
		return err
	}
	if err := j.drawVolumes(ctx, device, folder, &found, judge, sets); err != nil {
		return err
	}
	return j.finish(found)
}

// readGate reads the shares of skipped updates from the journal, in up to five parts of the
// training.
func (f *volumesFound) readGate(folder run.Folder, epoch float64) error {
	const parts = 5
	var ticks []gateRow
	var rounds []int64 // at the end of each tick
	err := eachRecord(folder, func(r run.Record) {
		skipped, ok := r.Statistics[game.SkippedPrefix+"D"]
		if ok && r.Step <= f.Step {
			ticks = append(ticks, gateRow{r.Kimg / epoch, skipped, r.Statistics["accuracy"]})
			rounds = append(rounds, r.Step)
		}
	})
	if err != nil || len(ticks) == 0 {
		return err
	}
	f.Gated = true
	updates, before := 0., int64(0)
	for i := range ticks {
		updates += float64(rounds[i]-before) * (1 - ticks[i].Skipped)
		before = rounds[i]
	}
	f.Updates = int64(math.Round(updates))
	n := min(parts, len(ticks))
	for k := range n {
		part := ticks[k*len(ticks)/n : (k+1)*len(ticks)/n]
		row := gateRow{Epochs: part[len(part)-1].Epochs}
		for _, t := range part {
			row.Skipped += t.Skipped / float64(len(part))
			row.Accuracy += t.Accuracy / float64(len(part))
		}
		f.Gate = append(f.Gate, row)
	}
	return nil
}

// volumeSets is the volumes that classifiers are trained and judged on. Voxels are from 0 to 1.
type volumeSets struct {
	train, validation, test *measure.Set
	names                   []string // of the classes
}

// openVolumes loads the parts of the data.
func openVolumes(ctx context.Context, D *run.TrainedNetwork) (*volumeSets, error) {
	s := &volumeSets{}
	for _, part := range []struct {
		split data.Split
		set   **measure.Set
	}{{data.Train, &s.train}, {data.Validation, &s.validation}, {data.Test, &s.test}} {
		set, err := D.Config.OpenData(ctx, "", part.split)
		if err != nil {
			return nil, err
		}
		if *part.set, err = measure.FromData(set, D.Config.Data.Name, measure.MaxTrain); err != nil {
			return nil, err
		}
		label, _ := set.Info().Field(data.ClassField)
		s.names = label.Labels
	}
	return s, nil
}

// blocks returns the sides of the blocks of voxels that are averaged to volumes of 8x8x8, and
// the sides of the averages. A side that 8 does not divide is not averaged.
func blocks(sides []int) (block, left []int) {
	for _, side := range sides {
		b := 1
		if side%volumePooled == 0 {
			b = side / volumePooled
		}
		block, left = append(block, b), append(left, side/b)
	}
	return block, left
}

// pooled returns the means of the blocks of volumes with the given sides: [n, left...].
func pooled(volumes []float32, sides []int) []float32 {
	block, left := blocks(sides)
	y, z := sides[1], sides[2]
	size := sides[0] * y * z
	out := make([]float32, len(volumes)/(block[0]*block[1]*block[2]))
	for i, v := range volumes {
		example, at := i/size, i%size
		cx, cy, cz := at/(y*z)/block[0], at/z%y/block[1], at%z/block[2]
		out[((example*left[0]+cx)*left[1]+cy)*left[2]+cz] += v / float32(block[0]*block[1]*block[2])
	}
	return out
}

// sidesText returns the sides of a volume as text, "8x8x8".
func sidesText(sides []int) string { return fmt.Sprintf("%dx%dx%d", sides[0], sides[1], sides[2]) }

// classify trains classifiers on the features of D, on those of an untrained D and on pooled
// voxels. It returns the classifier of pooled voxels.
func (f *volumesFound) classify(ctx context.Context, j *job, device *engine.Device, D *run.TrainedNetwork, sets *volumeSets) (*probe.Classifier, error) {
	untrained := engine.NewStore()
	probe.Initialise(untrained, D.Network, D.Config.Train.Seed)
	trained := "D, trained without labels"
	if len(D.Conditions) > 0 { // its hidden layers do not read them
		trained = "D, trained with the class as condition"
	}
	sides := sets.train.Field.Shape[1:]
	_, left := blocks(sides)
	spaces := []struct {
		name  string
		store *engine.Store
	}{{trained, D.Store}, {"D of the same shape, not trained", untrained}, {"voxels, averaged to " + sidesText(left), nil}}
	var judge *probe.Classifier
	for _, space := range spaces {
		j.say("features: %s", space.name)
		of := func(volumes []float32) ([]float32, error) { return pooled(volumes, sides), ctx.Err() }
		if space.store != nil {
			var err error
			if of, err = featuresOf(ctx, device, D, space.store, sets); err != nil {
				return nil, err
			}
		}
		row, classifier, err := sets.judge(of)
		if err != nil {
			return nil, err
		}
		row.Name = space.name
		f.Rows = append(f.Rows, row)
		judge, f.Judge = classifier, row.Linear // the last is that of the voxels
	}
	return judge, nil
}

// featuresOf returns the function from voxels, from 0 to 1, to the features of D with the
// parameters of a store.
func featuresOf(ctx context.Context, device *engine.Device, D *run.TrainedNetwork, store *engine.Store, sets *volumeSets) (func([]float32) ([]float32, error), error) {
	features, err := probe.NewFeatures(device, store, D.Network, volumeSide)
	if err != nil {
		return nil, err
	}
	scaled := func(volumes []float32) []float32 { return rescale(make([]float32, len(volumes)), volumes, D.Scale) }
	indices := data.DrawIndices(int64(sets.train.Len()), int64(sets.train.Len()), D.Config.Train.Seed, "batch statistics") // the set is sorted by class
	order := make([]int, len(indices))
	for i, index := range indices {
		order[i] = int(index)
	}
	if err := features.Collect(ctx, scaled(sets.train.Pick(order).Values)); err != nil {
		return nil, err
	}
	return func(volumes []float32) ([]float32, error) { return features.Of(ctx, scaled(volumes)) }, nil
}

// judge trains and scores classifiers of features. Validation volumes choose C; then all
// volumes except those for test train the classifier that is returned.
func (s *volumeSets) judge(of func([]float32) ([]float32, error)) (row volumesRow, classifier *probe.Classifier, err error) {
	var features [3][]float32
	for i, set := range []*measure.Set{s.train, s.validation, s.test} {
		if features[i], err = of(set.Values); err != nil {
			return row, nil, err
		}
	}
	row.Features = len(features[0]) / s.train.Len()
	classes := s.train.Classes
	tried, err := probe.Train(probe.Training{Features: features[0], Labels: s.train.Labels, Classes: classes}, volumeCs)
	if err != nil {
		return row, nil, err
	}
	best := slices.MinFunc(tried, func(a, b *probe.Classifier) int { // of equal ones the strongest regularisation
		return a.Errors(features[1], s.validation.Labels) - b.Errors(features[1], s.validation.Labels)
	})
	row.C = best.C
	all := probe.Training{Features: slices.Concat(features[0], features[1]), Labels: slices.Concat(s.train.Labels, s.validation.Labels), Classes: classes}
	last, err := probe.Train(all, []float64{row.C})
	if err != nil {
		return row, nil, err
	}
	row.Linear = accuracy(last[0], features[2], s.test.Labels)
	row.StdErr = math.Sqrt(row.Linear * (1 - row.Linear) / float64(s.test.Len()))
	row.NearestSample = nearestAccuracy(all, features[2], s.test.Labels)
	return row, last[0], nil
}

// nearestAccuracy returns the share of examples that have the label of their nearest neighbour.
func nearestAccuracy(memory probe.Training, features []float32, labels []int32) float64 {
	size := len(features) / len(labels)
	right := 0
	for i, label := range labels {
		x := features[i*size : (i+1)*size]
		best, nearest := float32(math.Inf(1)), -1
		for k := range memory.Labels {
			square := float32(0)
			for d, v := range memory.Features[k*size : (k+1)*size] {
				square += (v - x[d]) * (v - x[d])
				if square >= best {
					break
				}
			}
			if square < best {
				best, nearest = square, k
			}
		}
		if nearest >= 0 && memory.Labels[nearest] == label {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}

// drawVolumes writes a picture of samples. If the condition is the class,
// samples have a row for each class, and the classifier of pooled voxels judges more of them.
func (j *job) drawVolumes(ctx context.Context, device *engine.Device, folder run.Folder, found *volumesFound, judge *probe.Classifier, sets *volumeSets) error {
	g, err := j.openGenerator(device, folder)
	if err != nil {
		return err
	}
	sampler, err := g.Sampler("")
	if err != nil {
		return err
	}
	var samples *run.Samples
	if class, ok := run.ClassOf(sampler.Output); ok {
		if err := found.ask(ctx, g, sampler, judge, sets, class.Field); err != nil {
			return err
		}
		samples, _, err = g.ClassRows(ctx, "", volumeColumns*class.Classes, found.Seed, nil)
	} else {
		samples, err = g.Draw(ctx, "", volumeColumns*volumeRows, found.Seed, nil)
	}
	if err != nil {
		return err
	}
	views, err := picture.Volumes(samples.Values, samples.N, [3]int(samples.Field.Shape[1:]), samples.Level(), volumeView)
	if err != nil {
		return err
	}
	m, err := picture.Grid(views, volumeColumns, picture.Options{Scale: 1})
	if err != nil {
		return err
	}
	return j.writePNG("samples.png", m, nil)
}

// ask draws samples of each class and classifies them.
func (f *volumesFound) ask(ctx context.Context, g *run.Generator, sampler *run.Sampler, judge *probe.Classifier, sets *volumeSets, class data.Field) error {
	for k := range class.Classes {
		given, err := sampler.Given(volumeAsked, map[string]any{class.Name: k})
		if err != nil {
			return err
		}
		samples, err := g.Draw(ctx, "", volumeAsked, f.Seed, given)
		if err != nil {
			return err
		}
		labels := slices.Repeat([]int32{int32(k)}, volumeAsked)
		share := accuracy(judge, pooled(samples.Set("samples").Values, samples.Field.Shape[1:]), labels)
		name := fmt.Sprint(k)
		if sets.names != nil {
			name = sets.names[k]
		}
		f.Classes = append(f.Classes, askedClass{name, share})
		f.Asked += share / float64(class.Classes)
	}
	return nil
}
