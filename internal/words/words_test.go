package words

import (
	"math"
	"testing"
)

func TestDuration(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0s", 0.04: "0.0s", 0.42: "0.4s", 0.97: "1s", 59.4: "59s", 59.6: "1m00s", 3599: "59m59s", 3600: "1h00m",
		86_399: "23h59m", 86_400: "1d00h", 864_000: "10d", 1e300: "1000000d", -1: "-", math.Inf(1): "-",
	} {
		if got := Duration(seconds); got != want {
			t.Errorf("Duration(%v) = %q, want %q", seconds, got, want)
		}
	}
	if got := Duration(math.NaN()); got != "-" {
		t.Errorf("Duration(NaN) = %q", got)
	}
}

func TestNumbers(t *testing.T) {
	if Count(1, "run", "runs") != "1 run" || Count(0, "run", "runs") != "0 runs" {
		t.Error("counts are wrong")
	}
	for n, want := range map[int]string{6361: "6361", 42_400: "42k", 1_430_000: "1.4M"} {
		if got := Large(n); got != want {
			t.Errorf("Large(%d) = %q, want %q", n, got, want)
		}
	}
}
