package command

import (
	"os"
	"testing"
	"time"
)

// TestSignals sends signals at given times after the first, and checks after which
// of them the process ends.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		name    string
		times   []time.Duration
		stops   int
		exitsAt int // the number of signals read before the exit; 0: no exit
	}{
		{"none", nil, 0, 0},
		{"one", []time.Duration{0}, 1, 0},
		{"two at once", []time.Duration{0, 0}, 1, 0},
		{"two within a second", []time.Duration{0, time.Second}, 1, 0},
		{"two in more than a second", []time.Duration{0, time.Second + 1}, 1, 2},
		{"many, then one", []time.Duration{0, 1, 2, time.Minute, time.Hour}, 1, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			signals := make(chan os.Signal, len(c.times))
			for range c.times {
				signals <- os.Interrupt
			}
			close(signals)
			begin := time.Now()
			read, stops, exitedAt := 0, 0, 0
			now := func() time.Time { read++; return begin.Add(c.times[read-1]) }
			handleSignals(signals, now, func() { stops++ }, func() { exitedAt = read })
			if stops != c.stops || exitedAt != c.exitsAt {
				t.Errorf("stopped %d times, ended after %d signals; want %d and %d", stops, exitedAt, c.stops, c.exitsAt)
			}
		})
	}
}
