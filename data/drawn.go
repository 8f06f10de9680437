package data

// Drawn returns one part of a set that Gander draws itself from seed: "digits", "ring8",
// "grid25", "8gaussians", "25gaussians", "swissroll", "rendered-digits" or
// "photographed-digits". See [NewDigits], [NewRing8], [NewGrid25], [New8Gaussians],
// [New25Gaussians], [NewSwissRoll], [NewRenderedDigits] and [NewPhotographedDigits]. For
// another name, ok is false. Programs that must not use files open their sets by it.
func Drawn(name string, split Split, seed uint64) (set Set, ok bool) {
	switch name {
	case digitsName:
		return NewDigits(split, seed), true
	case renderedName:
		return NewRenderedDigits(split, seed), true
	case photographedName:
		return NewPhotographedDigits(split, seed), true
	case swissRollName:
		return NewSwissRoll(split, seed), true
	}
	for _, f := range families {
		if name == f.name {
			return f.draw(split, seed), true
		}
	}
	return nil, false
}
