package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/probe"
	"github.com/gander-ml/gander/run"
)

var transferLatents = Target{
	Name:   "transfer-latents",
	Title:  "The representation of G: a linear classifier of z and of G's activations, with few labels",
	Source: "No paper; z is found as in Lipton and Tripathi 2017, Precise Recovery of Latent Vectors from Generative Adversarial Networks (arXiv 1702.04782), beginning with an encoder",
	Takes:  "about ten minutes",
	Uses:   []string{"data", "run", "seeds", "epochs", "set", "trials"},
	needs:  "images in a folder for each class",
	fixed:  unpacked,
	make:   makeTransferLatents,
}

// The protocol.
const (
	latentPool       = 3000 // training images from which the labelled ones are drawn
	latentValidation = 1000
	latentTest       = 2000
	latentSteps      = 300 // of the descent
	latentKimg       = 200 // of the encoder
)

// latentPerClass is the numbers of labels of each class.
var latentPerClass = []int{10, 100}

// latentFound is the input of the page.
type latentFound struct {
	featuresFound
	Pool    int
	Steps   int
	Encoder string
	Labels  []int
	Spaces  []latentSpace
	Goals   []latentDistance
}

// A latentSpace is a kind of features and the results with them.
type latentSpace struct {
	Name                   string
	Rows                   []featuresRow // in the order of latentFound.Labels
	pool, validation, test []float32
}

// A latentDistance is how near G(z) is to the test images.
type latentDistance struct {
	Name           string
	Encoded, Found meanError
}

// An imagesOf is the three sets of images, in the numbers of D and of G.
type imagesOf struct{ pool, validation, test *measure.Set }

func makeTransferLatents(ctx context.Context, j *job) error {
	D, sets, about, err := j.judgedD(ctx, j.protocol("digits", "mnist", transferEpochs))
	if err != nil {
		return err
	}
	found := latentFound{Steps: j.rounds(latentSteps), featuresFound: featuresFound{judged: about, Draws: cmp.Or(j.Trials, transferDraws), Cs: transferCs}}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	of := imagesOf{drawn(sets.train, j.rounds(latentPool), D.seed), drawn(sets.validation, latentValidation, D.seed), drawn(sets.test, j.rounds(latentTest), D.seed)}
	found.Pool, found.Validation, found.Test = of.pool.Len(), of.validation.Len(), of.test.Len()
	found.Spaces = []latentSpace{{Name: "pixels", pool: of.pool.Values, validation: of.validation.Values, test: of.test.Values}}
	if err := found.ofD(ctx, device, D.TrainedNetwork, of); err != nil {
		return err
	}
	untrained, err := j.untrainedRun(ctx, D.Config)
	if err != nil {
		return err
	}
	for _, g := range []struct {
		name   string
		folder run.Folder
		step   int64
	}{{"G", D.folder, D.Step}, {"untrained G", untrained, 0}} {
		if err := found.ofG(ctx, j, device, g.name, g.folder, g.step, of, D.seed); err != nil {
			return err
		}
	}
	if err := found.score(j, of, sets.classes, D.seed); err != nil {
		return err
	}
	return j.finish(found)
}

// drawn draws n examples of a set, or all if it has fewer.
func drawn(s *measure.Set, n int, seed uint64) *measure.Set {
	return s.Pick(permutation(seed, "images of "+s.Name, s.Len())[:min(n, s.Len())])
}

// untrainedRun returns a run of one round with the same settings. Its checkpoint of step 0
// has networks that are not trained.
func (j *job) untrainedRun(ctx context.Context, like *run.Config) (run.Folder, error) {
	c := run.NewConfig(like.Recipe)
	c.Data.Name = like.Data.Name
	c.Like(like)
	c.Train.Seed, c.Train.Steps = like.Train.Seed, 1
	return j.within("untrained").trainOne(ctx, c)
}

// each computes the features of the three sets by a function.
func (f *latentFound) each(name string, of imagesOf, features func(s *measure.Set) ([]float32, error)) error {
	space := latentSpace{Name: name}
	for _, part := range []struct {
		set  *measure.Set
		into *[]float32
	}{{of.pool, &space.pool}, {of.validation, &space.validation}, {of.test, &space.test}} {
		values, err := features(part.set)
		if err != nil {
			return err
		}
		*part.into = values
	}
	f.Spaces = append(f.Spaces, space)
	return nil
}

// ofD computes the hidden activations of D, trained and not.
func (f *latentFound) ofD(ctx context.Context, device *engine.Device, D *run.TrainedNetwork, of imagesOf) error {
	untrained := engine.NewStore()
	probe.Initialise(untrained, D.Network, D.Config.Train.Seed)
	for i, store := range []*engine.Store{D.Store, untrained} {
		features, err := probe.NewFeatures(device, store, D.Network, featuresSide)
		if err != nil {
			return err
		}
		name := []string{"hidden activations of D", "hidden activations of the untrained D"}[i]
		if err := f.each(name, of, func(s *measure.Set) ([]float32, error) { return features.Of(ctx, s.Values) }); err != nil {
			return err
		}
	}
	return nil
}

