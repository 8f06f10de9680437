package recipe

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

var mnist = Examples{Info: data.NewInfo("mnist", data.Image(1, 28, 28), data.Label(10)), Epoch: 50_000}

// playedSizes are the sizes with which TestRecipesPlay plays the recipes that are large by default:
// most of its time would go to drawing initial values.
var playedSizes = map[string][]string{
	"wgan-gp-resnet":       {"width=16"},
	"r3gan":                {"width=16"},
	"simgan":               {"width=16"},
	"goodfellow2014-cifar": {"hidden=64", "maxout=8"},
	"goodfellow2014-tfd":   {"hidden=64", "maxout=8"},
	"lsgan":                {"width=16", "latent=64"},
	"bigan":                {"hidden=128"},
	"infogan":              {"width=16", "hidden=128"},
	"dcgan":                {"width=16", "hidden=128"},
	"badgan":               {"hidden_g=100,100", "hidden=200,100,50,50,50"},
	"gan3d":                {"width=16"},
	"sngan":                {"width=16"},
	"acgan":                {"width=16", "hidden=128"},
	"wgan-gp":              {"width=16"},
}

// TestRecipesPlay builds every recipe from its defaults. Then it plays two rounds, of the large
// ones with playedSizes.
func TestRecipesPlay(t *testing.T) {
	for _, r := range List() {
		t.Run(r.Name, func(t *testing.T) {
			examples, err := r.Typical()
			if err != nil {
				t.Fatal(err)
			}
			sets := Sets{}
			if r.Data != "" {
				sets[Main] = imitation(t, examples.Info, 64)
				examples.Training, examples.Epoch = sets[Main], 64
			}
			for role, other := range examples.Others {
				sets[role] = imitation(t, other.Info, 64)
				other.Training, other.Epoch = sets[role], 64
				examples.Others[role] = other
			}
			build := func(sizes ...string) *System {
				chosen := r.Settings()
				if hasLabels(chosen) {
					sizes = append(sizes, "labelled=10")
				}
				for _, assignment := range append(sizes, "batch=4") { // enough, and fast
					if err := settings.Set(chosen, assignment); err != nil {
						t.Fatal(err)
					}
				}
				system, err := r.Build(chosen, examples)
				if err != nil {
					t.Fatal(err)
				}
				made, size := makes(t, system, 3), examples.First().Size()
				if r.Data == "" {
					size = system.Outputs[0].Makes.Size()
				}
				if made.Size() != 3*size {
					t.Errorf("3 samples are %v, want %d values each", made, size)
				}
				return system
			}
			system := build()
			if sizes := playedSizes[r.Name]; len(sizes) > 0 {
				system = build(slices.Clone(sizes)...)
			}
			device := engine.NewDevice(2)
			defer device.Close()
			var sources []game.Source
			if system.Sources != nil {
				if sources, err = system.Sources(sets, 1); err != nil {
					t.Fatal(err)
				}
			}
			trainer, err := game.NewTrainer(device, system.Game, sources, 1, true)
			if err != nil {
				t.Fatal(err)
			}
			if err := trainer.Train(context.Background(), 2, func() error { return nil }); err != nil {
				t.Fatal(err)
			}
			if r.Title == "" || r.Source == "" || !(r.Kimg > 0) || !(r.TickKimg > 0) || r.Grid < 1 {
				t.Errorf("the recipe does not say all of itself: %+v", r)
			}
		})
	}
}

// hasLabels reports whether the settings of a recipe have the number of labels.
func hasLabels(chosen any) bool {
	_, has := reflect.TypeOf(chosen).Elem().FieldByName("Labels")
	return has
}

func goodfellow(t *testing.T, images Examples) *System {
	t.Helper()
	r, err := Find("goodfellow2014")
	if err != nil {
		t.Fatal(err)
	}
	system, err := r.Build(r.Settings(), images)
	if err != nil {
		t.Fatal(err)
	}
	return system
}

