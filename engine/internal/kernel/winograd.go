package kernel

//go:generate go -C asm run ./winograd ..

// A Winograd holds the transforms of one form of Winograd's minimal filtering,
// F(Tile x Tile, Taps x Taps) (Winograd 1980; Lavin and Gray 2016, section 4).
// It correlates Points x Points inputs with Taps x Taps taps and gives Tile x
// Tile results. The number of multiplications equals the number of inputs. In
// one dimension F(2, 2) is
//
//	y0 = x0*w0 + x1*w1 = m0 + m1    m0 = (x0-x1) * w0
//	y1 = x1*w0 + x2*w1 = m1 + m2    m1 = x1 * (w0+w1)
//	                                m2 = (x2-x1) * w1
//
// In two dimensions each index of a result, a tap and a product is a pair; the
// second index varies faster. All numbers are vectors of n contiguous elements,
// one for each channel. Channels are transformed independently. n is a multiple
// of the lanes of a vector. A table holds the positions of the vectors, one row
// for each transform of a call. The products of transform i begin at i*step and
// are plane apart.
type Winograd struct {
	Tile, Taps, Points int

	// Inputs writes the left factors of Points x Points inputs. Rights writes
	// the right factors of Taps x Taps taps.
	Inputs, Rights func(dst []float32, plane, step int, src []float32, table []int32, n int)
	// Results writes Tile x Tile results of products.
	Results func(dst []float32, table []int32, src []float32, plane, step int, n int)
}

// Winograds returns the available forms, with transforms of the instruction set
// in use.
func Winograds() []*Winograd {
	set, _ := CPU()
	if forms := winograds[set]; forms != nil {
		return forms
	}
	return plainWinograds
}

// A transform is a matrix that is applied along both dimensions. A row holds
// the factors of the numbers it reads, for one number it writes.
type transform [][]float32

// The forms are derived from products of polynomials, which are computed from
// their values at some points: 0, -1 and infinity, or 0, 1, -1 and infinity, or
// 0, 1, -1, 2 and infinity. The matrices are the transposes of these
// computations. All forms with the same number of points share the transform of
// the inputs.
var (
	inputs3 = transform{{1, -1, 0}, {0, 1, 0}, {0, -1, 1}}
	inputs4 = transform{{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}}
	inputs5 = transform{{2, -1, -2, 1, 0}, {0, -2, -1, 1, 0}, {0, 2, -3, 1, 0}, {0, -1, 0, 1, 0}, {0, 2, -1, -2, 1}}

	taps3of2 = transform{{1, 0}, {1, 1}, {0, 1}}
	taps4of2 = transform{{1, 0}, {0.5, 0.5}, {0.5, -0.5}, {0, 1}}
	taps4of3 = transform{{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}}
	taps5of4 = transform{{0.5, 0, 0, 0}, {-0.5, -0.5, -0.5, -0.5}, {-1. / 6, 1. / 6, -1. / 6, 1. / 6},
		{1. / 6, 1. / 3, 2. / 3, 4. / 3}, {0, 0, 0, 1}}

	results2of3 = transform{{1, 1, 0}, {0, 1, 1}}
	results2of4 = transform{{1, 1, 1, 0}, {0, 1, -1, 1}}
	results3of4 = transform{{1, 1, 1, 0}, {0, 1, -1, 0}, {0, 1, 1, 1}}
	results2of5 = transform{{1, 1, 1, 1, 0}, {0, 1, -1, 2, 1}}
)

// plainWinograds contains the forms with plain transforms. F(4, 2) is not
// included. Its rounding error is eight times that of a direct sum. This error is
// noticeable where the activations of a network have kinks.
var plainWinograds = []*Winograd{
	{2, 2, 3, inputs3.toPlanes, taps3of2.toPlanes, results2of3.fromPlanes},
	{2, 3, 4, inputs4.toPlanes, taps4of3.toPlanes, results2of4.fromPlanes},
	{3, 2, 4, inputs4.toPlanes, taps4of2.toPlanes, results3of4.fromPlanes},
	{2, 4, 5, inputs5.toPlanes, taps5of4.toPlanes, results2of5.fromPlanes},
}

// toPlanes is the plain version of the transforms that write planes.
func (m transform) toPlanes(dst []float32, plane, step int, src []float32, table []int32, n int) {
	reads, writes := len(m[0]), len(m)
	var in, out [25]float32
	for i := 0; len(table) > 0; i++ {
		for e := range n {
			for k, at := range table[:reads*reads] {
				in[k] = src[int(at)+e]
			}
			m.apply(out[:writes*writes], in[:reads*reads])
			for k, v := range out[:writes*writes] {
				dst[i*step+k*plane+e] = v
			}
		}
		table = table[reads*reads:]
	}
}

// fromPlanes is the plain version of the transforms that read planes.
func (m transform) fromPlanes(dst []float32, table []int32, src []float32, plane, step int, n int) {
	reads, writes := len(m[0]), len(m)
	var in, out [25]float32
	for i := 0; len(table) > 0; i++ {
		for e := range n {
			for k := range reads * reads {
				in[k] = src[i*step+k*plane+e]
			}
			m.apply(out[:writes*writes], in[:reads*reads])
			for k, at := range table[:writes*writes] {
				dst[int(at)+e] = out[k]
			}
		}
		table = table[writes*writes:]
	}
}

// apply sets dst to the transform of src, first along columns and then along
// rows.
func (m transform) apply(dst, src []float32) {
	reads, writes := len(m[0]), len(m)
	var between [25]float32
	for i, row := range m {
		for j := range reads {
			var sum float32
			for k, factor := range row {
				sum += factor * src[k*reads+j]
			}
			between[i*reads+j] = sum
		}
	}
	for i := range writes {
		for j, row := range m {
			var sum float32
			for k, factor := range row {
				sum += factor * between[i*reads+k]
			}
			dst[i*writes+j] = sum
		}
	}
}
