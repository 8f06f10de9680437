package engine

import (
	"fmt"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

// productCases returns products and convolutions with more than one block,
// chunk or range of rows. The random programs are too small for these.
func productCases() map[string][]*tensor.Tensor {
	cases := map[string][]*tensor.Tensor{}
	in := func(name string, shape ...int) *tensor.Tensor { return tensor.Input(name, tensor.Float32, shape...) }
	for _, s := range [][3]int{{1, 700, 65}, {700, 1, 65}, {3, 5, 9000}, {129, 97, 257}, {530, 40, 30}, {40, 530, 30}, {65, 49, 8200}} {
		m, n, k := s[0], s[1], s[2]
		for _, layout := range []string{"NN", "NT", "TN", "TT"} {
			left, right := matrix("a", m, k, layout[0] == 'T'), matrix("b", k, n, layout[1] == 'T')
			y := left.seen.MatMul(right.seen)
			cases[fmt.Sprintf("dot %v %s", s, layout)] = []*tensor.Tensor{y, y.Add(in("bias", n)).ReLU(), y.Sum(0)}
		}
	}
	cases["batched dot"] = []*tensor.Tensor{in("a", 70, 3, 50).Dot(in("b", 60, 3, 50),
		tensor.DotAttr{ABatch: []int{1}, BBatch: []int{1}, AContract: []int{2}, BContract: []int{2}})}
	followed(cases)
	conv := func(name string, x, k []int, change func(*tensor.ConvAttr)) {
		c := tensor.Plain(len(x) - 2)
		change(&c)
		input, kernel := in("x", x...), in("k", k...)
		y := input.Conv(kernel, c)
		outputs := append([]*tensor.Tensor{y.ReLU()}, tensor.Grads(y.Mul(in("dy", y.Shape()...)).Sum(), input, kernel)...)
		cases["conv "+name] = outputs
	}
	each := func(list []int, v int) {
		for i := range list {
			list[i] = v
		}
	}
	dcgan := func(c *tensor.ConvAttr) { each(c.Strides, 2); each(c.PadLow, 1); each(c.PadHigh, 1) }
	same := func(c *tensor.ConvAttr) { each(c.PadLow, 1); each(c.PadHigh, 1) }
	up := func(c *tensor.ConvAttr) { each(c.InputDilation, 2); each(c.PadLow, 2); each(c.PadHigh, 2) }
	conv("4x4 stride 2", []int{5, 3, 16, 16}, []int{20, 3, 4, 4}, dcgan)
	conv("4x4 stride 2 of a large image", []int{2, 1, 70, 66}, []int{3, 1, 4, 4}, dcgan)
	conv("3x3 of a large image", []int{2, 2, 50, 61}, []int{3, 2, 3, 3}, same)
	conv("up", []int{3, 5, 8, 8}, []int{6, 5, 4, 4}, up)
	conv("up a large image", []int{1, 2, 40, 37}, []int{3, 2, 4, 4}, up)
	conv("up threefold, in steps of 2", []int{2, 3, 9, 8}, []int{4, 3, 5, 4}, func(c *tensor.ConvAttr) {
		up(c)
		each(c.InputDilation, 3)
		each(c.Strides, 2)
	})
	conv("point", []int{40, 9, 1, 1}, []int{7, 9, 4, 4}, func(c *tensor.ConvAttr) { each(c.PadLow, 3); each(c.PadHigh, 3) })
	conv("whole window", []int{40, 9, 4, 4}, []int{7, 9, 4, 4}, func(*tensor.ConvAttr) {})
	conv("grouped and dilated", []int{4, 6, 13, 12}, []int{10, 3, 3, 2}, func(c *tensor.ConvAttr) {
		same(c)
		each(c.KernelDilation, 2)
		c.Groups = 2
	})
	conv("to few outputs", []int{17, 30, 16, 16}, []int{3, 30, 3, 3}, same)
	conv("to few outputs, of short lines", []int{17, 3, 7, 6}, []int{2, 3, 5, 5}, same)
	conv("of groups", []int{9, 32, 8, 8}, []int{32, 16, 3, 3}, func(c *tensor.ConvAttr) { same(c); c.Groups = 2 })
	conv("of single channels", []int{6, 5, 20, 17}, []int{5, 1, 4, 4}, func(c *tensor.ConvAttr) { dcgan(c); c.Groups = 5 })
	conv("5x5 stride 2, padded unevenly", []int{17, 4, 14, 14}, []int{6, 4, 5, 5}, func(c *tensor.ConvAttr) {
		dcgan(c)
		each(c.PadHigh, 2)
	})
	conv("5x5 up unevenly", []int{17, 6, 7, 7}, []int{3, 6, 5, 5}, func(c *tensor.ConvAttr) { up(c); each(c.PadHigh, 3) })
	conv("of one dimension", []int{3, 4, 900}, []int{5, 4, 7}, same)
	conv("of three dimensions", []int{2, 2, 9, 8, 10}, []int{3, 2, 3, 4, 3}, dcgan)
	conv("4x4x4 stride 2 of volumes", []int{5, 1, 16, 16, 16}, []int{9, 1, 4, 4, 4}, dcgan)
	conv("4x4x4 stride 2 of small volumes", []int{17, 6, 6, 6, 6}, []int{10, 6, 4, 4, 4}, dcgan)
	conv("up volumes", []int{5, 6, 5, 5, 5}, []int{7, 6, 4, 4, 4}, up)
	conv("up volumes to one channel", []int{3, 8, 8, 8, 8}, []int{1, 8, 4, 4, 4}, up)
	conv("point to volumes", []int{20, 9, 1, 1, 1}, []int{7, 9, 4, 4, 4}, func(c *tensor.ConvAttr) { each(c.PadLow, 3); each(c.PadHigh, 3) })
	conv("1x1 stride 2", []int{4, 8, 9, 9}, []int{8, 8, 1, 1}, func(c *tensor.ConvAttr) { each(c.Strides, 2) })
	return cases
}

// followed returns products with epilogues. The epilogues read many or few
// other values, and the results have long or short rows.
func followed(cases map[string][]*tensor.Tensor) {
	in := func(name string, shape ...int) *tensor.Tensor { return tensor.Input(name, tensor.Float32, shape...) }
	for _, s := range [][3]int{{130, 1200, 20}, {61, 701, 33}, {300, 60, 40}, {700, 3, 50}, {3, 1100, 300}, {20, 400, 40}} {
		m, n, k := s[0], s[1], s[2]
		for _, layout := range []string{"NN", "TN"} {
			product := func() *tensor.Tensor {
				return matrix("a", m, k, layout[0] == 'T').seen.MatMul(matrix("b", k, n, layout[1] == 'T').seen)
			}
			cases[fmt.Sprintf("followed dot %v %s", s, layout)] = []*tensor.Tensor{
				product().Add(in("bias", n)).ReLU(), product().Mul(in("v", m, n)).Add(in("w", m, n)), product().Reshape(-1).Neg(),
			}
		}
	}
	batched := in("a", 70, 3, 50).Dot(in("b", 600, 3, 50),
		tensor.DotAttr{ABatch: []int{1}, BBatch: []int{1}, AContract: []int{2}, BContract: []int{2}})
	cases["followed batched dot"] = []*tensor.Tensor{batched.Mul(in("v", 3, 70, 600))}
}

// TestLargeProducts compares large products with the reference evaluation, on
// values with exact sums. It also compares the bytes of one thread with those
// of three threads.
func TestLargeProducts(t *testing.T) {
	one, three := NewDevice(1), NewDevice(3)
	defer one.Close()
	defer three.Close()
	for name, outputs := range productCases() {
		t.Run(name, func(t *testing.T) {
			values := map[*tensor.Tensor]*tensor.Array{}
			for _, x := range tensor.Ancestors(outputs, nil) {
				if x.Op().Name == "input" {
					a := tensor.NewArray(x.DType(), x.Shape()...)
					for i := range a.Data {
						a.Data[i] = float64((i*7+len(values))%5 - 2)
					}
					values[x] = a
				}
			}
			want, err := tensor.Eval(outputs, values)
			if err != nil {
				t.Fatal(err)
			}
			var programs []*Program
			for _, d := range []*Device{one, three} {
				p, err := d.Compile(nil, outputs)
				if err != nil {
					t.Fatal(err)
				}
				for x, a := range values {
					if m, ok := p.Input(x); ok {
						m.Set(a)
					}
				}
				p.Run()
				p.Run()
				programs = append(programs, p)
			}
			for i, o := range outputs {
				if string(programs[0].Output(i).Bytes) != string(programs[1].Output(i).Bytes) {
					t.Errorf("output %d differs between 1 and 3 threads", i)
				}
				if msg := differ(programs[0].Output(i).Array(o.Shape()...), want[i]); msg != "" {
					t.Errorf("output %d: %s", i, msg)
				}
			}
		})
	}
}
