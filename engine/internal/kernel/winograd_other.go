//go:build !amd64

package kernel

var winograds map[InstructionSet][]*Winograd
