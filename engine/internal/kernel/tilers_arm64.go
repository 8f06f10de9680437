package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{
	NEON:  {Lanes: 4, tiles: tilesNEON},
	Plain: plainTiler[float32](),
}

var float32Movers map[InstructionSet]*movers[float32]

var copyLines map[InstructionSet]func(dst, src []float32, base int, l *lines)
