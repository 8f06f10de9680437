package nn_test

import (
	"slices"
	"testing"

	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

func TestDerivedContextsShareValuesAndDraws(t *testing.T) {
	c := context()
	d := c.With("class", classes(1))
	if !d.Training || c.Condition("class") != nil || d.Condition("class") == nil {
		t.Error("With must set the condition only in the derived context")
	}
	if e := d.With("class", classes(2)); e.Condition("class") == d.Condition("class") {
		t.Error("a condition that is set again keeps its first value")
	}
	p := nn.NewParam("p", tensor.Float32, nn.Zeros, 1)
	one := tensor.Full(tensor.Float32, 1, 1)
	d.Set(p, one)
	if c.Value(p) != one || !slices.Equal(c.Changed([]*nn.Param{p}), []*nn.Param{p}) {
		t.Error("the parent does not have a value that a derived context has set")
	}
	draws := evaluate(t, nil, c.Normal(8), d.Normal(8), c.Normal(8))
	if slices.Equal(draws[0].Data, draws[1].Data) || slices.Equal(draws[1].Data, draws[2].Data) {
		t.Error("a context and one derived from it draw the same numbers")
	}
}

func TestNetworksKnowTheirConditions(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "D", []int{2},
		nn.Concat(nn.Class("class"), nn.OneHot(3)),
		nn.Sequence(nn.Tanh, nn.Concat(nn.Vector("text", 4)), nn.Concat(nn.Class("class"), nn.OneHot(3))))
	if !slices.Equal(n.Out, []int{12}) {
		t.Errorf("the output has shape %v, want [12]", n.Out)
	}
	if len(n.Conditions) != 2 || n.Conditions[0].Name != "class" || n.Conditions[0].DType != tensor.Int32 ||
		n.Conditions[1].Name != "text" || n.Conditions[1].DType != tensor.Float64 || !slices.Equal(n.Conditions[1].Shape, []int{4}) {
		t.Errorf("the conditions are %v", n.Conditions)
	}
}

// TestDerive applies two layers that read one vector of the class, and compares with the
// sums by hand. The table of vectors must occur once.
func TestDerive(t *testing.T) {
	table := nn.Embedding(3, 2, nn.Values([]float64{1, 2, 3, 4, 5, 6}))
	ones := func(n int) nn.Layer { return nn.Linear(n, nn.Constant(1), nil) }
	n := nn.NewOf(tensor.Float64, "D", []int{2}, nn.Derive("label", nn.Class("class"), table,
		nn.Concat(nn.Vector("label", 2)), ones(1), nn.Concat(nn.Vector("label", 2))))
	if len(n.Conditions) != 1 || n.Conditions[0].Name != "class" || !slices.Equal(n.Out, []int{3}) {
		t.Errorf("conditions %v and output %v, want class and [3]", n.Conditions, n.Out)
	}
	if len(n.Params) != 2 || n.Params[0].Name != "D.0.0.weight" || n.Params[1].Name != "D.0.2.weight" {
		t.Errorf("the parameters are %v", n.Params)
	}
	c := context().With("class", classes(2, 0))
	got := evaluate(t, values(n), n.Apply(c, tensor.Const(counting(2, 2))))[0].Data
	wantNear(t, "output", got, []float64{0 + 1 + 5 + 6, 5, 6, 2 + 3 + 1 + 2, 1, 2}, 1e-12)
	maps := nn.New("M", []int{1, 2, 2}, nn.Derive("label", nn.Class("class"), table, nn.Concat(nn.Vector("label", 2))))
	if !slices.Equal(maps.Out, []int{3, 2, 2}) {
		t.Errorf("the maps have the shape %v", maps.Out)
	}
	wantMisuse(t, func() {
		nn.New("D", []int{2}, nn.Concat(nn.Vector("y", 3)), nn.Derive("y", nn.Class("class"), nn.OneHot(3)))
	}, "nn.Derive", `condition "y"`)
	wantMisuse(t, func() {
		nn.New("D", []int{2}, nn.Derive("y", nn.Class("class"), nn.OneHot(3), nn.Concat(nn.Vector("y", 4))))
	}, `condition "y"`)
}

