package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// A protocol returns the settings of the run that a target trains with a seed.
type protocol func(seed uint64) (*run.Config, error)

// protocol returns the settings of a run of a recipe with settings KEY=VALUE. --data and
// --epochs replace its data and its length.
func (j *job) protocol(recipe, dataset string, epochs float64, settings ...string) protocol {
	return func(seed uint64) (*run.Config, error) {
		c, err := newConfig(recipe, cmp.Or(j.Data, dataset), seed, cmp.Or(j.Epochs, epochs))
		if err != nil {
			return nil, err
		}
		return c, setAll(c, settings...)
	}
}

// classified returns p with an error for data without classes: before the training, as a judgement
// of features needs them.
func classified(p protocol) protocol {
	return func(seed uint64) (*run.Config, error) {
		c, err := p(seed)
		if err != nil {
			return nil, err
		}
		return c, hasClasses(c)
	}
}

// hasClasses returns an error if the data have no classes, or one.
func hasClasses(c *run.Config) error {
	class, ok := c.Data.Info().Field(data.ClassField)
	has := words.Count(class.Classes, "class", "classes")
	if !ok {
		has = "no classes"
	}
	if class.Classes < 2 {
		return fmt.Errorf("dataset %s: %w: it has %s, and a classifier is trained on them", c.Data.Name, data.ErrKind, has)
	}
	return nil
}

// judgedRun returns the run that a target judges: that of --run, or a new one. It also
// returns the changes by --set.
func (j *job) judgedRun(ctx context.Context, seed uint64, p protocol) (run.Folder, []change, error) {
	if j.Run != "" {
		if j.Data != "" || j.Epochs != 0 || len(j.Set) > 0 {
			return run.Folder{}, nil, hint.Add(fmt.Errorf("--run names an existing run: it can only be used with %s", j.judging()), "leave it out to train another")
		}
		folder, err := run.Open(".", j.Run)
		if err == nil {
			err = j.earlier.found(folder)
		}
		return folder, nil, err
	}
	configs, changed, err := j.configs([]uint64{seed}, p)
	if err != nil {
		return run.Folder{}, nil, err
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return run.Folder{}, nil, err
	}
	return folders[0], changed, nil
}

// judging returns the flags of the settings that do not change a training.
func (j *job) judging() string {
	flags := []string{"--out"}
	for _, name := range []string{"seeds", "trials"} {
		if slices.Contains(j.target.Uses, name) {
			flags = append(flags, "--"+name)
		}
	}
	return strings.Join(flags, ", ") + " and --threads"
}

// openGenerator opens the newest checkpoint of a run that is not damaged.
func (j *job) openGenerator(device *engine.Device, folder run.Folder) (*run.Generator, error) {
	g, skipped, err := run.OpenGenerator(device, folder)
	j.sayPassedOver(skipped)
	return g, err
}

// openNetwork opens a network of the newest checkpoint of a run that is not damaged.
func (j *job) openNetwork(folder run.Folder, name string) (*run.TrainedNetwork, error) {
	n, skipped, err := run.OpenNetwork(folder, name)
	j.sayPassedOver(skipped)
	return n, err
}

// openD opens D of a run whose features are judged. It is an error if D does not read one
// example, or if the data have no classes.
func (j *job) openD(folder run.Folder) (*run.TrainedNetwork, error) {
	D, err := j.openNetwork(folder, "D")
	if err != nil {
		return nil, err
	}
	if example := D.Config.Data.Info().First(); tensor.Size(D.In) != example.Size() {
		return nil, hint.Add(fmt.Errorf("network D of run %s reads %v, and an example is %v", folder.Name(), D.In, example), "--run with a run of pack = 1")
	}
	if err := hasClasses(D.Config); err != nil {
		return nil, hint.Add(fmt.Errorf("run %s: %w", folder.Name(), err), "--run with a run on data with classes")
	}
	return D, nil
}

// judgedG opens the generator of the run that the target judges, and describes its training.
// It also returns the seed of the samples that judge it.
func (j *job) judgedG(ctx context.Context, device *engine.Device, p protocol) (g *run.Generator, about judged, seed uint64, err error) {
	if seed, err = j.oneSeed(1); err != nil {
		return nil, about, seed, err
	}
	folder, changed, err := j.judgedRun(ctx, seed, p)
	if err != nil {
		return nil, about, seed, err
	}
	if g, err = j.openGenerator(device, folder); err != nil {
		return nil, about, seed, err
	}
	about, err = describe(folder, g.Config, g.Step, changed)
	return g, about, seed, err
}

// A judgedD is a D of a run, with the run and the seed of the draws that judge it.
type judgedD struct {
	*run.TrainedNetwork
	folder run.Folder
	seed   uint64
}

// judgedD opens the D of the run that the target judges, and the data of that run. It also
// describes the training.
func (j *job) judgedD(ctx context.Context, p protocol) (D judgedD, sets *featureSets, about judged, err error) {
	seed, err := j.oneSeed(1)
	if err != nil {
		return D, nil, about, err
	}
	folder, changed, err := j.judgedRun(ctx, seed, classified(p))
	if err != nil {
		return D, nil, about, err
	}
	network, err := j.openD(folder)
	if err != nil {
		return D, nil, about, err
	}
	if about, err = describe(folder, network.Config, network.Step, changed); err != nil {
		return D, nil, about, err
	}
	sets, err = openFeatureSets(ctx, network, seed)
	return judgedD{network, folder, seed}, sets, about, err
}

// A judged describes the training of the networks that a target judges.
type judged struct {
	Dataset string
	Run     string  // its name
	Again   string  // the command that trains the same networks
	Step    int64   // of the networks
	Epochs  float64 // before Step
	Seconds float64 // of the whole run
	Changes []change
}

// describe describes the networks of a run at a step.
func describe(folder run.Folder, c *run.Config, step int64, changed []change) (judged, error) {
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return judged{}, err
	}
	epochs := last.Kimg * 1000 / float64(max(c.Data.Examples, 1))
	return judged{
		Dataset: c.Data.Name, Run: folder.Name(), Again: trainCommand(c, step), Step: step, Seconds: last.Seconds, Changes: changed,
		Epochs: epochs * float64(step) / float64(max(last.Step, 1)),
	}, nil
}
