package kernel

import "golang.org/x/sys/cpu"

func available() []InstructionSet {
	var have []InstructionSet
	x := &cpu.X86
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
		have = append(have, AVX512)
	}
	if x.HasAVX2 && x.HasFMA {
		have = append(have, AVX2)
	}
	return append(have, Plain)
}
