package tensor_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/tensor"
)

var update = flag.Bool("update", false, "write docs/primitives.md anew")

var families = map[tensor.Family]string{
	tensor.Leaf:        "leaf",
	tensor.Elementwise: "elementwise",
	tensor.Generator:   "generator",
	tensor.View:        "view",
	tensor.Movement:    "movement",
	tensor.Reduction:   "reduction",
	tensor.Product:     "product",
}

// TestPrimitivesDocument checks that docs/primitives.md matches the
// definitions.
func TestPrimitivesDocument(t *testing.T) {
	path := filepath.Join("..", "docs", "primitives.md")
	want := primitivesDocument()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: go test ./tensor -run TestPrimitivesDocument -update", path)
	}
}

func primitivesDocument() string {
	var b strings.Builder
	primitives := slices.Clone(tensor.Primitives())
	slices.SortStableFunc(primitives, func(p, q *tensor.Primitive) int { return int(p.Family) - int(q.Family) })
	fmt.Fprintf(&b, `# Primitives

Every graph in Gander is made of these %d primitives. The set is closed under
differentiation: the gradient of each consists of primitives of the set, so
gradients of any order need no others. "None" says that no gradient flows: the
primitive is constant almost everywhere, its elements are not floats, or
stopping gradients is what it is for.

This file is written by `+"`go test ./tensor -run TestPrimitivesDocument -update`"+`
from the definitions in package tensor. Do not edit it.

| primitive | family | meaning | gradient | StableHLO |
|---|---|---|---|---|
`, len(primitives))
	for _, p := range primitives {
		gradient := "yes"
		if !p.HasGradient() {
			gradient = "none"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n",
			p.Name, families[p.Family], strings.ReplaceAll(p.Doc, "|", `\|`), gradient, p.StableHLO)
	}
	return b.String()
}
