//go:build !linux

package memory

import "math"

// hugePage is larger than any memory: huge pages are not used on this system.
const hugePage = math.MaxInt

func adviseHuge([]byte) {}
