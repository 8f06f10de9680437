package gander_test

import (
	"sync"
	"testing"

	"github.com/gander-ml/gander"
)

// goodfellow opens a run whose generator has the size of that of 2014, before its
// first round.
func goodfellow(b *testing.B) *gander.Generator {
	b.Helper()
	f, err := train(b.TempDir(), "goodfellow2014", "data.name=digits", "steps=1")
	if err != nil {
		b.Fatal(err)
	}
	return open(b, f)
}

const benchSamples = 8 * 640

// BenchmarkDrawOne draws all samples in one call.
func BenchmarkDrawOne(b *testing.B) {
	g := goodfellow(b)
	for b.Loop() {
		draw(b, g, benchSamples)
	}
	b.ReportMetric(float64(b.N*benchSamples)/b.Elapsed().Seconds(), "samples/s")
}

// BenchmarkDrawEight draws as many samples in eight calls at the same time.
func BenchmarkDrawEight(b *testing.B) {
	g := goodfellow(b)
	for b.Loop() {
		var calls sync.WaitGroup
		for seed := range uint64(8) {
			calls.Go(func() {
				if _, err := g.Draw(b.Context(), benchSamples/8, gander.Seed(seed)); err != nil {
					b.Error(err)
				}
			})
		}
		calls.Wait()
	}
	b.ReportMetric(float64(b.N*benchSamples)/b.Elapsed().Seconds(), "samples/s")
}
