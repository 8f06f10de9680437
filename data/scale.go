package data

// A Scale maps the bytes 0 to 255 of images linearly to the numbers Lo to Hi. It
// does not apply to points.
type Scale struct{ Lo, Hi float64 }

// table returns the number for each byte.
func (s Scale) table() [256]float32 {
	var t [256]float32
	for b := range t {
		t[b] = float32(s.Lo + (s.Hi-s.Lo)*(float64(b)/255))
	}
	return t
}
