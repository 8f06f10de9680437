package measure

import (
	"context"
	"testing"

	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
)

// BenchmarkMeasures times each measure on 10,000 training images of MNIST
// against its 10,000 test images, on all processors. It times the second measuring with the
// same Cache, which has the baseline already.
func BenchmarkMeasures(b *testing.B) {
	real, err := LoadReal(context.Background(), load.NewParts("mnist", 1))
	if err != nil {
		b.Skip(err)
	}
	device := engine.NewDevice(0)
	defer device.Close()
	known := new(Cache)
	for _, name := range []string{"parzen", "prdc", "pr", "1nn", "mmd", "memorisation", "frechet", "kernel", "classes", "c2st"} {
		m, _, err := Find(name)
		if err != nil {
			b.Fatal(err)
		}
		task := Task{
			Samples: real.Train.Slice(40_000, 50_000), Train: real.Train, Validation: real.Validation, Reference: real.Test,
			Seed: 1, Device: device, Cache: known,
		}
		b.Run(name, func(b *testing.B) {
			if _, err := m.Run(context.Background(), task); err != nil { // fills the cache
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := m.Run(context.Background(), task); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
