// Package words formats quantities for people: durations and numbers of things. It
// exists so that the command, the report and the pages of results use the same
// formats. It must not know what it counts or measures.
package words

import (
	"fmt"
	"math"
)

// Duration formats seconds as "0.4s", "59s", "3m02s", "1h05m", "1d02h" or "12d". A
// negative or infinite number and NaN give "-".
func Duration(seconds float64) string {
	const day = 24 * 3600
	if !(seconds >= 0) || math.IsInf(seconds, 0) {
		return "-"
	}
	if seconds > 0 && seconds < 0.95 {
		return fmt.Sprintf("%.1fs", seconds)
	}
	switch s := int64(math.Round(min(seconds, 1e6*day))); {
	case s >= 10*day:
		return fmt.Sprintf("%dd", s/day)
	case s >= day:
		return fmt.Sprintf("%dd%02dh", s/day, s%day/3600)
	case s >= 3600:
		return fmt.Sprintf("%dh%02dm", s/3600, s%3600/60)
	case s >= 60:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%ds", s)
	}
}

// Count formats a number of things: "1 thread", "2 threads".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// There begins a sentence about a number of things: "There is 1 tick", "There are 2 ticks".
func There(n int, one, many string) string {
	if n == 1 {
		return "There is " + Count(n, one, many)
	}
	return "There are " + Count(n, one, many)
}

// Large formats a large number in thousands or millions: "6361", "42k",
// "1.4M".
func Large(n int) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%.1fM", float64(n)/1e6)
	case n >= 10_000:
		return fmt.Sprintf("%.0fk", float64(n)/1e3)
	}
	return fmt.Sprint(n)
}
