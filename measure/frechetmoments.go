package measure

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/gander-ml/gander/hint"
)

// moments are the first and second moments of examples, in float64.
type moments struct {
	n       int
	mean    []float64     // [d]
	scatter *mat.SymDense // [d, d]: the sum of (x - mean)(x - mean)^T
}

// momentRows is the number of examples in one matrix product.
const momentRows = 500

// momentsOf returns the moments of values, [n, d]. It subtracts an origin from the
// values before it multiplies them. The origin is so near to the mean that the sums lose
// no digits by cancellation.
func momentsOf(values []float32, d int) moments {
	n := len(values) / d
	m := moments{n: n, mean: meanOf(values, d), scatter: mat.NewSymDense(d, nil)}
	origin := originOf(values, m.mean)
	moved := make([]float64, min(n, momentRows)*d)
	for first := 0; first < n; first += momentRows {
		rows := min(momentRows, n-first)
		for i := range rows {
			to := moved[i*d:][:d]
			for k, v := range values[(first+i)*d:][:d] {
				to[k] = float64(v) - origin[k]
			}
		}
		m.scatter.SymRankK(m.scatter, 1, mat.NewDense(rows, d, moved[:rows*d]).T())
	}
	apart := mat.NewVecDense(d, nil)
	for k, v := range m.mean {
		apart.SetVec(k, v-origin[k])
	}
	m.scatter.SymRankOne(m.scatter, -float64(n), apart)
	return m
}

// meanOf returns the mean of values, [n, d].
func meanOf(values []float32, d int) []float64 {
	mean := make([]float64, d)
	for first := 0; first < len(values); first += d {
		for k, v := range values[first:][:d] {
			mean[k] += float64(v)
		}
	}
	for k := range mean {
		mean[k] /= float64(len(values) / d)
	}
	return mean
}

// originOf returns the mean, but 0 for a feature with a mean less than a standard
// deviation from 0. The squares are then at most twice as large, which loses one bit.
// Values that are 0, such as most pixels of digits, stay 0, and the product skips them.
func originOf(values []float32, mean []float64) []float64 {
	d := len(mean)
	squares := make([]float64, d)
	for first := 0; first < len(values); first += d {
		for k, v := range values[first:][:d] {
			squares[k] += (float64(v) - mean[k]) * (float64(v) - mean[k])
		}
	}
	origin := slices.Clone(mean)
	for k, v := range mean {
		if v*v*float64(len(values)/d) <= squares[k] {
			origin[k] = 0
		}
	}
	return origin
}

// merge returns the moments of the union of all parts (Chan, Golub and LeVeque
// 1979).
func merge(parts []moments) moments {
	d := len(parts[0].mean)
	all := moments{mean: make([]float64, d), scatter: mat.NewSymDense(d, nil)}
	for _, p := range parts {
		all.n += p.n
	}
	for _, p := range parts {
		for k, v := range p.mean {
			all.mean[k] += v * float64(p.n) / float64(all.n)
		}
	}
	apart := mat.NewVecDense(d, nil)
	for _, p := range parts {
		for k, v := range p.mean {
			apart.SetVec(k, v-all.mean[k])
		}
		all.scatter.AddSym(all.scatter, p.scatter)
		all.scatter.SymRankOne(all.scatter, float64(p.n), apart)
	}
	return all
}

// A gaussian is a normal distribution. It keeps a square root of the covariance.
type gaussian struct {
	mean     []float64
	variance []float64  // the diagonal of the covariance
	order    []int      // the feature in each column of root
	root     *mat.Dense // R with R^T R = covariance, [rank, d], 0 below the diagonal; nil without rows
	zero     int        // number of features that are constant or determined by others
}

// gaussian returns the normal distribution with these moments. The covariance is
// scatter / (n-1).
func (m moments) gaussian() (gaussian, error) {
	covariance := mat.NewSymDense(len(m.mean), nil)
	covariance.ScaleSym(1/float64(m.n-1), m.scatter)
	return newGaussian(m.mean, covariance)
}

// rounding times the greatest variance is a bound. A variance given the features before
// it counts as 0 up to this bound. Its square root would turn a rounding error of 1e-16
// into one of 1e-8.
const rounding = 8 * 0x1p-52

// newGaussian takes the root from a Cholesky factorisation with complete pivoting
// (Higham 1990). This is as exact as a root from eigenvectors, for a fraction of the
// work.
func newGaussian(mean []float64, covariance *mat.SymDense) (gaussian, error) {
	d := len(mean)
	g := gaussian{mean: mean}
	for k := range d {
		g.variance = append(g.variance, covariance.At(k, k))
	}
	greatest := slices.Max(g.variance)
	if math.IsNaN(greatest) || math.IsInf(greatest, 0) {
		return gaussian{}, hint.Add(fmt.Errorf("a variance is %v", greatest), "are there huge numbers among the features?")
	}
	var factor mat.PivotedCholesky
	factor.Factorize(covariance, rounding*greatest)
	g.order = factor.ColumnPivots(nil)
	rank := factor.Rank()
	g.zero = d - rank
	if rank == 0 {
		return g, nil
	}
	// The rounding errors of all elimination steps add up in the last features.
	noise := rounding * math.Sqrt(float64(d)) * mat.Norm(covariance, 2)
	g.root = mat.NewDense(rank, d, nil)
	u := factor.RawU()
	for i := range rank {
		row := g.root.RawRowView(i)
		for j := i; j < d; j++ {
			row[j] = u.At(i, j)
		}
		if row[i]*row[i] <= noise {
			g.zero++
		}
	}
	return g, nil
}

// constant reports whether feature k is equal in all examples of g. Float32 values that
// are not all equal have a larger variance than the bound here.
func (g gaussian) constant(k int) bool { return g.variance[k] <= 1e-24*g.mean[k]*g.mean[k] }

// frechetDistance returns the squared Frechet distance of two normal
// distributions (Dowson and Landau 1982), |m1 - m2|^2 + tr(S1 + S2 - 2 (S1
// S2)^1/2). The trace of the root is the sum of the singular values of R1 R2^T. They are
// as exact for nearly singular covariances as for others, because no square root of a
// small number is taken.
func frechetDistance(a, b gaussian) (float64, error) {
	sum := 0.0
	if a.root != nil && b.root != nil {
		var svd mat.SVD
		if !svd.Factorize(crossed(a, b), mat.SVDNone) {
			return 0, hint.Add(errors.New("the singular values of a product of covariances do not converge"), "are there huge numbers among the features?")
		}
		for _, s := range svd.Values(nil) {
			sum -= 2 * s
		}
	}
	for k, v := range a.mean {
		sum += (v-b.mean[k])*(v-b.mean[k]) + a.variance[k] + b.variance[k]
	}
	return max(sum, 0), nil // only rounding can make it negative
}

// crossed returns R1 R2^T. The product skips the zeros of R1.
func crossed(a, b gaussian) *mat.Dense {
	rank, d := b.root.Dims()
	place := make([]int, d) // of each feature in b's order
	for j, k := range b.order {
		place[k] = j
	}
	transposed := mat.NewDense(d, rank, nil) // R2^T, with its rows in a's order
	for i, k := range a.order {
		row := transposed.RawRowView(i)
		for j := range min(place[k]+1, rank) {
			row[j] = b.root.At(j, place[k])
		}
	}
	var product mat.Dense
	product.Mul(a.root, transposed)
	return &product
}
