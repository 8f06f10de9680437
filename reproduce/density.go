package reproduce

import (
	"math"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A mixture is a known density: a mixture of round Gaussians in one or two dimensions.
type mixture []component

type component struct {
	weight float64   // the weights sum to 1
	mean   []float64 // [dimensions]
	sd     float64
}

// at returns the density at x, [dimensions].
func (m mixture) at(x ...float64) float64 {
	sum := 0.0
	for _, c := range m {
		square := 0.0
		for i, v := range x {
			u := (v - c.mean[i]) / c.sd
			square += u * u
		}
		sum += c.weight * math.Exp(-square/2) / math.Pow(c.sd*math.Sqrt(2*math.Pi), float64(len(x)))
	}
	return sum
}

// sample returns a tensor of n points drawn from the density, [n, dimensions].
func (m mixture) sample(c *nn.Context, n int) *tensor.Tensor {
	dimensions := len(m[0].mean)
	row := func(k component) (mean, sd *tensor.Tensor) {
		mean = tensor.Const(&tensor.Array{DType: tensor.Float32, Shape: []int{1, dimensions}, Data: k.mean})
		return mean.BroadcastTo(n, dimensions), tensor.Full(tensor.Float32, k.sd, n, dimensions)
	}
	mean, sd := row(m[0])
	if len(m) > 1 {
		which := c.Uniform(0, 1, n, 1).BroadcastTo(n, dimensions)
		below := m[0].weight
		for _, k := range m[1:] {
			next, nextSD := row(k)
			later := which.Compare(tensor.GreaterEqual, tensor.Full(tensor.Float32, below, n, dimensions))
			mean, sd = later.Select(next, mean), later.Select(nextSD, sd)
			below += k.weight
		}
	}
	return c.Normal(n, dimensions).Mul(sd).Add(mean)
}

// A cell is a point of a grid with the volume of its cell. It has the density p of the data,
// the density q of the generator and the logit of D at this point.
type cell struct {
	x      []float64
	volume float64
	p, q   float64
	logit  float64
}

// best returns the optimal D, p_data / (p_data + p_g) (Goodfellow et al. 2014,
// proposition 1), or 1/2 if both densities are 0.
func (c cell) best() float64 {
	if c.p+c.q == 0 {
		return 0.5
	}
	return c.p / (c.p + c.q)
}

// d returns D(x).
func (c cell) d() float64 { return 1 / (1 + math.Exp(-c.logit)) }

// value returns the value function of equation 1, E[log D(x)] +
// E[log(1 - D(G(z)))], by the midpoint rule over the cells.
func value(cells []cell) float64 {
	sum := 0.0
	for _, c := range cells {
		sum -= c.volume * (c.p*softplus(-c.logit) + c.q*softplus(c.logit))
	}
	return sum
}

// criterion returns C(G) = max_D V(G, D) = -log 4 + 2 JSD(p_data || p_g) of
// theorem 1, by the same rule. It does not depend on D.
func criterion(cells []cell) float64 { return -math.Log(4) + 2*jsd(cells) }

// jsd returns the Jensen-Shannon divergence of p and q in nats.
func jsd(cells []cell) float64 {
	sum := 0.0
	for _, c := range cells {
		m := (c.p + c.q) / 2
		sum += c.volume / 2 * (xlog(c.p, m) + xlog(c.q, m))
	}
	return sum
}

// xlog returns x log(x/y), or 0 if x is 0.
func xlog(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(x/y)
}

// softplus returns log(1 + exp(x)).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// worst returns the largest |D - D*| over cells where a density is at least share of its
// maximum. In the other cells there are almost no examples.
func worst(cells []cell, share float64) float64 {
	p, q := highest(cells)
	most := 0.0
	for _, c := range cells {
		if c.p >= share*p || c.q >= share*q {
			most = max(most, math.Abs(c.d()-c.best()))
		}
	}
	return most
}

// highest returns the maxima of both densities.
func highest(cells []cell) (p, q float64) {
	for _, c := range cells {
		p, q = max(p, c.p), max(q, c.q)
	}
	return p, q
}

// away returns E |D(x) - 1/2| over the mean of both densities. It is 0 if D cannot
// distinguish them.
func away(cells []cell) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += c.volume * (c.p + c.q) / 2 * math.Abs(c.d()-0.5)
	}
	return sum
}

// midpoints returns the centres of n equal cells from lo to hi, and their width.
func midpoints(lo, hi float64, n int) (x []float64, width float64) {
	width = (hi - lo) / float64(n)
	x = make([]float64, n)
	for i := range x {
		x[i] = lo + width*(float64(i)+0.5)
	}
	return x, width
}
