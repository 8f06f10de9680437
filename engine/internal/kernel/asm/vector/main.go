// Command vector generates the assembly of the elementwise kernels, the
// reductions and the random bits. AVX-512 and AVX2 with FMA are generated from
// one source, so both give the same bits.
//
// A kernel is a loop over vectors of 16 or 8 elements and one masked vector for
// the rest. The computation on a vector is written once (formula.go, loop.go),
// in terms of a machine (machine.go) that generates the instructions of each
// set. Loops are not unrolled: their iterations are independent, so the
// processor overlaps them, and the speed of simple kernels is limited by
// stores.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	data := &table{}
	for _, m := range []*machine{{name: "AVX512", lanes: 16, data: data}, {name: "AVX2", lanes: 8, data: data}} {
		m.unary("neg", "dst[i] = -x[i]", neg)
		m.unary("abs", "dst[i] = |x[i]|", abs)
		m.unary("sign", "dst[i] to -1, 0 or 1; a zero keeps its sign and NaN stays NaN", sign)
		m.unary("sqrt", "dst[i] to the square root of x[i]", func(m *machine) formula { return m.sqrt })
		m.unary("rsqrt", "dst[i] = 1 / sqrt(x[i]), both correctly rounded", rsqrt)
		m.unary("floor", "dst[i] to the largest whole number not above x[i]", func(m *machine) formula {
			return func(x vec) vec { return m.round(x, down) }
		})
		m.unary("exp", "dst[i] = e^x[i]", exp)
		m.unary("log", "dst[i] to the natural logarithm of x[i]", log)
		m.unary("tanh", "dst[i] to the hyperbolic tangent of x[i]", tanh)
		m.unary("logistic", "dst[i] = 1 / (1 + e^-x[i])", logistic)
		m.unary("fromUint32", "dst[i] to the bits of x[i], read as an unsigned integer, as a number", fromUint32)
		m.unary("fromInt32", "dst[i] to the bits of x[i], read as a signed integer, as a number", fromInt32)
		m.unary("toInt32", "dst[i] to the bits of x[i], truncated, as a signed integer", toInt32)
		m.unary("toUint32", "dst[i] to the bits of x[i], truncated, as an unsigned integer", toUint32)
		m.guarded("sin", "dst[i] to the sine of x[i]", 0)
		m.guarded("cos", "dst[i] to the cosine of x[i]", 1)

		m.binary("add", "dst[i] = a[i] + b[i]", add)
		m.binary("sub", "dst[i] = a[i] - b[i]", sub)
		m.binary("mul", "dst[i] = a[i] * b[i]", mul)
		m.binary("div", "dst[i] = a[i] / b[i]", div)
		m.binary("max", "dst[i] = max(a[i], b[i]), NaN if either is NaN", func(m *machine) formula2 { return m.maximum })
		m.binary("min", "dst[i] = min(a[i], b[i]), NaN if either is NaN", func(m *machine) formula2 { return m.minimum })
		m.binary("pow", "dst[i] = a[i] to the power of b[i]", pow)

		m.pairs()

		m.compare("equal", "dst[i] = a[i] == b[i]", equal)
		m.compare("notEqual", "dst[i] = a[i] != b[i]", notEqual)
		m.compare("less", "dst[i] = a[i] < b[i]", less)
		m.compare("lessEqual", "dst[i] = a[i] <= b[i]", lessEqual)
		m.choose()
		m.fromBool()
		m.shiftRight()

		m.sum()
		m.maxOf()
		m.philox()
		m.repeat()
		m.fill()
		m.rows()
		if m.wide() {
			m.columns()
			m.rowsOf("sum", "the sum of", func(m *machine, a, b vec) vec { return m.add(a, b) })
			m.rowsOf("max", "the maximum of", (*machine).maximum)
		}
	}
	data.write()
	Generate()
}
