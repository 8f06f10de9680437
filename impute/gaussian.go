package impute

import (
	"errors"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Gaussian is a normal distribution of whole examples. It fills the missing values of an
// example by their conditional mean, whichever they are. For one fixed mask this is the
// linear regression of the missing values on the observed ones.
type Gaussian struct {
	mean []float64
	cov  *mat.SymDense
}

// FitGaussian returns the normal distribution with the mean and the covariance of examples,
// [n, d]. It adds ridge to the diagonal of the covariance, which must be above 0 if a value
// can be constant.
func FitGaussian(examples []float32, d int, ridge float64) *Gaussian {
	n := len(examples) / d
	g := &Gaussian{mean: make([]float64, d), cov: mat.NewSymDense(d, nil)}
	for i, v := range examples {
		g.mean[i%d] += float64(v) / float64(n)
	}
	const part = 4096 // examples in memory as float64
	for first := 0; first < n; first += part {
		rows := min(part, n-first)
		x := mat.NewDense(rows, d, nil)
		for i, v := range examples[first*d : (first+rows)*d] {
			x.Set(i/d, i%d, float64(v)-g.mean[i%d])
		}
		g.cov.SymRankK(g.cov, 1/float64(n), x.T())
	}
	return g.Ridge(ridge)
}

// Ridge returns the distribution with a number added to the diagonal of the covariance.
func (g *Gaussian) Ridge(ridge float64) *Gaussian {
	more := &Gaussian{g.mean, mat.NewSymDense(len(g.mean), nil)}
	more.cov.CopySym(g.cov)
	for k := range g.mean {
		more.cov.SetSym(k, k, g.cov.At(k, k)+ridge)
	}
	return more
}

// A Conditional fills the missing values of examples that have one mask.
type Conditional struct {
	of                *Gaussian
	observed, missing []int
	factors           mat.Cholesky // of the covariance of the observed values
}

// Given returns the conditional distribution for a mask: observed has a number for each
// value, 0 where it is missing.
func (g *Gaussian) Given(observed []float32) (*Conditional, error) {
	c := &Conditional{of: g}
	for k, o := range observed {
		if o != 0 {
			c.observed = append(c.observed, k)
		} else {
			c.missing = append(c.missing, k)
		}
	}
	if len(c.observed) == 0 {
		return c, nil
	}
	among := mat.NewSymDense(len(c.observed), nil)
	for r, i := range c.observed {
		for s, j := range c.observed[:r+1] {
			among.SetSym(r, s, g.cov.At(i, j))
		}
	}
	if !c.factors.Factorize(among) {
		return nil, errSingular
	}
	return c, nil
}

// Fill returns an example, [d], with its missing values replaced by their conditional mean,
// limited to the range from lo to hi.
func (c *Conditional) Fill(example []float32, lo, hi float32) []float32 {
	filled, mean := slices.Clone(example), c.of.mean
	away := mat.NewVecDense(max(len(c.observed), 1), nil)
	for r, i := range c.observed {
		away.SetVec(r, float64(example[i])-mean[i])
	}
	if len(c.observed) > 0 {
		_ = c.factors.SolveVecTo(away, away) // an error is a large condition number; the solution is usable
	}
	for _, j := range c.missing {
		sum := mean[j]
		for r, i := range c.observed {
			sum += c.of.cov.At(j, i) * away.AtVec(r)
		}
		filled[j] = min(max(float32(sum), lo), hi)
	}
	return filled
}

var errSingular = errors.New("impute: the covariance of the observed values is singular")

// solve returns the solution x of a x = b, where a is positive definite.
func solve(a *mat.SymDense, b mat.Matrix) (mat.Matrix, error) {
	var factors mat.Cholesky
	if !factors.Factorize(a) {
		return nil, errSingular
	}
	var x mat.Dense
	if err := factors.SolveTo(&x, b); err != nil {
		if _, ill := err.(mat.Condition); !ill { // the solution is usable
			return nil, err
		}
	}
	return &x, nil
}
