package bench

import (
	"context"
	"slices"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// A StepResult is the time and memory of one training step of a model: one update of
// the discriminator and one of the generator. Times are medians.
type StepResult struct {
	Engine      string   `json:"engine"`
	Model       string   `json:"model"`
	Threads     int      `json:"threads"`
	DMs         *float64 `json:"d_ms,omitempty"` // of the discriminator's update alone, if Options.Apart
	GMs         *float64 `json:"g_ms,omitempty"` // of the generator's update alone
	StepMs      float64  `json:"step_ms"`
	SamplesPerS float64  `json:"samples_per_s"`
	PeakRSSMiB  float64  `json:"peak_rss_mib"`
}

// Options are the settings of a benchmark.
type Options struct {
	Threads       int // 0: one for each processor
	Steps, Warmup int
	Batch         int  // examples in a minibatch; 0: that of the model
	Apart         bool // also time the move of each player alone
}

// Step times training steps of a model on real data that does not change.
func Step(ctx context.Context, name string, o Options) (*StepResult, error) {
	system, err := Build(name, Variant{Batch: o.Batch})
	if err != nil {
		return nil, err
	}
	device := engine.NewDevice(o.Threads)
	defer device.Close()
	result := &StepResult{Engine: "gander", Model: name, Threads: device.Threads()}
	times, err := timeRounds(ctx, device, system, system.Game.Round, o)
	if err != nil {
		return nil, err
	}
	result.StepMs = median(times)
	result.SamplesPerS = 1000 * float64(system.Game.Batch) / result.StepMs
	result.PeakRSSMiB = machine.PeakMiB()
	if !o.Apart {
		return result, nil
	}
	for _, move := range system.Game.Round {
		times, err := timeRounds(ctx, device, system, []game.Move{move}, o)
		if err != nil {
			return nil, err
		}
		ms := median(times)
		if move.Players[0].Name == "D" {
			result.DMs = &ms
		} else {
			result.GMs = &ms
		}
	}
	return result, nil
}

// timeRounds returns the milliseconds that rounds of the given moves take.
func timeRounds(ctx context.Context, device *engine.Device, system *recipe.System, moves []game.Move, o Options) ([]float64, error) {
	g := *system.Game
	g.Round = moves
	trainer, err := game.NewTrainer(device, &g, noise(&g), 0, false)
	if err != nil {
		return nil, err
	}
	var times []float64
	began := time.Now()
	err = trainer.Train(ctx, int64(o.Warmup+o.Steps), func() error {
		now := time.Now()
		if trainer.Step() > int64(o.Warmup) {
			times = append(times, 1000*now.Sub(began).Seconds())
		}
		began = time.Now()
		return nil
	})
	return times, err
}

// noise returns a source that fills each input of a game once, with numbers from 0 to
// 1. Later calls do not change it. Inputs of integers stay 0, which is a valid class
// in every game.
func noise(g *game.Game) []game.Source {
	var names []string
	for _, in := range g.Inputs {
		names = append(names, in.Name)
	}
	from, filled := random.New(0, "benchmark data"), map[*byte]bool{}
	return []game.Source{game.Fill(func(_ int64, m game.Minibatch) error {
		for _, name := range names {
			memory, ok := m[name]
			if !ok || memory.DType != tensor.Float32 || filled[&memory.Bytes[0]] {
				continue
			}
			filled[&memory.Bytes[0]] = true
			for i, x := 0, memory.Float32(); i < len(x); i++ {
				x[i] = float32(from.Float64())
			}
		}
		return nil
	}, names...)}
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
