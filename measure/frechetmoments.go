package measure

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// moments are the first and second moments of examples, in float64.
type moments struct {
	n       int
	mean    []float64     // [d]
	scatter *mat.SymDense // [d, d]: the sum of (x - mean)(x - mean)^T
}

// momentRows is the number of examples that are multiplied at once.
const momentRows = 500

// momentsOf returns the moments of values, [n, d], in two passes: the mean
// first, then products of what differs from it, so that nothing is lost to
// cancellation.
func momentsOf(values []float32, d int) moments {
	n := len(values) / d
	m := moments{n: n, mean: make([]float64, d), scatter: mat.NewSymDense(d, nil)}
	for i, v := range values {
		m.mean[i%d] += float64(v)
	}
	for k := range m.mean {
		m.mean[k] /= float64(n)
	}
	centred := make([]float64, min(n, momentRows)*d)
	for first := 0; first < n; first += momentRows {
		rows := min(momentRows, n-first)
		for i, v := range values[first*d : (first+rows)*d] {
			centred[i] = float64(v) - m.mean[i%d]
		}
		m.scatter.SymRankK(m.scatter, 1, mat.NewDense(rows, d, centred[:rows*d]).T())
	}
	return m
}

// merge returns the moments of all examples of parts together (Chan, Golub and
// LeVeque 1979).
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

// A gaussian is the normal distribution of given mean and covariance, of which
// it keeps a square root.
type gaussian struct {
	mean     []float64
	variance []float64  // the diagonal of the covariance
	root     *mat.Dense // R with R^T R = covariance
	zero     int        // eigenvalues of the covariance that are 0
}

// gaussian returns the normal distribution of the moments, its covariance over
// n-1.
func (m moments) gaussian() (gaussian, error) {
	covariance := mat.NewSymDense(len(m.mean), nil)
	covariance.ScaleSym(1/float64(m.n-1), m.scatter)
	return newGaussian(m.mean, covariance)
}

// rounding is the part of the greatest eigenvalue up to which one counts as 0.
// Taking its root would make of a rounding error of 1e-16 one of 1e-8.
const rounding = 8 * 0x1p-52

func newGaussian(mean []float64, covariance *mat.SymDense) (gaussian, error) {
	d := len(mean)
	var eigen mat.EigenSym
	if !eigen.Factorize(covariance, true) {
		return gaussian{}, errors.New("the eigenvalues of a covariance matrix do not converge (hint: are there huge numbers among the features?)")
	}
	g := gaussian{mean: mean, root: mat.NewDense(d, d, nil)}
	for k := range d {
		g.variance = append(g.variance, covariance.At(k, k))
	}
	values := eigen.Values(nil)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for i, v := range values {
		if v <= rounding*values[d-1] {
			g.zero++
			continue
		}
		for k := range d {
			g.root.Set(i, k, math.Sqrt(v)*vectors.At(k, i))
		}
	}
	return g, nil
}

// constant says whether feature k is the same in all examples of g: numbers that
// are float32 vary more than this or not at all.
func (g gaussian) constant(k int) bool { return g.variance[k] <= 1e-24*g.mean[k]*g.mean[k] }

// frechetDistance returns the squared Frechet distance of two normal
// distributions (Dowson and Landau 1982), |m1 - m2|^2 + tr(S1 + S2 - 2 (S1
// S2)^1/2). The trace of the root is the sum of the singular values of R1 R2^T,
// which are as exact for nearly singular covariances as for others: no small
// number is the root of a smaller one.
func frechetDistance(a, b gaussian) (float64, error) {
	var cross mat.Dense
	cross.Mul(a.root, b.root.T())
	var svd mat.SVD
	if !svd.Factorize(&cross, mat.SVDNone) {
		return 0, errors.New("the singular values of a product of covariances do not converge (hint: are there huge numbers among the features?)")
	}
	sum := 0.0
	for _, s := range svd.Values(nil) {
		sum -= 2 * s
	}
	for k, v := range a.mean {
		sum += (v-b.mean[k])*(v-b.mean[k]) + a.variance[k] + b.variance[k]
	}
	return max(sum, 0), nil // rounding alone makes it negative
}
