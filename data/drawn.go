package data

// Drawn returns one part of a set that Gander draws itself from seed: "digits",
// "ring8" or "grid25". See [NewDigits], [NewRing8] and [NewGrid25]. For another name, ok
// is false. Programs that must not use files open their sets by it.
func Drawn(name string, split Split, seed uint64) (set Set, ok bool) {
	if name == digitsName {
		return NewDigits(split, seed), true
	}
	for _, f := range families {
		if name == f.name {
			return f.draw(split, seed), true
		}
	}
	return nil, false
}
