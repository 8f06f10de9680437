package reproduce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// The measurement of the processor time of a round.
const (
	costPasses = 5   // the methods are timed in turns; the cost is the median
	costTime   = .25 // seconds of processor time in each pass
	costWarm   = 20  // rounds of each method before the first pass
)

// A roundCost is the cost of a round of a method.
type roundCost struct {
	Method   string  `json:"method"`
	Seconds  float64 `json:"seconds"`  // of processor time
	Examples int     `json:"examples"` // that a round counts for
}

// costs returns the cost of a round of each method. They are measured once and kept in a
// file, so that another call gives the runs the same length.
func (p coordinationPart) costs(ctx context.Context, j *job, device *engine.Device) ([]roundCost, error) {
	path := filepath.Join(j.Out, "runs", p.Name+"-costs.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		costs, err := p.measureCosts(ctx, j, device)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return nil, atomicfile.Explain(path, err)
		}
		return costs, atomicfile.Write(path, 0o666, func(w io.Writer) error { return json.NewEncoder(w).Encode(costs) })
	}
	if err != nil {
		return nil, err
	}
	var costs []roundCost
	if err := json.Unmarshal(text, &costs); err != nil {
		return nil, hint.Add(fmt.Errorf("%s: %w", path, err), "remove the file, so that the costs are measured again")
	}
	same := len(costs) == len(p.Methods)
	for i := range costs {
		same = same && costs[i].Method == p.Methods[i].Name && costs[i].Seconds > 0 && costs[i].Examples > 0
	}
	if !same {
		return nil, hint.Add(fmt.Errorf("%s does not have the costs of the methods of this comparison", path), "remove the file, so that the costs are measured again")
	}
	return costs, nil
}

// measureCosts measures the cost of a round of each method, in turns, so that what else the
// machine does changes all of them alike.
func (p coordinationPart) measureCosts(ctx context.Context, j *job, device *engine.Device) ([]roundCost, error) {
	trainers, costs := make([]*game.Trainer, len(p.Methods)), make([]roundCost, len(p.Methods))
	for i, m := range p.Methods {
		c, err := p.config(m, 1)
		if err != nil {
			return nil, err
		}
		if trainers[i], err = newTrainer(ctx, device, c); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		if err := trainers[i].Train(ctx, costWarm, nil); err != nil {
			return nil, err
		}
		costs[i] = roundCost{Method: m.Name, Examples: trainers[i].Examples()}
	}
	j.say("%s: measuring the processor time of a round of %d methods", p.Title, len(p.Methods))
	times := make([][]float64, len(p.Methods))
	for range costPasses {
		for i, t := range trainers {
			began, rounds := machine.ProcessorTime(), 0
			for rounds == 0 || (machine.ProcessorTime()-began).Seconds() < costTime/float64(max(j.hurry, 1)) {
				if err := t.Train(ctx, t.Step()+1, nil); err != nil {
					return nil, err
				}
				rounds++
			}
			times[i] = append(times[i], (machine.ProcessorTime()-began).Seconds()/float64(rounds))
		}
	}
	for i := range costs {
		slices.Sort(times[i])
		costs[i].Seconds = times[i][len(times[i])/2]
	}
	return costs, nil
}

// newTrainer returns a trainer of the run with the settings c.
func newTrainer(ctx context.Context, device *engine.Device, c *run.Config) (*game.Trainer, error) {
	parts, err := c.Parts("")
	if err != nil {
		return nil, err
	}
	set, err := parts.Open(ctx, data.Train)
	if err != nil {
		return nil, err
	}
	d := c.Data
	system, err := c.Recipe.Build(c.Model, recipe.Examples{Info: d.Info(), Epoch: d.Examples, Training: set, Mean: d.Mean, SD: d.SD, Low: d.Low, High: d.High})
	if err != nil {
		return nil, err
	}
	sources, err := system.Sources(recipe.Sets{recipe.Main: set}, c.Train.Seed)
	if err != nil {
		return nil, err
	}
	return game.NewTrainer(device, system.Game, sources, c.Train.Seed, true)
}

// plan returns the settings of all runs of a part. The baseline is trained for its epochs. The
// other methods have the number of rounds that takes the same processor time.
func (p coordinationPart) plan(ctx context.Context, j *job, device *engine.Device) (*coordinated, error) {
	costs, err := p.costs(ctx, j, device)
	if err != nil {
		return nil, err
	}
	found := &coordinated{coordinationPart: p}
	for i, m := range p.Methods {
		row := coordinatedRow{coordinationMethod: m, Cost: costs[i]}
		for seed := range p.Trials {
			c, err := p.config(m, uint64(seed+1))
			if err != nil {
				return nil, err
			}
			if i == 0 && seed == 0 {
				if found.Rounds, err = c.Rounds(costs[0].Examples); err != nil {
					return nil, err
				}
				found.Seconds = float64(found.Rounds) * costs[0].Seconds
			}
			c.Train.Steps = max(int64(math.Round(found.Seconds/costs[i].Seconds)), int64(p.Ticks))
			if i == 0 {
				c.Train.Steps = found.Rounds
			}
			c.Train.TickKimg = float64(c.Train.Steps) * float64(costs[i].Examples) / 1000 / float64(p.Ticks)
			row.Rounds = c.Train.Steps
			row.configs = append(row.configs, c)
		}
		found.Rows = append(found.Rows, row)
	}
	return found, nil
}
