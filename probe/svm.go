package probe

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Classifier is a linear classifier: the class of an example is that of the greatest
// score.
type Classifier struct {
	Classes, Size int
	Weights       []float32 // [Classes, Size]
	Biases        []float32 // [Classes]
	C             float64
}

// Training are labelled examples for [Train].
type Training struct {
	Features []float32 // [n, size]
	Labels   []int32   // [n]
	Classes  int
}

// Settings of the solver.
const (
	svmTolerance = 1e-5 // largest absolute gradient of a mean loss
	svmSteps     = 500
	svmJitter    = 1e-7 // added to the diagonal of the Gram matrix, as a part of its mean
)

// Train trains an L2-SVM, one class against the rest, for each C:
//
//	|w|^2 / 2 + C sum max(0, 1 - y (w x + b))^2, y = 1 or -1
//
// This is the objective of LIBLINEAR's default and of scikit-learn's LinearSVC, except that
// the bias b is not regularised. Before that the mean of the training features is
// subtracted, which changes only b, and features are divided by one number, so that
// the mean squared norm of an example is 1. So the same C means a similar strength for any
// features. Small C are strong regularisation. The solver is L-BFGS with all examples in each
// step, so the result depends on the examples and on cs alone. The classifiers have the order
// of cs, which should rise: each begins with the solution before it.
func Train(t Training, cs []float64) ([]*Classifier, error) {
	n := len(t.Labels)
	if n == 0 || len(t.Features)%n != 0 {
		return nil, fmt.Errorf("%d features of %d examples", len(t.Features), n)
	}
	for i, label := range t.Labels {
		if label < 0 || int(label) >= t.Classes {
			return nil, fmt.Errorf("example %d has class %d of %d", i, label, t.Classes)
		}
	}
	for _, c := range cs {
		if !(c > 0) || math.IsInf(c, 0) {
			return nil, fmt.Errorf("the penalty C is %g, want more than 0", c)
		}
	}
	size := len(t.Features) / n
	mean, x, scale := standardise(t.Features, n, size)
	if scale == 0 {
		return nil, errors.New("all examples have the same features, or some are not finite")
	}
	reduced, restore, err := reduce(x)
	if err != nil {
		return nil, err
	}
	list := make([]*Classifier, len(cs))
	for i, c := range cs {
		list[i] = &Classifier{Classes: t.Classes, Size: size, C: c, Weights: make([]float32, t.Classes*size), Biases: make([]float32, t.Classes)}
	}
	s := newSolver(reduced)
	for class := range t.Classes {
		s.begin(t.Labels, int32(class))
		for i, c := range cs {
			s.solve(c)
			_, columns := reduced.Dims()
			w := restore(s.w[:columns])
			bias := s.w[columns]
			for k, v := range w {
				list[i].Weights[class*size+k] = float32(v * scale)
				bias -= v * scale * mean[k]
			}
			list[i].Biases[class] = float32(bias)
		}
	}
	return list, nil
}

// standardise returns the mean of each feature, and the features less the mean, multiplied
// by scale. scale is 0 if it does not exist.
func standardise(features []float32, n, size int) (mean []float64, x *mat.Dense, scale float64) {
	mean = make([]float64, size)
	for i, v := range features {
		mean[i%size] += float64(v) / float64(n)
	}
	values := make([]float64, len(features))
	square := 0.0
	for i, v := range features {
		values[i] = float64(v) - mean[i%size]
		square += values[i] * values[i] / float64(n)
	}
	if !(square > 0) || math.IsInf(square, 0) {
		return mean, nil, 0
	}
	scale = 1 / math.Sqrt(square)
	for i := range values {
		values[i] *= scale
	}
	return mean, mat.NewDense(n, size, values), scale
}

// reduce returns features with the same products of pairs of examples as x, [n, d], and no
// more than n for each example. restore returns the weights for x from weights for
// them. Weights that minimise a regularised loss are a sum of examples, so the scores of all
// examples are equal for both.
func reduce(x *mat.Dense) (reduced *mat.Dense, restore func([]float64) []float64, err error) {
	n, d := x.Dims()
	if d <= n {
		return x, func(w []float64) []float64 { return w }, nil
	}
	gram := mat.NewSymDense(n, nil)
	gram.SymOuterK(1, x)
	jitter := svmJitter * mat.Trace(gram) / float64(n)
	for i := range n {
		gram.SetSym(i, i, gram.At(i, i)+jitter)
	}
	var factors mat.Cholesky
	if !factors.Factorize(gram) {
		return nil, nil, errors.New("the Gram matrix of the features has no Cholesky factors")
	}
	var lower mat.TriDense
	factors.LTo(&lower)
	reduced = mat.DenseCopyOf(&lower)
	return reduced, func(v []float64) []float64 {
		// The scores of the examples are L v = X w with w = X' a, so L' a = v.
		a := mat.NewVecDense(n, append([]float64(nil), v...))
		raw := lower.RawTriangular()
		blas64.Trsv(blas.Trans, raw, a.RawVector())
		var w mat.VecDense
		w.MulVec(x.T(), a)
		return w.RawVector().Data
	}, nil
}

// A solver trains one class against the rest.
type solver struct {
	x     *mat.Dense // [n, d]
	y     []float64  // 1 or -1
	w     []float64  // [d+1]: weights and bias
	slope []float64  // of the loss, by the score of each example
}

func newSolver(x *mat.Dense) *solver {
	n, d := x.Dims()
	return &solver{x: x, y: make([]float64, n), w: make([]float64, d+1), slope: make([]float64, n)}
}

// begin sets the class and weights of 0.
func (s *solver) begin(labels []int32, class int32) {
	clear(s.w)
	for i, label := range labels {
		s.y[i] = -1
		if label == class {
			s.y[i] = 1
		}
	}
}

// solve minimises |w|^2 / (2 C n) + 1/n sum max(0, 1 - y (w x + b))^2, beginning with s.w.
func (s *solver) solve(c float64) {
	n, d := s.x.Dims()
	decay := 1 / (c * float64(n))
	minimise(func(w, gradient []float64) float64 {
		blas64.Gemv(blas.NoTrans, 1, s.x.RawMatrix(), vector(w[:d]), 0, vector(s.slope))
		loss, bias := 0.0, 0.0
		for i, score := range s.slope {
			short := max(0, 1-s.y[i]*(score+w[d]))
			loss += short * short / float64(n)
			s.slope[i] = -2 * short * s.y[i] / float64(n)
			bias += s.slope[i]
		}
		copy(gradient, w[:d])
		blas64.Gemv(blas.Trans, 1, s.x.RawMatrix(), vector(s.slope), decay, vector(gradient[:d]))
		gradient[d] = bias
		return loss + decay/2*floats.Dot(w[:d], w[:d])
	}, s.w, svmTolerance, svmSteps)
}

func vector(v []float64) blas64.Vector { return blas64.Vector{N: len(v), Inc: 1, Data: v} }

// Errors returns the number of examples, [n, size], that have their greatest score not at their
// label. Of equal scores the first counts.
func (c *Classifier) Errors(features []float32, labels []int32) int {
	wrong := 0
	for i, label := range labels {
		x := features[i*c.Size : (i+1)*c.Size]
		best, top := 0, math.Inf(-1)
		for class := range c.Classes {
			score := float64(c.Biases[class])
			for k, w := range c.Weights[class*c.Size : (class+1)*c.Size] {
				score += float64(w) * float64(x[k])
			}
			if score > top {
				best, top = class, score
			}
		}
		if best != int(label) {
			wrong++
		}
	}
	return wrong
}
