package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{
	NEON:  {Lanes: 4, tiles: tilesNEON},
	Plain: plainTiler[float32](),
}

var float32Packers map[InstructionSet]*packers[float32]

var copyLines map[InstructionSet]copyLine
