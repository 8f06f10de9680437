package nn_test

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// layers contains every layer with a shape of its input, without the batch axis.
var layers = map[string]struct {
	layer nn.Layer
	in    []int
}{
	"linear":               {nn.Linear(3, nn.He, nn.Uniform(1)), []int{4}},
	"linear flattens":      {nn.Linear(3, nn.Normal(1), nn.Uniform(1)), []int{2, 2}},
	"maxout":               {nn.Maxout(3, 5, nn.Normal(1), nn.Uniform(1)), []int{4}},
	"conv":                 {nn.Conv(3, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.Normal(1), nn.Uniform(1)), []int{2, 6, 6}},
	"conv in 1 dimension":  {nn.Conv(2, nn.Window{Kernel: 3, Stride: 1, Pad: 1}, nn.Normal(1), nil), []int{2, 5}},
	"transposed conv":      {nn.ConvTranspose(3, nn.Window{Kernel: 4, Stride: 2, Pad: 1}, nn.Normal(1), nn.Uniform(1)), []int{2, 3, 3}},
	"batch norm":           {nn.BatchNorm, []int{3}},
	"batch norm of images": {nn.BatchNorm, []int{2, 3, 3}},
	"layer norm":           {nn.LayerNorm, []int{2, 3, 3}},
	"dropout":              {nn.Dropout(0.4), []int{7}},
	"relu":                 {nn.ReLU, []int{7}},
	"leaky relu":           {nn.LeakyReLU(0.2), []int{7}},
	"sigmoid":              {nn.Sigmoid, []int{7}},
	"tanh":                 {nn.Tanh, []int{7}},
	"softplus":             {nn.Softplus, []int{7}},
	"reshape":              {nn.Reshape(3, 2), []int{6}},

	"window with all settings": {nn.Conv(4, nn.Window{Kernel: 3, Stride: 2, Pad: 1, PadMore: 1, Dilation: 2, Groups: 2}, nn.Normal(1), nn.Uniform(1)), []int{4, 7, 6}},
	"transposed window with all settings": {nn.ConvTranspose(4, nn.Window{
		Kernel: 3, Stride: 2, Pad: 1, PadMore: 1, Dilation: 2, Groups: 2, OutputPad: 1}, nn.Normal(1), nil), []int{2, 3, 4}},
	"conv in 3 dimensions": {nn.Conv(2, nn.Window{Kernel: 2, Stride: 1}, nn.Normal(1), nil), []int{1, 3, 2, 3}},
	"untied bias":          {nn.Bias(nn.Normal(1)), []int{2, 3}},

	"sequence": {nn.Sequence(nn.Linear(3, nn.Normal(1), nil), nn.Tanh), []int{4}},
	"residual": {nn.Residual(nn.Sequence(nn.Linear(4, nn.Normal(1), nil), nn.Tanh), nil), []int{4}},
	"sum":      {nn.Sum(nn.Linear(2, nn.Normal(1), nil), nn.Linear(2, nn.Normal(1), nil), nn.Linear(2, nn.Normal(1), nil)), []int{4}},
	"join":     {nn.Join(nn.Linear(2, nn.Normal(1), nil), nn.Tanh), []int{4}},

	"product": {nn.Product(nn.Sequence(), nn.Given(nn.Class("class"), nn.Embedding(3, 4, nn.Normal(1)))), []int{4}},

	"class appended to a vector": {nn.Concat(nn.Class("class"), nn.OneHot(3)), []int{4}},
	"class appended to maps":     {nn.Concat(nn.Class("class"), nn.Embedding(3, 2, nn.Normal(1)), nn.Tanh), []int{2, 3, 2}},
	"vector appended to maps":    {nn.Concat(nn.Vector("vector", 2), nn.Linear(3, nn.Normal(1), nil)), []int{2, 3, 2}},
	"maps appended to maps":      {nn.Concat(nn.Vector("vector", 12), nn.Reshape(2, 3, 2)), []int{1, 3, 2}},
	"conditional batch norm":     {nn.ConditionalBatchNorm("class", 3, nn.DefaultBatchNorm), []int{2, 3}},

	"max pool":            {nn.MaxPool(nn.Pool{Kernel: 3, Stride: 2, Pad: 1, Ceil: true}), []int{2, 5, 6}},
	"average pool":        {nn.AveragePool(nn.Pool{Kernel: 3, Stride: 2, Pad: 1, Ceil: true}), []int{2, 5, 6}},
	"global sum":          {nn.GlobalSum, []int{2, 3, 2}},
	"global mean":         {nn.GlobalMean, []int{2, 3, 2}},
	"nearest up-sampling": {nn.UpsampleNearest(3), []int{2, 2, 3}},
	"filtered up":         {nn.UpsampleFiltered, []int{2, 3, 2}},
	"filtered down":       {nn.DownsampleFiltered, []int{2, 5, 4}},
	"pixel shuffle":       {nn.PixelShuffle(2), []int{8, 2, 3}},

	"batch norm with nothing learned": {nn.BatchNormWith(nn.BatchNormOptions{Epsilon: 1e-3, Momentum: .05}), []int{3}},
	"group norm":                      {nn.GroupNorm(2, nn.Affine), []int{4, 3}},
	"layer norm with scale and shift": {nn.GroupNorm(1, nn.Affine), []int{4, 3, 2}},
	"instance norm":                   {nn.InstanceNorm(nn.Affine), []int{2, 3, 2}},
	"pixel norm":                      {nn.PixelNorm, []int{3, 2}},
	"weight norm":                     {nn.WeightNorm(nn.Conv(2, nn.Window{Kernel: 3, Stride: 1}, nn.Normal(1), nn.Normal(1))), []int{2, 4, 3}},
	"weight norm without bias":        {nn.WeightNorm(nn.Linear(3, nn.Normal(1), nil)), []int{4}},
	"minibatch discrimination":        {nn.MinibatchDiscrimination(3, 2, nn.Normal(.4), nn.Normal(1)), []int{4}},
	"minibatch standard deviation":    {nn.MinibatchStdDev(4, 2), []int{4, 3}},
	"virtual batch norm":              {nn.ReferenceBatch(4, nn.Normal(1), nn.Linear(3, nn.Normal(1), nil), nn.VirtualBatchNorm(nn.DefaultVirtualBatchNorm)), []int{2}},
	"virtual batch norm of maps":      {nn.ReferenceBatch(2, nn.Normal(1), nn.VirtualBatchNorm(nn.DefaultVirtualBatchNorm), nn.Tanh), []int{2, 3, 2}},
	"noise":                           {nn.GaussianNoise(.5), []int{4}},
}

