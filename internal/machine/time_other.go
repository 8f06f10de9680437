//go:build !linux

package machine

import "time"

// ProcessorTime returns the time for which processors have run this process. If the system
// does not report it, it is the time of a clock. Only differences have a meaning.
func ProcessorTime() time.Duration { return sinceStart() }