// ofG inverts the images, and computes the features that a G gives.
func (f *latentFound) ofG(ctx context.Context, j *job, device *engine.Device, name string, folder run.Folder, step int64, of imagesOf, seed uint64) error {
	g, err := run.OpenGeneratorAt(device, folder, step)
	if err != nil {
		return err
	}
	settings := invert.Defaults(invert.Regression)
	settings.Kimg, settings.Seed = latentKimg/float64(max(j.hurry, 1)), seed
	v, err := g.Inverter(ctx, "", settings, f.Steps)
	if err != nil {
		return err
	}
	o := v.Sampler.Output
	if len(o.Latents) != 1 || len(o.Given) > 0 || !o.Makes.Same(of.test.Field) || len(o.Networks) != 1 {
		return hint.Add(fmt.Errorf("run %s: its G must make images from one z alone", g.Name), "name a run of another recipe, such as digits")
	}
	G, err := g.Network(o.Networks[0].Name)
	if err != nil {
		return err
	}
	hidden, err := probe.NewFeatures(device, G.Store, G.Network, featuresSide)
	if err != nil {
		return err
	}
	f.Encoder = settings.Text()
	results := map[*measure.Set]*run.Inversion{}
	for _, set := range []*measure.Set{of.pool, of.validation, of.test} {
		j.say("%s: z of %d images", name, set.Len())
		if results[set], err = v.Invert(ctx, set.Len(), set.Values, nil, nil); err != nil {
			return err
		}
	}
	test := results[of.test]
	f.Goals = append(f.Goals, latentDistance{name, meanErrorOf(test.EncodedDistance), meanErrorOf(test.Distance)})
	z := func(s *run.Samples) []float32 { return s.Latents()[o.Latents[0].Name] }
	for _, kind := range []struct {
		name string
		of   func(*run.Inversion) ([]float32, error)
	}{
		{"z of %s, from E", func(i *run.Inversion) ([]float32, error) { return z(i.Encoded), nil }},
		{"z of %s, after the descent", func(i *run.Inversion) ([]float32, error) { return z(i.Found), nil }},
		{"hidden activations of %s at that z", func(i *run.Inversion) ([]float32, error) { return hidden.Of(ctx, z(i.Found)) }},
		{"the image that %s makes of it", func(i *run.Inversion) ([]float32, error) { return i.Found.Values, nil }},
	} {
		if err := f.each(fmt.Sprintf(kind.name, name), of, func(s *measure.Set) ([]float32, error) { return kind.of(results[s]) }); err != nil {
			return err
		}
	}
	return nil
}

// score trains and judges the classifiers of all spaces with the same labelled images.
func (f *latentFound) score(j *job, of imagesOf, classes int, seed uint64) error {
	byClass := make([][]int, classes)
	for i, label := range of.pool.Labels {
		byClass[label] = append(byClass[label], i)
	}
	for _, perClass := range latentPerClass {
		perClass = j.rounds(perClass)
		draws, err := f.draws(byClass, perClass, seed)
		if err != nil {
			return err
		}
		f.Labels = append(f.Labels, perClass*classes)
		for i := range f.Spaces {
			s := &f.Spaces[i]
			size := len(s.pool) / of.pool.Len()
			var training []probe.Training
			for _, indices := range draws {
				t := probe.Training{Classes: classes}
				for _, k := range indices {
					t.Features, t.Labels = append(t.Features, s.pool[k*size:(k+1)*size]...), append(t.Labels, of.pool.Labels[k])
				}
				training = append(training, t)
			}
			row, err := scoreFeatures(training, labelledFeatures{s.validation, of.validation.Labels}, labelledFeatures{s.test, of.test.Labels}, f.Cs)
			if err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
			s.Rows = append(s.Rows, row)
		}
	}
	return nil
}

// draws draws labelled images of the pool.
func (f *latentFound) draws(byClass [][]int, perClass int, seed uint64) ([][]int, error) {
	list := make([][]int, f.Draws)
	for k := range list {
		for class, indices := range byClass {
			if len(indices) < perClass {
				return nil, hint.Add(fmt.Errorf("dataset %s: class %d has %d of %d drawn training images, want at least %d", f.Dataset, class, len(indices), f.Pool, perClass), "choose larger data")
			}
			order := permutation(seed, fmt.Sprintf("labels of draw %d of class %d", k, class), len(indices))
			for _, i := range order[:perClass] {
				list[k] = append(list[k], indices[i])
			}
		}
	}
	return list, nil
}

// Best returns the name of the space with the greatest accuracy for most labels, among
// those of G.
func (f latentFound) Best() string {
	best := slices.MaxFunc(f.Spaces[3:7], func(a, b latentSpace) int {
		return cmp.Compare(a.Rows[len(a.Rows)-1].Accuracy.Mean, b.Rows[len(b.Rows)-1].Accuracy.Mean)
	})
	return best.Name
}
