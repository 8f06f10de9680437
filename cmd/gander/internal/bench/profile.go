package bench

import (
	"context"
	"math"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
)

// A StepTime is the time of one step of a compiled round. It is the shortest time of
// several rounds, because other programs on the machine make some rounds slower.
type StepTime struct {
	engine.StepInfo
	Ms float64 `json:"ms"`
}

// Profile times each step of the round of a recipe or of a timed model, on examples
// that do not change.
func Profile(ctx context.Context, name string, o Options) ([]StepTime, error) {
	system, err := planned(name)
	if err != nil {
		return nil, err
	}
	device := engine.NewDevice(o.Threads)
	defer device.Close()
	trainer, err := game.NewTrainer(device, system.Game, noise(system.Game), 0, false)
	if err != nil {
		return nil, err
	}
	if err := trainer.Train(ctx, int64(max(o.Warmup, 1)), func() error { return nil }); err != nil {
		return nil, err
	}
	program := trainer.Program()
	var times []StepTime
	for _, s := range program.Steps() {
		times = append(times, StepTime{s, math.Inf(1)})
	}
	for range o.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		program.RunTimed(func(step int, d time.Duration) {
			times[step].Ms = min(times[step].Ms, 1000*d.Seconds())
		})
	}
	return times, nil
}
