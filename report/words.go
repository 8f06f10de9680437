package report

import (
	"math"
	"strconv"
	"strings"
)

// number writes v with four digits. A whole number has all its digits.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e9 {
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', 0, 64), "-", "−")
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 4, 64), "-", "−")
}
