package run_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// printer is a watcher that prints each tick.
type printer struct{}

func (printer) Watch(e run.Event) {
	if tick, ok := e.(*run.Tick); ok {
		fmt.Println("tick at step", tick.Record.Step)
	}
}

// Start a run in a folder, resume it with more rounds, and draw from it.
func Example() {
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(parent)
	device := engine.NewDevice(0)
	defer device.Close()
	ctx := context.Background() // a run saves and stops when it ends

	r, err := recipe.Find("digits")
	if err != nil {
		log.Fatal(err)
	}
	config := run.NewConfig(r)
	for _, setting := range []string{"hidden=8", "batch=4", "steps=4", "tick_kimg=0.008", "grid=16"} {
		if err := config.Set(setting); err != nil {
			log.Fatal(err)
		}
	}
	session, err := run.Start(device, config, parent)
	if err != nil {
		log.Fatal(err)
	}
	session.Watch(printer{})
	if err := errors.Join(session.Train(ctx), session.Close()); err != nil {
		log.Fatal(err)
	}

	folder, err := run.Open(parent, "1") // by its number, its name or its path
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("resume", folder.Name())
	session, _, err = run.Resume(device, folder, func(c *run.Config) error { return c.Set("steps=6") })
	if err != nil {
		log.Fatal(err)
	}
	session.Watch(printer{})
	if err := errors.Join(session.Train(ctx), session.Close()); err != nil {
		log.Fatal(err)
	}

	generator, _, err := run.OpenGenerator(device, folder)
	if err != nil {
		log.Fatal(err)
	}
	samples, err := generator.Draw(ctx, "", 10, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(samples.N, "samples of", samples.Field, "after", generator.Step, "rounds")
	// Output:
	// tick at step 2
	// tick at step 4
	// resume 0001-digits-digits
	// tick at step 6
	// 10 samples of 1x28x28 after 6 rounds
}