// TestGoodfellow2014IsAsPublished compares the system with the configuration of its
// authors: the shapes and the initial ranges of all parameters.
func TestGoodfellow2014IsAsPublished(t *testing.T) {
	system := goodfellow(t, mnist)
	want := map[string]struct {
		shape []int
		reach float64 // of the initial values
	}{
		"G.0.weight": {[]int{100, 1200}, .05}, "G.0.bias": {[]int{1200}, 0},
		"G.2.weight": {[]int{1200, 1200}, .05}, "G.2.bias": {[]int{1200}, 0},
		"G.4.weight": {[]int{1200, 784}, .05}, "G.4.bias": {[]int{784}, 0},
		"D.1.weight": {[]int{784, 1200}, .005}, "D.1.bias": {[]int{1200}, 0},
		"D.3.weight": {[]int{240, 1200}, .005}, "D.3.bias": {[]int{1200}, 0},
		"D.5.weight": {[]int{240, 1}, .005}, "D.5.bias": {[]int{1}, 0},
	}
	for _, player := range system.Game.Players {
		for _, network := range player.Networks {
			for _, p := range network.Params {
				w, ok := want[p.Name]
				if !ok {
					t.Errorf("parameter %s is not published", p.Name)
					continue
				}
				delete(want, p.Name)
				values := make([]float64, tensor.Size(w.shape))
				if p.Value.Size() != len(values) {
					t.Errorf("%s is %v, want %v", p.Name, p.Value.Shape(), w.shape)
					continue
				}
				p.Init(values, w.shape, random.New(1, p.Name))
				most := 0.0
				for _, v := range values {
					most = max(most, math.Abs(v))
				}
				if most > w.reach || len(values) > 1000 && most < 0.99*w.reach {
					t.Errorf("%s begins within ±%g, want ±%g", p.Name, most, w.reach)
				}
			}
		}
	}
	for name := range want {
		t.Errorf("there is no parameter %s", name)
	}
	if g := system.Game; g.Batch != 100 || len(g.Round) != 1 || len(g.Round[0].Players) != 2 || g.Round[0].Times != 1 {
		t.Errorf("a round is %+v of batches of %d, want both players at once on 100", g.Round, g.Batch)
	}
}

func TestGoodfellow2014LatentHasVarianceOne(t *testing.T) {
	system := goodfellow(t, mnist)
	c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	z, err := tensor.Eval([]*tensor.Tensor{system.Outputs[0].Latents[0].Draw(c, 400)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var square, most float64
	for _, v := range z[0].Data {
		square += v * v
		most = max(most, math.Abs(v))
	}
	n := float64(len(z[0].Data))
	if variance := square / n; math.Abs(variance-1) > 5*math.Sqrt(0.8/n) || most > math.Sqrt(3) {
		t.Errorf("z has variance %g and reaches %g, want 1 and sqrt 3", variance, most)
	}
}

func TestGoodfellow2014BeginsAtTheMean(t *testing.T) {
	images := mnist
	images.Training, images.Epoch = data.NewDigits(data.Train, 1), 50
	mean, err := data.Mean(images.Training, images.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	params := goodfellow(t, images).Outputs[0].Networks[0].Params
	bias := params[len(params)-1]
	values := make([]float64, images.First().Size())
	bias.Init(values, bias.Value.Shape(), nil)
	for i, v := range values {
		want := min(max(mean[i], 1e-7), 1-1e-7)
		if got := 1 / (1 + math.Exp(-v)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("pixel %d begins at %g, the mean is %g", i, got, want)
		}
	}
}

func TestMisuseIsAnError(t *testing.T) {
	r, err := Find("digits")
	if err != nil {
		t.Fatal(err)
	}
	volume := data.Field{Name: "x", Kind: data.Pixels, Shape: []int{1, 4, 4, 4}}
	for want, field := range map[string]data.Field{
		"recipe digits: images of 3x200x200 (channels, height, width) have 120000 values, and its fully connected networks take at most 16384 (hint: shrink the images)": data.Image(3, 200, 200),
		"recipe digits: images of 1x0x28 have no pixels":                                                              data.Image(1, 0, 28),
		"recipe digits: it generates images, and the data are points (hint: gander recipes lists those for points)":   data.Point(2),
		"recipe digits: it generates images, and the data are volumes (hint: gander recipes lists those for volumes)": volume,
	} {
		if _, err := r.Build(r.Settings(), Examples{Info: data.NewInfo("some", field)}); err == nil || hint.Text(err) != want {
			t.Errorf("%v: error %v, want %q", field, hint.Text(orNone(err)), want)
		}
	}
	if _, err := r.Build(&Goodfellow2014{}, mnist); err == nil {
		t.Error("settings of another recipe were taken")
	}
	if _, err := Find("goodfelow2014"); err == nil || !strings.Contains(hint.Text(err), "did you mean goodfellow2014?") {
		t.Errorf("a misspelt recipe gives %v", err)
	}
}
