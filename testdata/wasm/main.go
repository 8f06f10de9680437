// Command wasm trains the recipe digits for a few rounds where there are neither
// files nor a network: in a browser, or in node. It shows how little a playground
// needs of Gander, and CI builds, measures and runs it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/recipe"
)

const seed, rounds = 1, 3

func main() {
	if err := train(); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func train() error {
	r, err := recipe.Find("digits")
	if err != nil {
		return err
	}
	set := data.NewDigits(data.Train, seed)
	system, err := r.Build(r.Settings(), recipe.Examples{Info: set.Info(), Epoch: 50_000, Training: set})
	if err != nil {
		return err
	}
	sources, err := system.Sources(recipe.Sets{recipe.Main: set}, seed)
	if err != nil {
		return err
	}
	device := engine.NewDevice(1)
	defer device.Close()
	trainer, err := game.NewTrainer(device, system.Game, sources, seed, false)
	if err != nil {
		return err
	}
	return trainer.Train(context.Background(), rounds, func() error {
		trainer.Statistics(func(name string, value float64) { fmt.Printf("step %d %s %.4f\n", trainer.Step(), name, value) })
		return nil
	})
}
