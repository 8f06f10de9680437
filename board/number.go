package board

import (
	"math"
	"strconv"
)

// A number is a number for the page. JSON has only finite numbers: the others are null.
// It has seven digits, which is more than a screen shows.
type number float64

// MarshalJSON returns the number or null.
func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, v, 'g', 7, 64), nil
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
