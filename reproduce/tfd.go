package reproduce

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// tfd repeats the experiment on the Toronto faces with the authors' two stages. table1 also
// takes these data, but trains the system of MNIST on them.
var tfd = Target{
	Name:   "tfd",
	Title:  "Table 1, the Toronto faces: training in two stages",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), section 5, Table 1, and the authors' configuration",
	Takes:  "days: about 20 minutes for each of 72 epochs; needs the files of the faces",
	Uses:   []string{"data", "seeds", "epochs", "set", "jobs"},
	make:   makeTFD,
}

// A tfdStage is a stage of the training on the faces.
type tfdStage struct {
	Name   string // value of the setting stage of the recipe, and folder of the runs
	Epochs float64
}

var tfdStages = []tfdStage{{"pretrain", 50}, {"train", 22}}

// tfdFound is the input of the page of the faces in two stages.
type tfdFound struct {
	table1Found
	Stages  []tfdStage // as trained
	Shorter bool       // the stages are shorter than published
}

func makeTFD(ctx context.Context, j *job) error {
	folder, ok := isFaces(cmp.Or(j.Data, facesName))
	if !ok {
		return hint.Add(fmt.Errorf("--data %s: tfd trains on the Toronto faces", j.Data), "--data tfd, or --data tfd=FOLDER")
	}
	f, err := openFaces(folder)
	if err != nil {
		return err
	}
	j.defaultSeeds(1)
	path, n, err := j.writeUnlabelled(f)
	if err != nil {
		return err
	}
	found := tfdFound{table1Found: table1Found{
		Seeds: j.Seeds, Samples: table1Samples, Latents: scoringSeed, Faces: &facesFound{Unlabelled: n},
	}}
	configs := make([][]*run.Config, len(tfdStages))
	for i, s := range tfdStages { // first all, for an error at the beginning
		if j.Epochs > 0 && j.Epochs < s.Epochs {
			s.Epochs, found.Shorter = j.Epochs, true
		}
		found.Stages = append(found.Stages, s)
		if configs[i], found.Changes, err = j.stageConfigs(path, s); err != nil {
			return err
		}
	}
	var folders []run.Folder
	for i, s := range found.Stages {
		for k, before := range folders {
			if err := beginWith(configs[i][k], before); err != nil {
				return err
			}
		}
		j.say("stage %s", s.Name)
		if folders, err = j.within(s.Name).trainAll(ctx, configs[i]); err != nil {
			return err
		}
	}
	if err := found.judge(ctx, j, f, folders); err != nil {
		return err
	}
	return j.finish(found)
}

// stageConfigs returns the settings of the runs of a stage.
func (j *job) stageConfigs(path string, s tfdStage) ([]*run.Config, []change, error) {
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := newConfig("goodfellow2014-tfd", path, seed, s.Epochs)
		if err != nil {
			return nil, err
		}
		c.Train.TickKimg, c.Train.Keep = float64(c.Data.Examples)/1000, 1 // a checkpoint has 800 MB
		return c, c.Set("model.stage=" + s.Name)
	})
	if slices.ContainsFunc(changed, func(c change) bool { return c.Key == "model.stage" }) {
		return nil, nil, hint.Add(errors.New("--set stage: tfd trains both stages"), "leave it out")
	}
	return configs, changed, err
}

// judge scores the last checkpoints of the runs on every fold.
func (f *tfdFound) judge(ctx context.Context, j *job, all *faces, folders []run.Folder) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for _, folder := range folders {
		g, err := j.openGenerator(device, folder)
		if err != nil {
			return err
		}
		last, err := run.LastRecord(folder.JournalFile())
		if err != nil {
			return err
		}
		samples, err := g.SampleSet(ctx, table1Samples, scoringSeed, folder.Name())
		if err != nil {
			return err
		}
		j.say("scoring %s", folder.Name())
		r := scoredRun{Folder: folder.Name(), Seed: g.Config.Train.Seed, Step: g.Step, Seconds: last.Seconds}
		if err := f.scoreFolds(ctx, device, all, r, samples); err != nil {
			return err
		}
	}
	return nil
}

// beginWith lets a run begin with the G of the last checkpoint of another run, with its
// moving averages if it has them.
func beginWith(c *run.Config, before run.Folder) error {
	newest, _, err := before.Checkpoints().Newest()
	if err != nil {
		return err
	}
	path, err := filepath.Abs(before.Path())
	*c.From = run.FromSettings{Run: path, Step: newest.Step, Networks: []string{"G"}, Averages: true}
	return err
}
