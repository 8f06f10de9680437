package machine

import (
	"time"

	"golang.org/x/sys/unix"
)

// ProcessorTime returns the time for which processors have run this process. If the system
// does not report it, it is the time of a clock. Only differences have a meaning.
func ProcessorTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t) != nil {
		return sinceStart()
	}
	return time.Duration(t.Nano())
}
