//go:build !linux

package memory

import "math"

// hugePage is more than any memory: on this system none is asked for in huge
// pages.
const hugePage = math.MaxInt

func adviseHuge([]byte) {}
