package data

import "github.com/gander-ml/gander/random"

// Factors determine the image of a digit. They are independent of each other and uniform
// in the given ranges. In addition, every knot of a stroke is shifted a little at random.
type Factors struct {
	Class     int     // 0 to 9
	Slant     float64 // shift to the right per pixel upwards, -0.25 to 0.25
	Thickness float64 // half the width of the stroke in pixels, 1 to 1.8
	ShiftX    float64 // pixels to the right, -1.5 to 1.5
	ShiftY    float64 // pixels down, -1.5 to 1.5
	Scale     float64 // size relative to the 20x20 box, 0.9 to 1
	Rotation  float64 // radians clockwise, -0.1 to 0.1
}

// drawFactors draws the factors of a digit from the beginning of its stream. The order is
// part of the definition of the set.
func drawFactors(s *random.Stream) Factors {
	return Factors{
		Class:     s.Intn(10),
		Slant:     s.Uniform(-0.25, 0.25),
		Thickness: s.Uniform(1, 1.8),
		ShiftX:    s.Uniform(-1.5, 1.5),
		ShiftY:    s.Uniform(-1.5, 1.5),
		Scale:     s.Uniform(0.9, 1),
		Rotation:  s.Uniform(-0.1, 0.1),
	}
}
