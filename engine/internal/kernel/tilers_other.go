//go:build !amd64 && !arm64

package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{Plain: plainTiler[float32]()}

var float32Packers map[InstructionSet]*packers[float32]

var copyLines map[InstructionSet]copyLine
