package cpu

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/engine/internal/ir"
	"github.com/gander-ml/gander/engine/internal/product"
	"github.com/gander-ml/gander/tensor"
)

// A StepInfo describes one step of a program.
type StepInfo struct {
	Kind  string   `json:"kind"`            // "loop", "dot", "conv", "reduce-sum", "pad", ...
	Shape []int    `json:"shape"`           // of the result of the head; of a loop, of its nodes
	Parts []string `json:"parts"`           // the primitives in the step, oldest first
	FLOPs float64  `json:"flops"`           // floating-point operations by definition; a fused multiply-add counts as two
	Made  float64  `json:"made"`            // floating-point operations that are performed; smaller for a fast algorithm
	Form  string   `json:"form,omitempty"`  // the name of the fast algorithm, F(2x2, 2x2), ...; empty if there is none
	Zeros bool     `json:"zeros,omitempty"` // the product skips zeros of an operand if there are many
	Bytes float64  `json:"bytes"`           // read from and written to memory, each value once
}

func (s StepInfo) String() string {
	line := fmt.Sprintf("%-12s %-20s %9.3f MFLOP %9.3f MB  %s",
		s.Kind, fmt.Sprint(s.Shape), s.FLOPs/1e6, s.Bytes/1e6, strings.Join(s.Parts, " "))
	if s.Form != "" {
		line += fmt.Sprintf("  (by %s, %.3f MFLOP)", s.Form, s.Made/1e6)
	}
	if s.Zeros {
		line += "  (but for zeros)"
	}
	return line
}

// Steps describes the steps of the program in the order in which they run.
func (p *Program) Steps() []StepInfo {
	var steps []StepInfo
	for _, pl := range p.planned {
		steps = append(steps, describe(pl.group, pl.product))
	}
	return steps
}

// ArenaBytes returns the size of the arena of all intermediate values.
func (p *Program) ArenaBytes() int { return p.compiled.Arena }

// describe describes the step of a group; made is its product, or nil if it has
// no product.
func describe(g *ir.Group, made product.Multiplication) StepInfo {
	s := StepInfo{Kind: "loop", Shape: g.Nodes[len(g.Nodes)-1].Shape}
	if g.Head != nil {
		s.Kind, s.Shape = g.Head.Op, g.Head.Shape
	}
	read := map[*ir.Buffer]bool{}
	for _, n := range g.Nodes {
		s.Parts = append(s.Parts, n.Op)
		s.FLOPs += flops(n)
		if n.Buffer != nil {
			s.Bytes += float64(n.Size() * n.DType.Size())
		}
		for _, a := range n.Args {
			if b := a.Node.Buffer; a.Node.Group != g && b != nil && !read[b] {
				read[b] = true
				s.Bytes += float64(a.Node.Size() * a.Node.DType.Size())
			}
		}
	}
	s.Made = s.FLOPs
	if made == nil {
		return s
	}
	s.Zeros = made.SkipsZeros()
	if form, multiplications := made.Form(); form != "" {
		s.Form = form
		s.Made += 2*multiplications - flops(g.Head)
	}
	return s
}

// flops returns the number of floating-point operations of a node by its
// formula, independent of the kernel that computes it. Zeros between the
// elements of a dilated input do not count as factors.
func flops(n *ir.Node) float64 {
	size := float64(n.Size())
	switch a := n.Attr.(type) {
	case tensor.DotAttr:
		return 2 * size * float64(tensor.Size(ir.Pick(n.Args[0].Layout.Shape, a.AContract)))
	case tensor.ConvAttr:
		return 2 * size * float64(tensor.Size(n.Args[1].Layout.Shape[1:])) / float64(tensor.Size(a.InputDilation))
	case tensor.ReduceAttr:
		return float64(tensor.Size(n.Args[0].Layout.Shape))
	}
	if n.Family == tensor.Elementwise && n.DType.IsFloat() {
		return size
	}
	return 0
}
