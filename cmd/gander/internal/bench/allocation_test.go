package bench

import (
	"context"
	"strings"
	"testing"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
)

// TestRoundsAllocateNothing plays rounds of every model and recipe.
func TestRoundsAllocateNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("plays rounds of every model")
	}
	for _, name := range Models() {
		t.Run(name, func(t *testing.T) {
			system, err := Build(name, Variant{Batch: 4})
			if err != nil {
				t.Fatal(err)
			}
			allocatesNothing(t, system.Game)
		})
	}
	for _, r := range recipe.List() {
		t.Run("recipe "+r.Name, func(t *testing.T) {
			typical, err := r.Typical()
			if err != nil {
				t.Fatal(err)
			}
			chosen := r.Settings()
			for _, small := range []string{"batch=4", "width=8", "hidden=32", "maxout=16"} { // enough, and fast
				if err := settings.Set(chosen, small); err != nil && !strings.Contains(err.Error(), "unknown setting") {
					t.Fatal(err)
				}
			}
			system, err := r.Build(chosen, typical)
			if err != nil {
				t.Fatal(err)
			}
			allocatesNothing(t, system.Game)
		})
	}
}

func allocatesNothing(t *testing.T, g *game.Game) {
	device := engine.NewDevice(2)
	defer device.Close()
	trainer, err := game.NewTrainer(device, g, noise(g), 1, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, rounds := context.Background(), int64(0)
	nothing := func() error { return nil }
	if n := testing.AllocsPerRun(2, func() {
		rounds++
		if err := trainer.Train(ctx, rounds, nothing); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a round allocates %g times", n)
	}
}
