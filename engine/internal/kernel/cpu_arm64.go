package kernel

// available counts on NEON, which every arm64 processor has.
func available() []InstructionSet { return []InstructionSet{NEON, Plain} }
