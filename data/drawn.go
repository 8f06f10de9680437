package data

// Drawn returns one part of a set that Gander draws itself from seed: "digits",
// "ring8" or "grid25", see [NewDigits], [NewRing8] and [NewGrid25]. There is none
// of another name. Programs that may use no files open their sets here.
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
