package impute

import (
	"context"
	"fmt"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// Rounds is the number of rounds in which the code of Yoon et al. 2018 trains.
const Rounds = 10_000

// A Training is how the recipe gain is trained on a table. It learns from the observed
// numbers of all rows, and the rows that it fills are the same, as Yoon et al. 2018 do.
type Training struct {
	Set    []string // settings of the recipe as KEY=VALUE
	Rounds int64    // 0: [Rounds]
	Seed   uint64

	// Progress is called after each round, unless it is nil.
	Progress func(done, total int64)
}

// A Model fills the missing numbers of tables by a trained generator. It is not safe for
// concurrent use.
type Model struct {
	sampler *run.Sampler
	field   data.Field // a row of the tables
}

// Train trains the recipe gain on a table. If ctx ends, its error is returned.
func (g Training) Train(ctx context.Context, device *engine.Device, t *Table) (*Model, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	r, err := recipe.Find("gain")
	if err != nil {
		return nil, err
	}
	chosen := r.Settings()
	for _, s := range g.Set {
		if err := settings.Set(chosen, s); err != nil {
			return nil, hint.Add(err, "gander recipes gain shows the settings")
		}
	}
	set, err := t.Set()
	if err != nil {
		return nil, err
	}
	examples := recipe.Examples{Info: set.Info(), Epoch: set.Len(), Training: set}
	for _, c := range t.columns() {
		examples.Low, examples.High = append(examples.Low, c.low), append(examples.High, c.high)
	}
	system, err := r.Build(chosen, examples)
	if err != nil {
		return nil, err
	}
	sources, err := system.Sources(recipe.Sets{recipe.Main: set}, g.Seed)
	if err != nil {
		return nil, err
	}
	trainer, err := game.NewTrainer(device, system.Game, sources, g.Seed, false)
	if err != nil {
		return nil, err
	}
	rounds := g.Rounds
	if rounds == 0 {
		rounds = Rounds
	}
	err = trainer.Train(ctx, rounds, func() error {
		if g.Progress != nil {
			g.Progress(trainer.Step(), rounds)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	sampler, err := run.NewSampler(device, trainer.Store(), trainer.EvalContext(), system.Outputs[0])
	return &Model{sampler, t.Field}, err
}

// ModelOf returns the model of a run of the recipe gain.
func ModelOf(g *run.Generator) (*Model, error) {
	if g.Config.Recipe.Name != "gain" {
		return nil, hint.Add(fmt.Errorf("run %s is of the recipe %s, which does not fill missing numbers", g.Name, g.Config.Recipe.Name), "gander train gain --data FILE.csv")
	}
	sampler, err := g.Sampler("")
	return &Model{sampler, g.Config.Data.Info().First()}, err
}

// Fill returns the numbers of a table, [rows, columns], with the missing ones replaced by
// those of G. The noise of G depends on seed. Observed numbers do not change.
func (m *Model) Fill(ctx context.Context, t *Table, seed uint64) ([]float32, error) {
	if err := m.check(t); err != nil {
		return nil, err
	}
	in := m.sampler.Latents(0, t.Rows(), seed)
	in[data.ExampleField], in[data.ObservedField] = data.Values{Floats: t.X}, data.Values{Floats: t.Observed}
	samples, err := m.sampler.Make(ctx, t.Rows(), in)
	if err != nil {
		return nil, err
	}
	return samples.Values, nil
}

// check returns an error if the columns of t are not those of the model.
func (m *Model) check(t *Table) error {
	const advice = "train on a table with the same columns"
	if t.Columns() != m.field.Size() {
		return hint.Add(fmt.Errorf("%s has %d columns of numbers, and the generator learned %d", t.Name, t.Columns(), m.field.Size()), advice)
	}
	for k, want := range m.field.Names {
		if k < len(t.Field.Names) && t.Field.Names[k] != want {
			return hint.Add(fmt.Errorf("%s: %s has another name in what the generator learned: %s", t.Name, t.columnText(k), want), advice)
		}
	}
	return nil
}
