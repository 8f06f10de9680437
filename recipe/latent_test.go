package recipe

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// drawnRows computes n values of a latent, and their projections.
func drawnRows(t *testing.T, l Latent, n int) (z, projected [][]float64) {
	t.Helper()
	device := engine.NewDevice(1)
	defer device.Close()
	drawn := l.Draw(nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2))), n)
	program, err := device.Compile(nil, []*tensor.Tensor{drawn, l.Project(drawn.Scale(3))})
	if err != nil {
		t.Fatal(err)
	}
	program.Run()
	rows := func(i int) (rows [][]float64) {
		values := program.Output(i).Array(n, drawn.Dim(1)).Data
		for k := range n {
			rows = append(rows, values[k*drawn.Dim(1):(k+1)*drawn.Dim(1)])
		}
		return rows
	}
	return rows(0), rows(1)
}

// TestNoise draws from each distribution of z in some dimensions. Means are 0, and variances
// are those of the distribution.
func TestNoise(t *testing.T) {
	const n = 20_000
	for distribution, variance := range map[string]float64{"uniform": 1. / 3, "normal": 1, "sphere": 1} {
		for _, dims := range []int{1, 2, 7} {
			l := latentOf(distribution, dims)
			if l.Normal != (distribution == "normal") {
				t.Errorf("%s can be truncated: %v", distribution, l.Normal)
			}
			z, projected := drawnRows(t, l, n)
			var mean, square float64
			for i, row := range z {
				length := 0.
				for k, v := range row {
					mean, length = mean+v, length+v*v
					if distribution == "uniform" && (math.Abs(v) > 1 || math.Abs(projected[i][k]) > 1) {
						t.Fatalf("%g and its projection %g are not in [-1, 1]", v, projected[i][k])
					}
					if distribution == "sphere" && math.Abs(projected[i][k]-v) > 1e-5 {
						t.Fatalf("%g times 3 is projected onto %g", v, projected[i][k])
					}
				}
				if square += length; distribution == "sphere" && math.Abs(length-float64(dims)) > 1e-4 {
					t.Fatalf("a vector of %d numbers has the squared length %g", dims, length)
				}
			}
			count := float64(n * dims)
			if mean /= count; math.Abs(mean) > 5*math.Sqrt(variance/count) {
				t.Errorf("%s, %d dimensions: the mean is %g", distribution, dims, mean)
			}
			if square /= count; math.Abs(square-variance) > .05*variance {
				t.Errorf("%s, %d dimensions: the variance is %g, want %g", distribution, dims, square, variance)
			}
		}
	}
	zeros := Sphere("z", 3).Project(tensor.Zeros(tensor.Float32, 1, 3))
	device := engine.NewDevice(1)
	defer device.Close()
	program, err := device.Compile(nil, []*tensor.Tensor{zeros})
	if err != nil {
		t.Fatal(err)
	}
	program.Run()
	if v := program.Output(0).Float32()[0]; v != 0 {
		t.Errorf("the projection of zeros is %g, want 0", v)
	}
}

// TestNoiseOfRecipes builds the recipes with each distribution of z.
func TestNoiseOfRecipes(t *testing.T) {
	ring := Examples{Info: data.NewRing8(data.Train, 1).Info(), Epoch: 100}
	for _, noise := range strings.Fields("uniform normal sphere") {
		for name, build := range map[string]func() (*System, error){
			"digits": func() (*System, error) {
				return built(t, "digits", mnist, func(s *Digits) { s.Noise, s.Latent = noise, 5 })
			},
			"images": func() (*System, error) {
				return built(t, "images", mnist, func(s *ImageGAN) { s.Noise, s.Latent = noise, 5 })
			},
			"dcgan": func() (*System, error) {
				return built(t, "dcgan", mnist, func(s *DCGAN) { s.Noise, s.Latent = noise, 5 })
			},
			"mixture": func() (*System, error) {
				return built(t, "mixture", ring, func(s *Mixture) { s.Noise, s.Latent = noise, 5 })
			},
		} {
			system, err := build()
			if err != nil {
				t.Errorf("%s, %s: %v", name, noise, err)
				continue
			}
			latent := system.Outputs[0].Latents[0]
			z := latent.Draw(nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2))), 3)
			if latent.Normal != (noise == "normal") || z.Dim(1) != 5 {
				t.Errorf("%s, %s: normal is %v, z is %v", name, noise, latent.Normal, z)
			}
		}
	}
}
