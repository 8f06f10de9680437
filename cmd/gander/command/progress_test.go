package command

import (
	"testing"
	"unicode/utf8"

	"github.com/gander-ml/gander/run"
)

func TestDescribeFitsTheTerminal(t *testing.T) {
	r := &run.Record{
		Step: 313, Kimg: 20.032, SamplesPerS: 2210,
		Losses:     run.Figures{"G": 1.2401, "D": 1.0796},
		Statistics: run.Figures{"D(G(z))": .369, "D(x)": .704},
	}
	const total = 3125
	for room, want := range map[int]string{
		1000: " 20.0 kimg  step  313/3125  loss D 1.08 G 1.24  D(x) 0.70 D(G(z)) 0.37   2.2k/s   1m21s left",
		90:   "step  313/3125  loss D 1.08 G 1.24  D(x) 0.70 D(G(z)) 0.37   2.2k/s   1m21s left",
		79:   " 313/3125  loss D 1.08 G 1.24  D(x) 0.70 D(G(z)) 0.37   2.2k/s   1m21s left",
		74:   "step  313/3125  loss D 1.08 G 1.24  D(x) 0.70 D(G(z)) 0.37   1m21s left",
		60:   "step  313/3125  loss D 1.08 G 1.24   1m21s left",
		39:   "step  313/3125   1m21s left",
		20:   "step  313/3125",
		6:    "step  ",
		0:    "",
	} {
		if got := describe(r, total, room); got != want {
			t.Errorf("in %d columns\n%q, want\n%q", room, got, want)
		}
	}
}

// TestDescribeKeepsItsWidth checks that the columns of the live line stay where
// they are while a run goes on.
func TestDescribeKeepsItsWidth(t *testing.T) {
	const total, batch = 150_000, 100
	width := 0
	for _, step := range []int64{1, 9, 10, 99, 100, 999, 12_345, 149_999} {
		line := describe(&run.Record{Step: step, Kimg: float64(step) * batch / 1000, SamplesPerS: 23_456}, total, 1000)
		if width == 0 {
			width = utf8.RuneCountInString(line)
		}
		if got := utf8.RuneCountInString(line); got != width {
			t.Errorf("%q has %d characters, others %d", line, got, width)
		}
	}
}

func TestRate(t *testing.T) {
	for perSecond, want := range map[float64]string{
		0: "0", 7.6: "8", 999.4: "999", 999.6: "1.0k", 9949: "9.9k", 9950: "10k", 999_499: "999k", 999_500: "1.0M", 23.4e6: "23.4M",
	} {
		if got := rate(perSecond); got != want {
			t.Errorf("rate(%v) = %q, want %q", perSecond, got, want)
		}
	}
}
