//go:build !linux

package cpu

const hugePage = 2 << 20

func adviseHuge([]byte) {}
