package impute

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Mean fills each missing number with the mean of its column.
func Mean(t *Table) []float32 {
	columns, filled := t.columns(), slices.Clone(t.X)
	for i := range filled {
		if t.Observed[i] == 0 {
			filled[i] = float32(columns[i%len(columns)].mean)
		}
	}
	return filled
}

// The numbers of [Ridge].
const (
	ridgeRounds = 10
	ridgeLambda = 1e-3
)

// Ridge fills missing numbers by iterated ridge regression. It scales the columns to
// [0, 1], begins with their means, and makes ten rounds. In a round it predicts the missing
// numbers of each column from all other columns, by the regression of the rows in which the
// column is observed, and limits them to [0, 1]. The weight of the squared coefficients is
// 1e-3. It predicts and does not draw, so it differs from MICE, which Yoon et al. 2018
// compare with. When ctx ends, its error is returned.
func Ridge(ctx context.Context, t *Table) ([]float32, error) {
	n, d, columns := t.Rows(), t.Columns(), t.columns()
	x := mat.NewDense(n, d, nil) // scaled, and filled so far
	for i, v := range Mean(t) {
		c := columns[i%d]
		x.Set(i/d, i%d, (float64(v)-c.low)/(c.high-c.low+1e-6))
	}
	for range ridgeRounds {
		for k := range d {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if columns[k].n < n {
				if err := ridgeColumn(x, t, k); err != nil {
					return nil, err
				}
			}
		}
	}
	filled := slices.Clone(t.X)
	for i := range filled {
		if c := columns[i%d]; t.Observed[i] == 0 {
			filled[i] = float32(x.At(i/d, i%d)*(c.high-c.low+1e-6) + c.low)
		}
	}
	return filled, nil
}

// ridgeColumn predicts the missing numbers of column k of x from the other columns.
func ridgeColumn(x *mat.Dense, t *Table, k int) error {
	n, d := x.Dims()
	var known, unknown []int
	for i := range n {
		if t.Observed[i*d+k] != 0 {
			known = append(known, i)
		} else {
			unknown = append(unknown, i)
		}
	}
	mean := make([]float64, d)
	for _, i := range known {
		for j, v := range x.RawRowView(i) {
			mean[j] += v / float64(len(known))
		}
	}
	centred := mat.NewDense(len(known), d, nil) // column k is the target
	for r, i := range known {
		for j, v := range x.RawRowView(i) {
			centred.Set(r, j, v-mean[j])
		}
	}
	var gram mat.SymDense
	gram.SymOuterK(1, centred.T())
	others := slices.DeleteFunc(upTo(d), func(j int) bool { return j == k })
	a, b := mat.NewSymDense(max(d-1, 1), nil), mat.NewVecDense(max(d-1, 1), nil)
	a.SetSym(0, 0, 1) // for a table of one column
	for r, i := range others {
		b.SetVec(r, gram.At(i, k))
		for s, j := range others[:r+1] {
			a.SetSym(r, s, gram.At(i, j))
		}
		a.SetSym(r, r, gram.At(i, i)+ridgeLambda)
	}
	weights, err := solve(a, b)
	if err != nil {
		return err
	}
	for _, i := range unknown {
		sum := mean[k]
		for r, j := range others {
			sum += weights.At(r, 0) * (x.At(i, j) - mean[j])
		}
		x.Set(i, k, min(max(sum, 0), 1))
	}
	return nil
}

// upTo returns 0, 1, ... n-1.
func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
