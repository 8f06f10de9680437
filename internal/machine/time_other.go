//go:build !linux

package machine

import "time"

// ProcessorTime returns the time for which processors have run this process, where the
// system tells it, else the time of a clock. Only differences have a meaning.
func ProcessorTime() time.Duration { return sinceStart() }
