//go:build !amd64 && !arm64

package kernel

func available() []InstructionSet { return []InstructionSet{Plain} }
