package run_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/gradcheck"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// residual is a GAN of residual networks, as those of Miyato et al. 2018 and
// Miyato and Koyama 2018: spectral normalisation of every weight, batch
// normalisation by class in G, the class given to D.
type residual struct {
	Batch  int `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent int `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Width  int `toml:"width" min:"1" max:"65536" doc:"channels of all layers"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "residual", Title: "residual networks with spectral and conditional normalisation",
		Source: "Miyato and Koyama 2018, cGANs with Projection Discriminator (arXiv 1802.05637)",
		Data:   "digits", Takes: labelledImages,
		Kimg: 1, TickKimg: 1, Grid: 9,
	}, residual{Batch: 64, Latent: 64, Width: 64}, residual.build)
}

func (s residual) build(images recipe.Examples) (*recipe.System, error) {
	label, _ := images.Field(data.ClassField)
	G, D := s.networks(tensor.Float32, images.First().Shape, label.Classes, nn.ReLU)
	adam := optim.Adam{LearningRate: optim.Constant(1e-3), Beta1: 0, Beta2: .9, Epsilon: 1e-8}
	return recipe.Pair{
		G: G, D: D, Latent: recipe.Normal("z", s.Latent), Given: []recipe.Condition{{Field: label}},
		Objective: objective.NonSaturating{}, Batch: s.Batch,
		OptimizerG: adam, OptimizerD: adam, Average: optim.EMA{Decay: .9}, Round: recipe.Alternate(2),
		Makes: images.First(), Scale: data.Scale{Lo: -1, Hi: 1},
	}.System()
}

// networks makes G and D for images of [channels, size, size], size 4 times a
// power of 2.
func (s residual) networks(dtype tensor.DType, image []int, classes int, activation nn.Layer) (G, D *nn.Network) {
	conv := func(channels, kernel int) nn.Layer {
		return nn.SpectralNorm(nn.Conv(channels, nn.Window{Kernel: kernel, Stride: 1, Pad: kernel / 2}, nn.He, nil))
	}
	norm := nn.ConditionalBatchNorm("class", classes, nn.DefaultBatchNorm)
	inG := []nn.Layer{nn.SpectralNorm(nn.Linear(s.Width*16, nn.He, nil)), nn.Reshape(s.Width, 4, 4)}
	var inD []nn.Layer
	half := nn.AveragePool(nn.Pool{Kernel: 2, Stride: 2})
	for size := 4; size < image[1]; size *= 2 {
		inG = append(inG, nn.Residual(
			nn.Sequence(norm, activation, nn.UpsampleNearest(2), conv(s.Width, 3), norm, activation, conv(s.Width, 3)),
			nn.Sequence(nn.UpsampleNearest(2), conv(s.Width, 1))))
		inD = append(inD, nn.Residual(
			nn.Sequence(conv(s.Width, 3), activation, conv(s.Width, 3), half),
			nn.Sequence(half, conv(s.Width, 1))), activation)
	}
	inG = append(inG, norm, activation, conv(image[0], 3), nn.Tanh)
	inD = append(inD, nn.GlobalSum, nn.Concat(nn.Class("class"), nn.OneHot(classes)), nn.SpectralNorm(nn.Linear(1, nn.He, nn.Zeros)))
	return nn.NewOf(dtype, "G", []int{s.Latent}, inG...), nn.NewOf(dtype, "D", image, inD...)
}

// TestResidual trains on images of 64x64 in colour, stops and resumes. Everything
// that is learned, averaged or kept must have changed.
func TestResidual(t *testing.T) {
	t.Parallel()
	path := pictures(t, 3, 8, 64)
	s := resumesExactly(t, 2, func() *run.Config {
		return configOf(t, "residual", "data.name="+path, "batch=4", "width=4", "latent=5", "steps=3", "tick_kimg=.024", "grid=6", "keep=9")
	})
	if got, want := s.Config.Data.Fields[0], "x pixels 3x64x64"; got != want {
		t.Errorf("examples are %s, want %s", got, want)
	}
	before, err := run.LoadCheckpoint(s.Folder.Checkpoints().Path(0))
	if err != nil {
		t.Fatal(err)
	}
	after, err := run.LoadCheckpoint(s.Folder.Checkpoints().Path(3))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for i, was := range before.Tensors {
		now := after.Tensors[i]
		always1 := strings.HasSuffix(was.Name, ".u") && len(was.Data) == 4 // the direction of a single unit
		if was.Name != now.Name || bytes.Equal(was.Data, now.Data) && !always1 {
			t.Errorf("%s is as it was, or %s", was.Name, now.Name)
		}
		kinds[was.Name[strings.LastIndexAny(was.Name, "./")+1:]]++
	}
	for kind, least := range map[string]int{"weight": 27, "u": 27, "mean": 9, "variance": 9, "scale": 9, "shift": 9} {
		if kinds[kind] < least {
			t.Errorf("the checkpoint has %d tensors called %s, want %d or more", kinds[kind], kind, least)
		}
	}
}

// TestBatchStatistics collects statistics of the averaged generator before each
// tick: nothing else of a checkpoint changes, and a stop between ticks neither.
func TestBatchStatistics(t *testing.T) {
	t.Parallel()
	path := pictures(t, 3, 8, 8)
	config := func(passes int) *run.Config {
		return configOf(t, "residual", "data.name="+path, "batch=4", "width=2", "latent=5", "steps=5", "tick_kimg=.024", "grid=6", "keep=9",
			fmt.Sprint("batch_statistics=", passes))
	}
	plain := begin(t, t.TempDir(), config(0))
	end(t, plain)
	collected := resumesExactly(t, 3, func() *run.Config { return config(2) })
	a, err := run.LoadCheckpoint(plain.Folder.Checkpoints().Path(5))
	if err != nil {
		t.Fatal(err)
	}
	b, err := run.LoadCheckpoint(collected.Folder.Checkpoints().Path(5))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range a.Tensors {
		statistic := strings.HasSuffix(x.Name, ".mean") || strings.HasSuffix(x.Name, ".variance")
		if y := b.Tensors[i]; x.Name != y.Name || bytes.Equal(x.Data, y.Data) == statistic {
			t.Errorf("%s changes: %v, want %v", x.Name, !statistic, statistic)
		}
	}
	_, err = run.Start(device(t), tinyRefiner(t, "batch_statistics=1"), t.TempDir())
	const say = "train.batch_statistics = 1: output refined is made from x, and only classes, tokens and conditions with a Draw can be drawn for it (hint: --set train.batch_statistics=0)"
	if err == nil || hint.Text(err) != say {
		t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
	}
}

// TestResidualGradients compares the gradients of both losses of smaller networks
// by all parameters with finite differences. Spectral normalisation takes its
// singular vectors for constants, as it may where the weights' own are reached.
func TestResidualGradients(t *testing.T) {
	t.Parallel()
	const batch, classes = 3, 3
	s := residual{Latent: 2, Width: 2}
	image := []int{3, 8, 8}
	G, D := s.networks(tensor.Float64, image, classes, nn.Softplus)
	stream := random.New(4, "point")
	var params []*nn.Param
	var at []*tensor.Array
	draw := func(init nn.Initializer, shape ...int) {
		a := tensor.NewArray(tensor.Float64, shape...)
		init(a.Data, a.Shape, stream)
		at = append(at, a)
	}
	for _, n := range []*nn.Network{G, D} {
		for _, p := range n.Params {
			params = append(params, p)
			draw(p.Init, p.Value.Shape()...)
		}
	}
	draw(nn.Normal(1), batch, s.Latent)
	draw(nn.Normal(1), append([]int{batch}, image...)...)
	class := tensor.Const(&tensor.Array{DType: tensor.Int32, Shape: []int{batch}, Data: []float64{2, 0, 2}})

	losses := func(v []*tensor.Tensor) (c *nn.Context, y *tensor.Tensor) {
		c = nn.NewContext(true, nil).With("class", class)
		for i, p := range params {
			c.Set(p, v[i])
		}
		z, x := v[len(params)], v[len(params)+1]
		real, fake := D.Apply(c, x), D.Apply(c, G.Apply(c, z))
		var o objective.NonSaturating
		return c, tensor.Concatenate(0, o.Discriminator(real, fake).Reshape(1), o.Generator(real, fake).Reshape(1))
	}
	reachSingularVectors(t, params, at, losses)
	var learned, fixed []int // places in at
	for i, a := range at {
		if i < len(params) && params[i].Buffer {
			fixed = append(fixed, i)
		} else if len(a.Data) > 0 {
			learned = append(learned, i)
		}
	}
	var point []*tensor.Array
	for _, i := range learned {
		point = append(point, at[i])
	}
	gradcheck.Check(t, "residual", func(x []*tensor.Tensor) *tensor.Tensor {
		v := make([]*tensor.Tensor, len(at))
		for k, i := range learned {
			v[i] = x[k]
		}
		for _, i := range fixed {
			v[i] = tensor.Const(at[i])
		}
		_, y := losses(v)
		return y
	}, point, gradcheck.Order(1))
}

// reachSingularVectors makes steps of the power iteration until they change
// nothing.
func reachSingularVectors(t *testing.T, params []*nn.Param, at []*tensor.Array, trace func([]*tensor.Tensor) (*nn.Context, *tensor.Tensor)) {
	t.Helper()
	v := make([]*tensor.Tensor, len(at))
	for i, a := range at {
		v[i] = tensor.Input("v", a.DType, a.Shape...)
	}
	c, _ := trace(v)
	var roots []*tensor.Tensor
	var places []int
	for i, p := range params {
		if strings.HasSuffix(p.Name, ".u") {
			roots, places = append(roots, c.Value(p)), append(places, i)
		}
	}
	for range 400 {
		values := map[*tensor.Tensor]*tensor.Array{}
		for i, a := range at {
			values[v[i]] = a
		}
		next, err := tensor.Eval(roots, values)
		if err != nil {
			t.Fatal(err)
		}
		for k, i := range places {
			at[i] = next[k]
		}
	}
}