func TestMisuseOfConditions(t *testing.T) {
	n := nn.New("D", []int{2}, nn.Linear(2, nn.He, nil), nn.Concat(nn.Class("class"), nn.OneHot(3)))
	x := tensor.Zeros(tensor.Float32, 2, 2)
	c := context()
	wantMisuse(t, func() { n.Apply(c, x) }, "network D", `"class" is missing`)
	wantMisuse(t, func() { n.Apply(c.With("label", classes(1, 2)), x) }, "network D", `"class" is missing`)
	wantMisuse(t, func() { n.Apply(c.With("class", classes(1, 2, 0)), x) }, "network D", `"class" is int32[3]`)
	wantMisuse(t, func() { n.Apply(c.With("class", classes(1, 2).Convert(tensor.Float32)), x) }, `"class" is float32[2]`)
	wantMisuse(t, func() {
		nn.New("D", []int{2}, nn.Concat(nn.Class("y"), nn.OneHot(3)), nn.Concat(nn.Vector("y", 3)))
	}, "network D", `condition "y"`)
	wantMisuse(t, func() { nn.New("D", []int{2, 3, 3}, nn.Concat(nn.Vector("y", 8), nn.Reshape(2, 2, 2))) }, "nn.Concat")
	if err := tensor.Try(func() { n.Apply(c.With("class", classes(1, 2)), x) }); err != nil {
		t.Error(err)
	}
}

func TestConcat(t *testing.T) {
	y := classes(2, 0)
	n := nn.NewOf(tensor.Float64, "D", []int{1}, nn.Concat(nn.Class("y"), nn.OneHot(3)))
	x := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 1}, Data: []float64{7, 8}})
	got := evaluate(t, nil, n.Apply(context().With("y", y), x))[0]
	wantNear(t, "vector", got.Data, []float64{7, 0, 0, 1, 8, 1, 0, 0}, 0)

	maps := nn.NewOf(tensor.Float64, "D", []int{1, 2, 1}, nn.Concat(nn.Class("y"), nn.OneHot(3)))
	x = tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 1, 2, 1}, Data: []float64{5, 6, 7, 8}})
	got = evaluate(t, nil, maps.Apply(context().With("y", y), x))[0]
	if !slices.Equal(got.Shape, []int{2, 4, 2, 1}) {
		t.Fatalf("the shape is %v, want [2 4 2 1]", got.Shape)
	}
	wantNear(t, "maps", got.Data, []float64{5, 6, 0, 0, 0, 0, 1, 1, 7, 8, 1, 1, 0, 0, 0, 0}, 0)
}

func TestGivenIsTheCondition(t *testing.T) {
	table := nn.Embedding(2, 3, nn.Values([]float64{1, 2, 3, 4, 5, 6}))
	n := nn.NewOf(tensor.Float64, "G", []int{3}, nn.Product(nn.Sequence(), nn.Given(nn.Class("y"), table)))
	x := tensor.Const(&tensor.Array{DType: tensor.Float64, Shape: []int{2, 3}, Data: []float64{1, 1, 1, 10, 10, 10}})
	got := evaluate(t, values(n), n.Apply(context().With("y", classes(1, 0)), x))[0]
	wantNear(t, "product", got.Data, []float64{4, 5, 6, 10, 20, 30}, 0)
}

func TestEmbeddingReadsRows(t *testing.T) {
	n := nn.NewOf(tensor.Float64, "E", nil, nn.Embedding(3, 2, nn.Values([]float64{1, 2, 3, 4, 5, 6})))
	if !slices.Equal(n.Out, []int{2}) {
		t.Fatalf("the output has shape %v, want [2]", n.Out)
	}
	got := evaluate(t, values(n), n.Apply(context(), classes(2, 0, 2)))[0]
	wantNear(t, "rows", got.Data, []float64{5, 6, 1, 2, 5, 6}, 0)
}

// TestConditionalBatchNorm compares with plain batch normalisation. The test looks
// up scale and shift of each class itself.
func TestConditionalBatchNorm(t *testing.T) {
	o := nn.DefaultBatchNorm
	o.Scale, o.Shift = nn.NormalAround(1, .5), nn.Normal(1)
	conditional := nn.NewOf(tensor.Float64, "N", []int{2, 3}, nn.ConditionalBatchNorm("class", 3, o))
	plain := nn.NewOf(tensor.Float64, "N", []int{2, 3}, nn.BatchNormWith(nn.BatchNormOptions{Epsilon: o.Epsilon, Momentum: o.Momentum}))
	of := []float64{1, 2, 1, 0}
	x := tensor.Const(normal(random.New(3, "x"), 4, 2, 3))
	for _, training := range []bool{true, false} {
		c := nn.NewContext(training, nil)
		initial := values(conditional)
		got := evaluate(t, initial, conditional.Apply(c.With("class", classes(of...)), x))[0]
		y := evaluate(t, values(plain), plain.Apply(nn.NewContext(training, nil), x))[0]
		scale, shift := initial[conditional.Params[0].Value].Data, initial[conditional.Params[1].Value].Data
		want := make([]float64, len(y.Data))
		for i := range want {
			row := int(of[i/6])*2 + i/3%2
			want[i] = y.Data[i]*scale[row] + shift[row]
		}
		wantNear(t, "conditional batch norm", got.Data, want, 1e-12)
	}
}
