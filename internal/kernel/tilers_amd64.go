package kernel

var float32Tilers = map[InstructionSet]*Tiler[float32]{
	AVX512: {Lanes: 16, Masked: true, tiles: tilesAVX512},
	AVX2:   plainTiler[float32](),
	Plain:  plainTiler[float32](),
}
