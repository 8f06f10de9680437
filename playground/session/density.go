package session

import (
	"math"
	"slices"
)

// Side is the number of points along each side of the grid on which frames have functions
// of the plane. Point i of a row or column is the middle of cell i.
const Side = 48

// cell is the width of a cell.
const cell = 2 * View / Side

// Bandwidth is the standard deviation of the Gaussian with which both distributions are
// smoothed before they are compared: the data exactly, as they are mixtures of Gaussians,
// and the samples by their kernel density.
const Bandwidth = .07

// floor is the share of a uniform distribution that is mixed into the samples in the KL
// divergence, which would otherwise be infinite wherever there are no samples.
const floor = 1e-3

// center returns the coordinate of the middle of cell i.
func center(i int) float64 { return -View + (float64(i)+.5)*cell }

// density returns the probabilities of the cells under the shape, smoothed, [Side, Side],
// the row of the smallest y first. Their sum is 1, less the part outside the view.
func (s shape) density() []float64 {
	sd := math.Hypot(s.sd, Bandwidth)
	p := make([]float64, Side*Side)
	for _, m := range s.means {
		columns, rows := gaussian(m[0], sd), gaussian(m[1], sd)
		for i, y := range rows {
			for j, x := range columns {
				p[i*Side+j] += x * y / float64(len(s.means))
			}
		}
	}
	return p
}

// gaussian returns the probabilities of the cells along an axis.
func gaussian(mean, sd float64) []float64 {
	p := make([]float64, Side)
	below := func(v float64) float64 { return .5 * math.Erfc((mean-v)/(sd*math.Sqrt2)) }
	before := below(-View)
	for i := range p {
		after := below(-View + float64(i+1)*cell)
		p[i], before = after-before, after
	}
	return p
}

// A kernelDensity estimates the density of samples on the grid.
type kernelDensity struct {
	kernel  []float64 // weights at the distances of 0, 1, 2, ... cells
	counts  []float64 // [Side, Side]
	rows    []float64
	density []float64
}

func newKernelDensity() *kernelDensity {
	k := &kernelDensity{counts: make([]float64, Side*Side), rows: make([]float64, Side*Side), density: make([]float64, Side*Side)}
	const reach = 4 * Bandwidth / cell
	for d := 0.0; d <= reach; d++ {
		k.kernel = append(k.kernel, math.Exp(-.5*math.Pow(d*cell/Bandwidth, 2)))
	}
	sum := k.kernel[0]
	for _, w := range k.kernel[1:] {
		sum += 2 * w
	}
	for i := range k.kernel {
		k.kernel[i] /= sum
	}
	return k
}

// of returns the probabilities of the cells under the smoothed samples, [n, 2]. The result
// is valid until the next call. A sample is divided among the four nearest cells.
func (k *kernelDensity) of(samples []float32) []float64 {
	clear(k.counts)
	weight := 2 / float64(len(samples))
	for i := 0; i+1 < len(samples); i += 2 {
		x, y := (float64(samples[i])+View)/cell-.5, (float64(samples[i+1])+View)/cell-.5
		if !(x > -1 && x < Side && y > -1 && y < Side) {
			continue // outside the view
		}
		column, row := int(math.Floor(x)), int(math.Floor(y))
		fx, fy := x-float64(column), y-float64(row)
		k.add(row, column, weight*(1-fx)*(1-fy))
		k.add(row, column+1, weight*fx*(1-fy))
		k.add(row+1, column, weight*(1-fx)*fy)
		k.add(row+1, column+1, weight*fx*fy)
	}
	blur(k.rows, k.counts, k.kernel, 1, Side)
	blur(k.density, k.rows, k.kernel, Side, 1)
	return k.density
}

func (k *kernelDensity) add(row, column int, weight float64) {
	if row >= 0 && row < Side && column >= 0 && column < Side {
		k.counts[row*Side+column] += weight
	}
}

// blur convolves each line of src with the kernel. along is the distance of neighbours in a
// line, across that of lines.
func blur(dst, src, kernel []float64, along, across int) {
	clear(dst)
	for line := range Side {
		for i := range Side {
			v := src[line*across+i*along]
			if v == 0 {
				continue
			}
			at := line*across + i*along
			dst[at] += v * kernel[0]
			for d := 1; d < len(kernel); d++ {
				if i >= d {
					dst[at-d*along] += v * kernel[d]
				}
				if i+d < Side {
					dst[at+d*along] += v * kernel[d]
				}
			}
		}
	}
}

// divergences returns KL(p || q) and the Jensen-Shannon divergence of cell probabilities p
// of the data and q of the samples, in nats. What p and q lack of a sum of 1 is outside the
// view, where the other one is taken as 0.
func divergences(p, q []float64) (kl, js float64) {
	const uniform = 1. / (Side * Side)
	inP, inQ := 0.0, 0.0
	for i, a := range p {
		b := q[i]
		inP, inQ = inP+a, inQ+b
		if a > 0 {
			kl += a * math.Log(a/((1-floor)*b+floor*uniform))
			js += .5 * a * math.Log(2*a/(a+b))
		}
		if b > 0 {
			js += .5 * b * math.Log(2*b/(a+b))
		}
	}
	js += .5 * math.Ln2 * (max(0, 1-inP) + max(0, 1-inQ))
	return max(kl, 0), min(max(js, 0), math.Ln2)
}

// nothing is the probability of a cell below which no example and no sample comes there.
const nothing = 1e-4

// best writes the optimal discriminator of proposition 1 of Goodfellow et al. 2014,
// p / (p + q), to dst. Where both are nearly 0 it is NaN: D has no effect there.
func best(dst []float32, p, q []float64) {
	for i, a := range p {
		dst[i] = float32(math.NaN())
		if sum := a + q[i]; sum > nothing {
			dst[i] = float32(a / sum)
		}
	}
}

// relative returns the probabilities divided by the largest.
func relative(p []float64) []float32 {
	largest := slices.Max(p)
	r := make([]float32, len(p))
	for i, v := range p {
		r[i] = float32(v / largest)
	}
	return r
}
