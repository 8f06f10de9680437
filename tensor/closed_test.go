package tensor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/tensor"
)

func TestPrimitivesAreDefinedInFull(t *testing.T) {
	names := map[string]bool{}
	for _, p := range tensor.Primitives() {
		if missing := p.Missing(); len(missing) > 0 {
			t.Errorf("%s has no %s", p.Name, strings.Join(missing, ", "))
		}
		if names[p.Name] {
			t.Errorf("two primitives are called %s", p.Name)
		}
		names[p.Name] = true
		if !strings.HasPrefix(p.Doc, p.Name+"(") || !strings.HasSuffix(p.Doc, ".") {
			t.Errorf("the document of %s is not a sentence that begins with its use: %q", p.Name, p.Doc)
		}
	}
}

// TestPrimitivesAreClosed walks the graphs of all cases. Derivatives must
// consist of primitives of the set, and the cases must use each of them.
func TestPrimitivesAreClosed(t *testing.T) {
	set := map[*tensor.Primitive]bool{}
	for _, p := range tensor.Primitives() {
		set[p] = true
	}
	used, differentiated := map[*tensor.Primitive]bool{}, map[*tensor.Primitive]bool{}
	for _, c := range gradcheck.Cases() {
		tr, err := c.Trace(2)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range tensor.Ancestors(tr.Roots(), nil) {
			if !set[v.Op()] {
				t.Errorf("%s: %s is not in the set", c.Name, v.Op().Name)
			}
		}
		depends := map[*tensor.Tensor]bool{}
		for _, v := range tensor.Ancestors([]*tensor.Tensor{tr.Y}, nil) {
			depends[v] = v.DType().IsFloat() && (slices.Contains(tr.X, v) ||
				slices.ContainsFunc(v.Args(), func(a *tensor.Tensor) bool { return depends[a] }))
			used[v.Op()] = true
			if depends[v] {
				differentiated[v.Op()] = true
			}
		}
	}
	for _, p := range tensor.Primitives() {
		if p.Family != tensor.Leaf && !used[p] {
			t.Errorf("no case uses %s", p.Name)
		}
		if p.HasGradient() && !differentiated[p] {
			t.Errorf("no case differentiates %s", p.Name)
		}
	}
}
