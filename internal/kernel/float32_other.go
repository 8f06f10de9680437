//go:build !amd64

package kernel

import "unsafe"

// Prefetch does nothing here.
func Prefetch(unsafe.Pointer, int) {}

func forFloat32(InstructionSet) *Float32 { return plainFloat32() }
