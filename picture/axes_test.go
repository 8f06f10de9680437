package picture

import (
	"strings"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		want     string
	}{
		{-1.2, 1.2, "-1.0 -0.5 0.0 0.5 1.0"},
		{-5, 5, "-4 -2 0 2 4"},
		{0, 7, "0 2 4 6"},
		{0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{.9965, .9971, "0.9965 0.9966 0.9967 0.9968 0.9969 0.9970 0.9971"},
		{3, 290, "50 100 150 200 250"},
		{-2e9, 9e9, "-2e+09 0 2e+09 4e+09 6e+09 8e+09"},
		{1e-12, 3e-12, "1e-12 1.5e-12 2e-12 2.5e-12 3e-12"},
	} {
		var got []string
		for _, tick := range ticks(c.from, c.to) {
			got = append(got, tick.text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%g to %g: %q, want %q", c.from, c.to, strings.Join(got, " "), c.want)
		}
	}
}
