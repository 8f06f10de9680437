package referee

import (
	"math"
	"slices"
)

// median returns the median of values, NaN if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}

// share returns the share of values for which is is true, 0 if there are no values.
func share(values []float64, is func(float64) bool) float64 {
	n := 0
	for _, v := range values {
		if is(v) {
			n++
		}
	}
	return float64(n) / float64(max(len(values), 1))
}

// spearman returns the rank correlation of values with their order: 1 if they always
// rise. It is 0 for fewer than three values and for equal values.
func spearman(values []float64) float64 {
	n := len(values)
	if n < 3 {
		return 0
	}
	ranks := ranksOf(values)
	mean, above, square, squareOrder := float64(n-1)/2, 0.0, 0.0, 0.0
	for i, r := range ranks {
		a, b := float64(i)-mean, r-mean
		above, square, squareOrder = above+a*b, square+b*b, squareOrder+a*a
	}
	if square == 0 {
		return 0
	}
	return above / math.Sqrt(square*squareOrder)
}

// ranksOf returns the rank of each value, from 0. Equal values share their mean rank.
func ranksOf(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	ranks := make([]float64, len(values))
	for i := 0; i < len(order); {
		end := i
		for end < len(order) && values[order[end]] == values[order[i]] {
			end++
		}
		for _, k := range order[i:end] {
			ranks[k] = float64(i+end-1) / 2
		}
		i = end
	}
	return ranks
}

// closeTo reports whether v differs from want by at most a part of want.
func closeTo(v, want, part float64) bool { return math.Abs(v-want) <= part*math.Abs(want) }

// late returns the last third of values, but at least the last four.
func late[T any](values []T) []T {
	n := max((len(values)+2)/3, 4)
	return values[max(len(values)-n, 0):]
}

// scatter returns the median distance of values from their median.
func scatter(values []float64) float64 {
	m := median(values)
	list := make([]float64, len(values))
	for i, v := range values {
		list[i] = math.Abs(v - m)
	}
	return median(list)
}
