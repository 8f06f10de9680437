package run_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/run"
)

func TestTryInvert(t *testing.T) {
	dir := os.Getenv("TRY_RUN")
	if dir == "" {
		t.Skip()
	}
	f, err := run.Open(".", dir)
	if err != nil {
		t.Fatal(err)
	}
	device := engine.NewDevice(1)
	g, _, err := run.OpenGenerator(device, f)
	if err != nil {
		t.Fatal(err)
	}
	s := invert.Defaults(invert.Method(os.Getenv("TRY_METHOD")))
	fmt.Sscan(os.Getenv("TRY_KIMG"), &s.Kimg)
	fmt.Sscan(os.Getenv("TRY_HIDDEN"), &s.Hidden)
	d := 300
	fmt.Sscan(os.Getenv("TRY_STEPS"), &d)
	ctx := context.Background()
	v, err := g.Inverter(ctx, "", s, d, func(done, total int64) {
		if done%1000 == 0 {
			fmt.Println(done, total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.Recover(ctx, 256, 7, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name := range r.Found {
		for _, list := range [][]float64{r.Encoded[name], r.Found[name]} {
			slices.Sort(list)
			fmt.Printf("%s: %.3f %.3f %.3f\n", name, list[0], list[len(list)/2], list[len(list)-1])
		}
	}
	mean := func(l []float64) float64 {
		m := 0.
		for _, x := range l {
			m += x / float64(len(l))
		}
		return m
	}
	fmt.Println("own", mean(r.Inversion.EncodedDistance), mean(r.Inversion.Distance))
	set, err := g.Config.OpenData(ctx, "", data.Test)
	if err != nil {
		t.Fatal(err)
	}
	e, err := v.ReadExamples(set, 64, 1)
	if err != nil {
		t.Fatal(err)
	}
	if v.Sampler.Output.Given == nil {
		e.Conditions = nil
	}
	i, err := v.Invert(ctx, e.N, e.Values, e.Conditions, nil)
	if err != nil {
		t.Fatal(err)
	}
	guess, err := v.Guess(ctx, e.N, e.Values, e.Conditions, 1000, 3)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("test", mean(i.EncodedDistance), mean(i.Distance), "mean", mean(guess.Mean), "nearest", mean(guess.Nearest))
}
