package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/nn"
)

// TestWrongSettings builds layers without units, and noise with wrong settings.
func TestWrongSettings(t *testing.T) {
	for _, c := range []struct {
		layer nn.Layer
		want  string
	}{
		{nn.Linear(0, nn.He, nn.Zeros), "its shape is [3 0], want sizes of at least 1"},
		{nn.Linear(-1, nn.He, nn.Zeros), "its shape is [3 -1], want sizes of at least 1"},
		{nn.Maxout(0, 0, nn.He, nn.Zeros), "its shape is [3 0], want sizes of at least 1"},
		{nn.Dropout(1), "the probability is 1, want at least 0 and less than 1"},
		{nn.Dropout(-.5), "the probability is -0.5, want at least 0 and less than 1"},
		{nn.Dropout(math.NaN()), "the probability is NaN, want at least 0 and less than 1"},
		{nn.GaussianNoise(-1), "the standard deviation is -1, want a finite number, at least 0"},
		{nn.GaussianNoise(math.Inf(1)), "the standard deviation is +Inf, want a finite number, at least 0"},
	} {
		wantMisuse(t, func() { nn.New("N", []int{3}, c.layer) }, c.want)
	}
}

// TestDrawsWithoutRandomness draws where samples must be made from their inputs alone.
func TestDrawsWithoutRandomness(t *testing.T) {
	wantMisuse(t, func() { nn.NewContext(false, nil).Normal(3) }, "the context has no source of randomness")
}
