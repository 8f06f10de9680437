//go:build !amd64

package kernel

func forFloat32(InstructionSet) *Float32 { return plainFloat32() }
