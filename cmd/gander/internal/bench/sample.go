package bench

import (
	"context"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// A SampleResult is the time and memory to make samples, including their noise. Times
// are medians.
type SampleResult struct {
	Engine      string  `json:"engine"`
	Model       string  `json:"model"`
	Threads     int     `json:"threads"`
	SampleMs    float64 `json:"sample_ms"`
	SamplesPerS float64 `json:"samples_per_s"`
	PeakRSSMiB  float64 `json:"peak_rss_mib"`
}

// sampleBatch is the number of samples drawn at a time.
const sampleBatch = 256

// Sample times the first output of a model, without training.
func Sample(ctx context.Context, name string, o Options) (*SampleResult, error) {
	system, err := Build(name, Variant{Batch: o.Batch})
	if err != nil {
		return nil, err
	}
	device := engine.NewDevice(o.Threads)
	defer device.Close()
	output := system.Outputs[0]
	count := tensor.Input("count", tensor.Uint32, 2)
	c := nn.NewContext(false, nn.Seeded(0, count))
	latents := recipe.Inputs{}
	for _, l := range output.Latents {
		latents[l.Name] = l.Draw(c, sampleBatch)
	}
	program, err := device.Compile(initial(output.Networks), []*tensor.Tensor{output.Make(c, latents)})
	if err != nil {
		return nil, err
	}
	var times []float64
	for i := range o.Warmup + o.Steps {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if m, ok := program.Input(count); ok {
			m.Uint32()[0] = uint32(i)
		}
		began := time.Now()
		program.Run()
		if i >= o.Warmup {
			times = append(times, 1000*time.Since(began).Seconds())
		}
	}
	ms := median(times)
	return &SampleResult{
		Engine: "gander", Model: name, Threads: device.Threads(),
		SampleMs: ms, SamplesPerS: 1000 * sampleBatch / ms, PeakRSSMiB: machine.PeakMiB(),
	}, nil
}

// initial returns a store with the initial values of the parameters of networks.
func initial(networks []*nn.Network) *engine.Store {
	store := engine.NewStore()
	for _, network := range networks {
		for _, p := range network.Params {
			store.Add(p.Value).Set(p.Initial(0))
		}
	}
	return store
}
