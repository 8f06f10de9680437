package picture

import (
	"math"
	"strconv"
)

// Axes is the part of the plane that a scatter plot shows, and the text along its edges.
type Axes struct {
	Left, Right, Bottom, Top float64

	X, Y string // names of the axes; an axis without a name has no numbers
	Note string // below the plot, such as which columns are shown
}

// tooLong is how many times longer than the other a side of a rectangle may be, if
// both are to be drawn to one scale.
const tooLong = 4

// AxesAround returns axes around the rectangle between the points low and high, which is
// in the middle, with a margin of a tenth of its longer side. Both axes have one scale,
// unless one side of the rectangle is more than four times longer than the other: then
// each has its own, with a margin of a tenth of its side. If low and high are equal, the
// axes have length 1.
func AxesAround(low, high [2]float64) Axes {
	width, height := high[0]-low[0], high[1]-low[1]
	halfX := 0.6 * max(width, height)
	if halfX == 0 {
		halfX = 0.5
	}
	halfY := halfX
	if shorter := min(width, height); shorter > 0 && max(width, height) > tooLong*shorter {
		halfX, halfY = 0.6*width, 0.6*height
	}
	x, y := low[0]+width/2, low[1]+height/2
	return Axes{Left: x - halfX, Right: x + halfX, Bottom: y - halfY, Top: y + halfY}
}

// A tick is a mark on an axis.
type tick struct {
	at   float64
	text string
}

// mostTicks is how many ticks an axis has at most.
const mostTicks = 7

// ticks returns the multiples of a round number, 1, 2 or 5 times a power of ten,
// between from and to, which rise.
func ticks(from, to float64) []tick {
	exponent := int(math.Floor(math.Log10((to - from) / mostTicks)))
	step := 0.0
	for _, round := range []float64{1, 2, 5, 10} {
		step = round * math.Pow(10, float64(exponent))
		if (to-from)/step < mostTicks {
			if round == 10 {
				exponent++
			}
			break
		}
	}
	var list []tick
	first, last := math.Ceil(from/step), math.Floor(to/step)
	for k := first; k <= last && len(list) <= mostTicks; k++ {
		list = append(list, tick{k * step, tickText(k*step, max(-exponent, 0), to-from)})
	}
	return list
}

// longestTick is the largest number of characters of the number at a tick.
const longestTick = 8

// tickText writes a number with the given number of decimals, or with an exponent if it is
// too long.
func tickText(v float64, decimals int, span float64) string {
	if math.Abs(v) < span*1e-9 {
		v = 0 // and not -0
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if len(text) <= longestTick {
		return text
	}
	for digits := 6; digits > 1; digits-- {
		if text = strconv.FormatFloat(v, 'g', digits, 64); len(text) <= longestTick {
			break
		}
	}
	return text
}