// context returns a training context with the same random numbers in each call.
func context() *nn.Context {
	return nn.NewContext(true, nn.Seeded(5, tensor.Zeros(tensor.Uint32, 2)))
}

// TestLayerGradients checks every layer by its input and its parameters, in
// float64, at orders 1 and 2.
func TestLayerGradients(t *testing.T) {
	for name, c := range layers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const batch = 3
			network := nn.NewOf(tensor.Float64, "N", c.in, c.layer)
			s := random.New(2, name)
			x := normal(s, append([]int{batch}, c.in...)...)
			at := []*tensor.Array{x}
			for _, p := range network.Params {
				a := tensor.NewArray(tensor.Float64, p.Value.Shape()...)
				p.Init(a.Data, a.Shape, s)
				at = append(at, a)
			}
			for _, d := range network.Conditions {
				a := normal(s, append([]int{batch}, d.Shape...)...)
				if d.DType == tensor.Int32 {
					a = &tensor.Array{DType: tensor.Int32, Shape: []int{batch}, Data: []float64{2, 0, 2}}
				}
				at = append(at, a)
			}
			gradcheck.Check(t, name, func(v []*tensor.Tensor) *tensor.Tensor {
				c := context()
				for i, p := range network.Params {
					c.Set(p, v[1+i])
				}
				for i, d := range network.Conditions {
					c = c.With(d.Name, v[1+len(network.Params)+i])
				}
				return network.Apply(c, v[0])
			}, at)
		})
	}
}

func TestMaxoutIsTheMaximumOfItsPieces(t *testing.T) {
	network := nn.New("N", []int{2}, nn.Maxout(2, 3, nn.Zeros, nn.Values([]float64{1, 5, 2, -1, -7, -3})))
	got, err := tensor.Eval([]*tensor.Tensor{network.Apply(context(), tensor.Zeros(tensor.Float32, 1, 2))}, values(network))
	if err != nil {
		t.Fatal(err)
	}
	if y := got[0].Data; y[0] != 5 || y[1] != -1 {
		t.Errorf("maxout of the biases is %v, want [5 -1]", y)
	}
}

// values returns the initial values of a network's parameters.
func values(n *nn.Network) map[*tensor.Tensor]*tensor.Array {
	m := map[*tensor.Tensor]*tensor.Array{}
	for _, p := range n.Params {
		a := tensor.NewArray(p.Value.DType(), p.Value.Shape()...)
		p.Init(a.Data, a.Shape, random.New(1, p.Name))
		m[p.Value] = a
	}
	return m
}

func TestDropoutKeepsTheMean(t *testing.T) {
	const n, drop = 40_000, 0.3
	network := nn.New("N", []int{n}, nn.Dropout(drop))
	ones := tensor.Full(tensor.Float32, 1, 1, n)
	got, err := tensor.Eval([]*tensor.Tensor{network.Apply(context(), ones)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum, zeros := 0.0, 0
	for _, v := range got[0].Data {
		sum += v
		if v == 0 {
			zeros++
		}
	}
	// Bounds are five standard errors.
	if d := math.Abs(float64(zeros)/n - drop); d > 5*math.Sqrt(drop*(1-drop)/n) {
		t.Errorf("%d of %d elements are dropped, want a share of %g", zeros, n, drop)
	}
	if d := math.Abs(sum/n - 1); d > 5*math.Sqrt(drop/(1-drop)/n) {
		t.Errorf("the mean after dropout is %g, want 1", sum/n)
	}
	if y := network.Apply(nn.NewContext(false, nil), ones); y != ones {
		t.Error("dropout does something outside training")
	}
}

func TestDrawsDiffer(t *testing.T) {
	c := context()
	got, err := tensor.Eval([]*tensor.Tensor{c.Normal(64), c.Normal(64)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got[0].Data {
		if v != got[1].Data[i] {
			return
		}
	}
	t.Error("two draws of one context are equal")
}

func TestParametersAreNamedAndCounted(t *testing.T) {
	n := nn.New("G", []int{3}, nn.Linear(4, nn.He, nn.Zeros), nn.ReLU, nn.Maxout(2, 5, nn.He, nn.Zeros))
	want := []string{"G.0.weight", "G.0.bias", "G.2.weight", "G.2.bias"}
	for i, p := range n.Params {
		if p.Name != want[i] {
			t.Errorf("parameter %d is called %q, want %q", i, p.Name, want[i])
		}
	}
	if size := 3*4 + 4 + 4*10 + 10; n.Size() != size {
		t.Errorf("the network has %d parameters, want %d", n.Size(), size)
	}
	if len(n.Out) != 1 || n.Out[0] != 2 {
		t.Errorf("the output has shape %v, want [2]", n.Out)
	}
}
