package kernel

// available returns NEON first: every arm64 processor has it.
func available() []InstructionSet { return []InstructionSet{NEON, Plain} }
