package kernel

//go:generate go -C asm run ./winograd ..

// A Winograd holds the transforms of Winograd's minimal filtering F(2x2, 2x2)
// (Winograd 1980; Lavin and Gray 2016, section 4): a correlation of 3 x 3 inputs
// with 2 x 2 taps, which are 2 x 2 results, by 9 multiplications in place of 16.
// In one dimension
//
//	y0 = x0*w0 + x1*w1 = m0 + m1    m0 = (x0-x1) * w0
//	y1 = x1*w0 + x2*w1 = m1 + m2    m1 = x1 * (w0+w1)
//	                                m2 = (x2-x1) * w1
//
// and in two each index of a result, of a tap and of a product is a pair, of
// which the second runs faster. All numbers are vectors of n neighbours, a
// multiple of the lanes of a vector, one for each channel; element e of them is
// transformed by itself. A table says where they begin, a row of it for each of
// the transforms that a call makes. Transform i has its nine products from
// i*step on, plane apart.
type Winograd struct {
	// Input writes the nine left factors of 3 x 3 inputs.
	Input func(dst []float32, plane, step int, src []float32, table []int32, n int)
	// Taps writes the nine right factors of 2 x 2 taps.
	Taps func(dst []float32, plane, step int, src []float32, table []int32, n int)
	// Output writes the 2 x 2 results of nine products.
	Output func(dst []float32, table []int32, src []float32, plane, step int, n int)
}

// What F(2x2, 2x2) transforms: 2 x 2 results of 2 x 2 taps and 3 x 3 inputs, by
// as many products.
const (
	WinogradTile   = 2
	WinogradTaps   = 2
	WinogradPoints = 3
)

// ForWinograd returns the transforms of the instruction set in use.
func ForWinograd() *Winograd {
	set, _ := CPU()
	if w := winograds[set]; w != nil {
		return w
	}
	return plainWinograd
}

var plainWinograd = &Winograd{plainInput, plainTaps, plainOutput}

func plainInput(dst []float32, plane, step int, src []float32, table []int32, n int) {
	for ; len(table) > 0; table, dst = table[9:], ahead32(dst, step) {
		for e := range n {
			var x [9]float32
			for i, at := range table[:9] {
				x[i] = src[int(at)+e]
			}
			for row := 0; row < 9; row += 3 {
				x[row], x[row+2] = x[row]-x[row+1], x[row+2]-x[row+1]
			}
			for column := range 3 {
				x[column], x[column+6] = x[column]-x[column+3], x[column+6]-x[column+3]
			}
			for i, v := range x {
				dst[i*plane+e] = v
			}
		}
	}
}

func plainTaps(dst []float32, plane, step int, src []float32, table []int32, n int) {
	for ; len(table) > 0; table, dst = table[4:], ahead32(dst, step) {
		for e := range n {
			w00, w01, w10, w11 := src[int(table[0])+e], src[int(table[1])+e], src[int(table[2])+e], src[int(table[3])+e]
			upper, lower := w00+w01, w10+w11
			for i, v := range [...]float32{w00, upper, w01, w00 + w10, upper + lower, w01 + w11, w10, lower, w11} {
				dst[i*plane+e] = v
			}
		}
	}
}

func plainOutput(dst []float32, table []int32, src []float32, plane, step int, n int) {
	for ; len(table) > 0; table, src = table[4:], ahead32(src, step) {
		for e := range n {
			var sums [6]float32 // of a column's products, by result and column
			for column := range 3 {
				middle := src[(3+column)*plane+e]
				sums[column] = src[column*plane+e] + middle
				sums[3+column] = middle + src[(6+column)*plane+e]
			}
			dst[int(table[0])+e], dst[int(table[1])+e] = sums[0]+sums[1], sums[1]+sums[2]
			dst[int(table[2])+e], dst[int(table[3])+e] = sums[3]+sums[4], sums[4]+sums[5]
		}
	}
}

// ahead32 is x from element n on, if it has one.
func ahead32(x []float32, n int) []float32 { return x[min(n, len(x)):] }
