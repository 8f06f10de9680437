package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/nn"
)

// TestLayersOfNothing builds layers without units, and noise that is none.
func TestLayersOfNothing(t *testing.T) {
	for _, c := range []struct {
		layer nn.Layer
		say   string
	}{
		{nn.Linear(0, nn.He, nn.Zeros), "its shape is [3 0], want sizes of at least 1"},
		{nn.Linear(-1, nn.He, nn.Zeros), "its shape is [3 -1], want sizes of at least 1"},
		{nn.Maxout(0, 0, nn.He, nn.Zeros), "its shape is [3 0], want sizes of at least 1"},
		{nn.Dropout(1), "1 of the elements dropped, want 0 or more and less than 1"},
		{nn.Dropout(-.5), "-0.5 of the elements dropped, want 0 or more and less than 1"},
		{nn.Dropout(math.NaN()), "NaN of the elements dropped, want 0 or more and less than 1"},
		{nn.GaussianNoise(-1), "a standard deviation of -1, want a finite number, 0 or more"},
		{nn.GaussianNoise(math.Inf(1)), "a standard deviation of +Inf, want a finite number, 0 or more"},
	} {
		wantMisuse(t, func() { nn.New("N", []int{3}, c.layer) }, c.say)
	}
}
