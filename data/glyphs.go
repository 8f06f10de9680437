package data

// A knot is a point on the path of the pen. The knots of a glyph are in a box: y is from
// -1 (top) to 1 (bottom), and x increases to the right. The path through the knots is
// smooth (Catmull and Rom 1974). At a corner it may change its direction suddenly.
type knot struct {
	x, y   float64
	corner bool
}

// A stroke is the path of the pen between touching and leaving the paper.
type stroke []knot

// maxKnots is the largest number of knots of a stroke.
const maxKnots = 16

// glyphs are the ten digits, each in one simple handwritten form.
var glyphs = [10][]stroke{
	{{ // 0: once round, from the top, anticlockwise
		{x: 0.16, y: -0.97}, {x: -0.34, y: -0.84}, {x: -0.67, y: -0.22}, {x: -0.58, y: 0.5}, {x: -0.09, y: 0.98},
		{x: 0.43, y: 0.78}, {x: 0.69, y: 0.1}, {x: 0.52, y: -0.66}, {x: 0.04, y: -0.99},
	}},
	{{ // 1: one stroke down
		{x: 0.03, y: -1}, {x: 0.01, y: -0.33}, {x: -0.01, y: 0.33}, {x: -0.03, y: 1},
	}},
	{{ // 2: hook, long diagonal, corner, foot
		{x: -0.6, y: -0.56}, {x: -0.34, y: -0.92}, {x: 0.16, y: -0.99}, {x: 0.54, y: -0.68}, {x: 0.4, y: -0.16},
		{x: -0.07, y: 0.4}, {x: -0.65, y: 0.93, corner: true}, {x: 0.02, y: 0.9}, {x: 0.69, y: 0.94},
	}},
	{{ // 3: two bows that meet in a corner
		{x: -0.58, y: -0.78}, {x: -0.07, y: -1}, {x: 0.47, y: -0.74}, {x: 0.38, y: -0.28}, {x: -0.13, y: -0.06, corner: true},
		{x: 0.43, y: 0.1}, {x: 0.6, y: 0.52}, {x: 0.2, y: 0.92}, {x: -0.29, y: 0.98}, {x: -0.65, y: 0.72},
	}},
	{
		{ // 4: down, corner, across
			{x: -0.47, y: -0.94}, {x: -0.6, y: -0.4}, {x: -0.63, y: 0.14, corner: true}, {x: -0.06, y: 0.14}, {x: 0.6, y: 0.08},
		},
		{ // and the stem
			{x: 0.47, y: -0.96}, {x: 0.43, y: -0.3}, {x: 0.38, y: 0.4}, {x: 0.36, y: 1},
		},
	},
	{{ // 5: back along the roof, down, belly
		{x: 0.6, y: -0.96}, {x: 0.11, y: -0.96}, {x: -0.4, y: -0.94, corner: true}, {x: -0.45, y: -0.56}, {x: -0.49, y: -0.14, corner: true},
		{x: 0.07, y: -0.26}, {x: 0.52, y: 0.04}, {x: 0.56, y: 0.52}, {x: 0.09, y: 0.96}, {x: -0.56, y: 0.82},
	}},
	{{ // 6: long arc, then the loop
		{x: 0.4, y: -0.96}, {x: -0.16, y: -0.64}, {x: -0.52, y: -0.08}, {x: -0.54, y: 0.52}, {x: -0.16, y: 0.97},
		{x: 0.38, y: 0.86}, {x: 0.58, y: 0.42}, {x: 0.27, y: 0.04}, {x: -0.22, y: 0.14}, {x: -0.52, y: 0.5},
	}},
	{{ // 7: roof, corner, stem
		{x: -0.63, y: -0.84}, {x: 0, y: -0.92}, {x: 0.6, y: -0.92, corner: true}, {x: 0.29, y: -0.3}, {x: 0, y: 0.34},
		{x: -0.16, y: 1},
	}},
	{{ // 8: one line that crosses itself
		{x: 0.52, y: -0.7}, {x: 0.04, y: -1}, {x: -0.47, y: -0.72}, {x: -0.27, y: -0.28}, {x: 0.27, y: 0.1},
		{x: 0.56, y: 0.56}, {x: 0.04, y: 0.99}, {x: -0.52, y: 0.62}, {x: -0.25, y: 0.12}, {x: 0.25, y: -0.24},
		{x: 0.54, y: -0.64},
	}},
	{{ // 9: the loop, then the stem
		{x: 0.49, y: -0.56}, {x: 0.11, y: -0.98}, {x: -0.43, y: -0.78}, {x: -0.54, y: -0.28}, {x: -0.13, y: 0.04},
		{x: 0.34, y: -0.22}, {x: 0.52, y: -0.64, corner: true}, {x: 0.47, y: -0.1}, {x: 0.4, y: 0.44}, {x: 0.31, y: 1},
	}},
}
