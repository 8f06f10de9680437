//go:build !linux

package memory

const hugePage = 2 << 20

func adviseHuge([]byte) {}
