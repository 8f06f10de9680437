package recipe

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// tfd describes images like those of the Toronto Face Database.
var tfd = Examples{Info: data.NewInfo("tfd", data.Image(1, 48, 48)), Epoch: 90_000}

// TestGoodfellow2014Parameters compares numbers of parameters with those of the published
// networks.
func TestGoodfellow2014Parameters(t *testing.T) {
	cifarForm := func(form string) (*System, error) {
		return built(t, "goodfellow2014-cifar", cifar, func(s *Goodfellow2014CIFAR) { s.Form = form })
	}
	tfdStage := func(stage string) (*System, error) {
		return built(t, "goodfellow2014-tfd", tfd, func(s *Goodfellow2014TFD) { s.Stage = stage })
	}
	for name, c := range map[string]struct {
		build func(string) (*System, error)
		batch int
		g, d  int
	}{
		"dense":         {cifarForm, 100, 808_000 + 64_008_000 + 24_579_072, 24_584_000 + 12_808_000 + 1601},
		"convolutional": {cifarForm, 128, 808_000 + 64_008_000 + 6000 + 3072, 12_352 + 131_136 + 307_584 + 12_002_500 + 501},
		"pretrain":      {tfdStage, 100, 808_000 + 64_008_000 + 18_434_304, 13_830_000 + 7_206_000 + 1201},
		"train":         {tfdStage, 100, 808_000 + 800_100 + 808_000 + 64_008_000 + 18_434_304, 13_830_000 + 7_206_000 + 1201},
	} {
		system, err := c.build(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sizes := trainable(t, system); sizes["G"] != c.g || sizes["D"] != c.d || system.Game.Batch != c.batch {
			t.Errorf("%s: G has %d parameters, D %d, a batch %d, want %d, %d and %d", name, sizes["G"], sizes["D"], system.Game.Batch, c.g, c.d, c.batch)
		}
	}
}

// initial returns the initial values of a parameter.
func initial(t *testing.T, system *System, name string) []float64 {
	t.Helper()
	for _, player := range system.Game.Players {
		for _, n := range player.Networks {
			for _, p := range n.Params {
				if p.Name == name {
					values := make([]float64, p.Value.Size())
					p.Init(values, p.Value.Shape(), random.New(1, name))
					return values
				}
			}
		}
	}
	t.Fatalf("there is no parameter %s", name)
	return nil
}

// TestGoodfellow2014InitialValues checks the initial values in which the experiments differ.
func TestGoodfellow2014InitialValues(t *testing.T) {
	dense, err := built(t, "goodfellow2014-cifar", cifar, func(s *Goodfellow2014CIFAR) { s.Hidden = 90 })
	if err != nil {
		t.Fatal(err)
	}
	faces, err := built(t, "goodfellow2014-tfd", tfd, func(s *Goodfellow2014TFD) { s.Stage, s.Hidden = "train", 150 })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		system *System
		name   string
		most   float64
	}{
		{dense, "G.2.weight", .05}, {dense, "G.4.weight", .5}, {dense, "G.4.bias", 0}, {dense, "D.1.weight", .005},
		{faces, "G.0.2.bias", 2}, {faces, "G.1.2.bias", 2}, {faces, "G.1.2.weight", .05},
	} {
		most := 0.
		for _, v := range initial(t, c.system, c.name) {
			most = max(most, math.Abs(v))
		}
		if most > c.most || most < .99*c.most {
			t.Errorf("%s begins within %g, want %g", c.name, most, c.most)
		}
	}
	drawn := 0
	for _, v := range initial(t, faces, "G.1.4.weight") {
		if v != 0 {
			drawn++
		}
	}
	if want := 100 * 48 * 48; drawn != want {
		t.Errorf("%d weights of the outputs are not 0, want %d", drawn, want)
	}
}

// TestGlobalContrast wants images of length 55 and standard deviation 0.99232, whatever
// their scale, and 0 for an image of one value. Both implementations must agree.
func TestGlobalContrast(t *testing.T) {
	const n, size = 4, 3 * 32 * 32
	s, g := random.New(1, "contrast"), GlobalContrast{55}
	pixels := make([]byte, n*size)
	for i := range pixels {
		if pixels[i] = byte(s.Intn(256)); i >= (n-1)*size { // the last image
			pixels[i] = 77
		}
	}
	for _, scale := range []data.Scale{{Lo: 0, Hi: 1}, {Lo: -2.5, Hi: 2.5}} {
		x := tensor.NewArray(tensor.Float32, n, 3, 32, 32)
		for i, p := range pixels {
			x.Data[i] = float64(float32(scale.Lo + (scale.Hi-scale.Lo)*float64(p)/255))
		}
		got, err := tensor.Eval([]*tensor.Tensor{g.apply(tensor.Const(x), scale)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			want, square := g.Of(pixels[i*size:(i+1)*size]), 0.
			for k, w := range want {
				v := got[0].Data[i*size+k]
				square += v * v
				if math.Abs(v-w) > 2e-3 {
					t.Fatalf("scale %v: value %d of image %d is %g, want %g", scale, k, i, v, w)
				}
			}
			if length := math.Sqrt(square); i < n-1 && (math.Abs(length-55) > 1e-3 || math.Abs(length/math.Sqrt(size)-.99232) > 1e-5) {
				t.Errorf("scale %v: image %d has length %g, want 55", scale, i, length)
			}
		}
	}
}

// TestGoodfellow2014CIFARForms traces samples of both forms.
func TestGoodfellow2014CIFARForms(t *testing.T) {
	for _, form := range []string{"dense", "convolutional"} {
		for _, field := range []data.Field{data.Image(3, 32, 32), data.Image(1, 29, 35)} {
			system, err := built(t, "goodfellow2014-cifar", Examples{Info: data.NewInfo("some", field)}, func(s *Goodfellow2014CIFAR) {
				s.Form, s.Hidden, s.Maps, s.Filters, s.Maxout, s.Pack = form, 8, 3, 2, 4, 2
			})
			if err != nil {
				t.Errorf("%s, %v: %v", form, field, err)
				continue
			}
			if made := makes(t, system, 3); made.Size() != 3*field.Size() {
				t.Errorf("%s: 3 samples are %v", form, made)
			}
		}
	}
}

// TestGoodfellow2014Refuses wants one clear error with a hint.
func TestGoodfellow2014Refuses(t *testing.T) {
	points := Examples{Info: data.NewInfo("some", data.Point(2))}
	convolutional := func(s *Goodfellow2014CIFAR) { s.Form = "convolutional" }
	_, wide := built(t, "goodfellow2014-cifar", mnist, convolutional)
	_, many := built(t, "goodfellow2014-cifar", Examples{Info: data.NewInfo("some", data.Image(3, 80, 80))}, convolutional)
	_, flat := built(t, "goodfellow2014-tfd", points, func(*Goodfellow2014TFD) {})
	for want, err := range map[string]error{
		"images of 28x28: it makes images with sides of 5, 8, 11 and so on (hint: --set data.size=29)": wide,
		"at most 16384 (hint: shrink the images)":                                                      many,
		"it generates images, and the data are points (hint: ":                                         flat,
	} {
		wantError(t, err, want)
	}
}
