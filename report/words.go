package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number writes v with four digits, or all of a whole number.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e9 {
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', 0, 64), "-", "−")
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 4, 64), "-", "−")
}

// duration writes seconds as a person says them.
func duration(seconds float64) string {
	switch s := math.Round(seconds); {
	case !(s >= 0 && s < 1e9):
		return number(seconds) + " s"
	case s < 60:
		return fmt.Sprintf("%.0f s", s)
	case s < 3600:
		return fmt.Sprintf("%.0f min %02.0f s", math.Floor(s/60), math.Mod(s, 60))
	default:
		return fmt.Sprintf("%.0f h %02.0f min", math.Floor(s/3600), math.Floor(math.Mod(s, 3600)/60))
	}
}
