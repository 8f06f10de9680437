package foreign

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
)

// withTorch finds the name of a Python with PyTorch, "" if there is none. It does not import
// PyTorch, which takes seconds.
var withTorch = sync.OnceValue(func() string {
	for _, name := range []string{"python3", "/usr/bin/python3"} { // Debian's, if another is first in PATH
		if exec.Command(name, "-c", "import importlib.util, sys; sys.exit(not importlib.util.find_spec('torch'))").Run() == nil {
			return name
		}
	}
	return ""
})

// python returns the name of a Python with PyTorch. If there is none, it skips the test.
func python(t *testing.T) string {
	t.Helper()
	name := withTorch()
	if name == "" {
		t.Skip("needs a python3 with torch (Debian: python3-torch), to compare with")
	}
	return name
}

// TestOracle compares the training of models and of recipes with PyTorch, in one process of
// Python, because PyTorch needs seconds to start.
func TestOracle(t *testing.T) {
	torch := oracle(t)
	var dirs []string
	t.Run("models", func(t *testing.T) { dirs = append(dirs, dumpModels(t)...) })
	t.Run("recipes", func(t *testing.T) { dirs = append(dirs, dumpRecipes(t)...) })
	agree(t, torch, dirs)
}

// dumpModels returns folders of four steps of every model, or two of a large one. The
// minibatches are smaller than those of the benchmark, so it takes only seconds. oracle.sh uses the
// whole minibatches.
func dumpModels(t *testing.T) (dirs []string) {
	for _, name := range bench.Models() {
		t.Run(name, func(t *testing.T) {
			const batch = 4
			steps := 4
			if slices.Contains([]string{"sngan32", "r3gan32", "wgangp-resnet32"}, name) { // these take longer
				steps = 2
			}
			subject, err := Model(name, batch)
			if err != nil {
				t.Fatal(err)
			}
			dirs = append(dirs, dumped(t, subject, steps))
		})
	}
	return dirs
}

// dumpRecipes returns folders of three or six rounds of every recipe. Widths and minibatches
// are small.
func dumpRecipes(t *testing.T) (dirs []string) {
	compared := map[string]bool{}
	for _, c := range oracleRecipes {
		compared[c.recipe] = true
		t.Run(c.name, func(t *testing.T) {
			subject, err := Recipe(c.recipe, c.fields, strings.Fields(c.settings)...)
			if err != nil {
				t.Fatal(err)
			}
			steps := 3
			if len(subject.System.Game.Phases) > 0 {
				steps = 6 // all kinds of rounds
			}
			dirs = append(dirs, dumped(t, subject, steps))
		})
	}
	for _, r := range recipe.List() {
		if !compared[r.Name] {
			t.Errorf("recipe %s is not compared: write it in recipes.py and in oracleRecipes", r.Name)
		}
	}
	return dirs
}

// oracleRecipes are the forms of recipes that are compared. Without fields the examples
// are like those of the default dataset.
var oracleRecipes = []struct {
	name, recipe string
	fields       []data.Field
	settings     string
}{
	{"digits", "digits", nil, "batch=8"},
	{"goodfellow2014", "goodfellow2014", nil, "batch=8 hidden=32 maxout=16 drop_input=0 drop_hidden=0 weights_d=.05"},
	{"goodfellow2014 in turn", "goodfellow2014", nil, "batch=8 hidden=32 maxout=16 drop_input=0 drop_hidden=0 weights_d=.05 simultaneous=false k=2 objective=minimax"},
	{"goodfellow2014-cifar", "goodfellow2014-cifar", nil, "batch=8 hidden=32 maxout=16 drop_input=0 drop_hidden=0 weights_d=.05 learning_rate=1e-3"},
	{"goodfellow2014-cifar convolutional", "goodfellow2014-cifar", nil, "form=convolutional batch=8 hidden=32 maps=8 filters=4 maxout=16 drop_input=0 drop_hidden=0 weights_d=.05 learning_rate=1e-3"},
	{"goodfellow2014-tfd", "goodfellow2014-tfd", nil, "batch=8 hidden=32 latent=16 maxout=16 sparse=10 drop_input=0 drop_hidden=0 weights_d=.05"},
	{"goodfellow2014-tfd second stage", "goodfellow2014-tfd", nil, "stage=train batch=8 hidden=32 latent=16 maxout=16 sparse=10 drop_input=0 drop_hidden=0 weights_d=.05"},
	{"mixture", "mixture", nil, "batch=16 hidden=32 maxout=16 weights=.2"},
	{"dcgan mnist", "dcgan", []data.Field{data.Image(1, 28, 28), data.Label(10)}, "batch=16 width=8 hidden=32 weights=.1"},
	{"dcgan faces", "dcgan", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 l2=1e-5"},
	{"cgan", "cgan", nil, "batch=8 hidden_z=16 hidden_y=24 hidden=32 maxout_x=16 maxout_y=8 maxout=16 drop_g=0 drop_input=0 drop_hidden=0 weights_g=.2 weights_d=.05"},
	{"cgan with normalisation", "cgan", nil, "batch=8 hidden_z=16 hidden_y=24 hidden=32 maxout_x=16 maxout_y=8 maxout=16 drop_g=0 drop_input=0 drop_hidden=0 weights_g=.2 weights_d=.05 norm_g=true"},
	{"cgan with the class as input", "cgan", nil, "condition_g=input condition_d=input batch=8 hidden_z=16 hidden_y=24 hidden=32 maxout_x=16 maxout=16 drop_g=0 drop_input=0 drop_hidden=0 weights_g=.2 weights_d=.05 objective=minimax optimizer=adam decay=1 noise=unit gamma=.2"},
	{"cgan with a projection", "cgan", nil, "condition_g=norm condition_d=projection batch=8 hidden_z=16 hidden_y=24 hidden=32 maxout_x=16 maxout=16 drop_g=0 drop_input=0 drop_hidden=0 weights_g=.2 weights_d=.05 simultaneous=false k=2"},
	{"acgan", "acgan", nil, "batch=8 latent=16 width=8 hidden=32 hidden_c=16"},
	{"acgan keras", "acgan", nil, "form=keras batch=8 latent=16 width=4 drop=0"},
	{"acgan lukedeo", "acgan", nil, "form=lukedeo batch=8 latent=16 width=4 hidden=32 drop=0 auxiliary=real"},
	{"infogan", "infogan", nil, "batch=16 latent=8 width=8 hidden=32 hidden_q=16 weights=.1"},
	{"infogan with variances", "infogan", nil, "batch=16 latent=8 width=8 hidden=32 hidden_q=16 weights=.1 categorical=2 categories=4 continuous=1 fixed_variance=false lambda_c=.1"},
	{"wgan", "wgan", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=8 critic_steps=2 warm_up=0"},
	{"wgan constant", "wgan", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=8 critic_steps=2 warm_up=0 norm_g=false constant_g=true"},
	{"wgan mlp", "wgan", []data.Field{data.Image(1, 16, 16)}, "batch=8 form=mlp hidden=16 critic_steps=2 warm_up=0 optimizer=adam"},
	{"wgan warm-up", "wgan", []data.Field{data.Image(1, 16, 16)}, "batch=8 form=mlp hidden=16 critic_steps=2 warm_up=3 warm_first=1 warm_every=2 optimizer=adam"},
	{"wgan-gp-points", "wgan-gp-points", nil, "batch=16 hidden=32 critic_steps=2 standardise=no"},
	{"wgan-gp mnist", "wgan-gp", nil, "batch=8 width=8 critic_steps=2"},
	{"wgan-gp cifar", "wgan-gp", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=8 critic_steps=2"},
	{"wgan-gp-resnet", "wgan-gp-resnet", nil, "batch=8 width=8 critic_steps=2"},
	{"lsgan", "lsgan", []data.Field{data.Image(3, 112, 112)}, "batch=4 width=4 latent=16"},
	{"lsgan stability", "lsgan", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 latent=16 form=dcgan norm=none optimizer=rmsprop a=-1 b=1 c=0 weights=.1"},
	{"lsgan characters", "lsgan", []data.Field{data.Image(1, 28, 28), data.Label(10)}, "batch=8 width=4 latent=16 form=characters label=6 hidden=20 learning_rate=2e-4"},
	{"lsgan-points", "lsgan-points", nil, "batch=16 hidden=16 latent=8"},
	{"sngan", "sngan", nil, "batch=8 width=4 k=2"},
	{"sngan resnet", "sngan", nil, "batch=8 width=4 k=2 form=resnet power_steps=3"},
	{"r3gan", "r3gan", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=16 blocks=1 burn_in_kimg=.04 final_rate=1e-4"},
	{"r3gan with classes", "r3gan", []data.Field{data.Image(3, 16, 16), data.Label(10)}, "batch=8 width=16 conditional=yes burn_in_kimg=.04"},
	{"loss-sensitive", "loss-sensitive", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 l2=1e-3"},
	{"loss-sensitive gls", "loss-sensitive", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=4 nonnegative=false slope=.5 clip=.04 weights=.1"},
	{"loss-sensitive with classes", "loss-sensitive", []data.Field{data.Image(3, 32, 32), data.Label(10)}, "batch=8 width=4 conditional=yes gamma=1 margin=8e-4 noise=normal"},
	{"stacked", "stacked", nil, "batch=8 latent=16"},
	{"stacked unrolled", "stacked", nil, "batch=8 latent=16 unroll=2"},
	{"images with classes", "images", []data.Field{data.Image(1, 28, 28), data.Label(10)}, "batch=8 width=8 conditional=yes augment="},
	{"images with blocks", "images", []data.Field{data.Image(3, 18, 20)}, "batch=8 width=8 blocks=1 conditional=no augment="},
	{"bigan", "bigan", []data.Field{data.Image(1, 12, 12)}, "batch=16 hidden=32 latent=8 weights=.1 l2=1e-3 hold_kimg=.016 fall_kimg=.032"},
	{"bigan latent regressor", "bigan", []data.Field{data.Image(1, 12, 12)}, "form=latent-regressor batch=16 hidden=32 latent=8 weights=.1"},
	{"bigan joint latent regressor", "bigan", []data.Field{data.Image(3, 8, 8)}, "form=joint-latent-regressor batch=16 hidden=32 latent=8 weights=.1"},
	{"ali", "ali", nil, "batch=16 hidden=32 maxout=16 weights=.2 layers_g=2"},
	{"ali with the usual Adam", "ali", nil, "batch=16 hidden=32 maxout=16 weights=.2 adam=usual standardise=no"},
	{"ssl-feature-matching", "ssl-feature-matching", nil, "batch=16 latent=8 hidden_g=16,20 hidden=32,24,16"},
	{"ssl-feature-matching with a falling rate", "ssl-feature-matching", nil, "batch=16 latent=8 hidden_g=16,20 hidden=32,24,16 hold_kimg=.016 fall_kimg=.032"},
	{"ssl-feature-matching with a first rate", "ssl-feature-matching", nil, "batch=16 latent=8 hidden_g=16,20 hidden=32,24,16 first_rate=1e-4 first_kimg=.032"},
	{"ssl-feature-matching supervised", "ssl-feature-matching", nil, "supervised=true batch=16 hidden=32,24,16"},
	{"badgan", "badgan", nil, "batch=16 latent=8 hidden_g=16,20 hidden=32,24,16 hold_kimg=.016 fall_kimg=.064 pixelcnn_kimg=.032 pixelcnn_after=1 pixelcnn_every=1 pixelcnn_filters=4 pixelcnn_blocks=2 pixelcnn_mixtures=3 pixelcnn_samples=10"},
	{"sgan", "sgan", nil, "batch=16 latent=8 width=4 drop=0 weights=.1"},
	{"sgan with unlabelled images", "sgan", []data.Field{data.Image(3, 16, 20), data.Label(10)}, "unlabelled=.5 batch=16 latent=8 width=4 drop=0 weights=.1"},
	{"gan3d", "gan3d", []data.Field{data.Volume(16, 16, 16)}, "batch=8 width=4 latent=16 gate=1 weights=.1"},
	{"gan3d voxel", "gan3d", []data.Field{data.Volume(16, 16, 16)}, "form=voxel batch=8 width=4 latent=16 reference=4 minibatch=5 gate=1 instance_noise=1 first=G learning_rate_g=1e-4 learning_rate_d=1e-4"},
	{"gan3d wasserstein", "gan3d", []data.Field{data.Volume(16, 16, 16), data.Label(10)}, "objective=wasserstein conditional=yes batch=4 width=4 latent=16 k=2 gate=1 weights=0"},
	{"gan3d without normalisation", "gan3d", []data.Field{data.Volume(16, 16, 16)}, "norm=none norm_d=none batch=4 width=4 latent=16 gate=1 weights=0"},
	{"volumes", "volumes", []data.Field{data.Volume(8, 17, 20)}, "batch=8 width=4 latent=16"},
	{"volumes with classes", "volumes", []data.Field{data.Volume(16, 16, 16), data.Label(10)}, "conditional=yes batch=8 width=4 most_width=6 latent=16"},
	{"gain", "gain", []data.Field{data.Point(5)}, "batch=16"},
	{"gain with the paper's hint", "gain", []data.Field{data.Point(5)}, "batch=16 hint=paper hidden=8 alpha=10"},
	{"gain without the adversary", "gain", []data.Field{data.Point(5)}, "batch=16 adversary=false"},
	{"inpainting", "inpainting", []data.Field{data.Image(1, 28, 28)}, "batch=16 width=4 hidden=16 latent=8"},
	{"inpainting in turn", "inpainting", []data.Field{data.Image(3, 18, 33)}, "batch=8 width=4 hidden=16 latent=8 others=2 simultaneous=false masks=blocks,pixels gamma=.3"},
	{"crypto", "crypto", nil, "batch=8 bits=4"},
	{"crypto paper", "crypto", nil, "batch=8 bits=4 form=paper eve=mlp eve_hidden=8"},
	{"cryptonet", "cryptonet", nil, "batch=8"},
	{"cryptonet ciphertext-only", "cryptonet", nil, "batch=8 attack=ciphertext-only"},
	{"simgan", "simgan", nil, "batch=4 width=4 width_d=4 blocks=1 history=4 pretrain_r=3 pretrain_d=3 clip=0"},
	{"unrolled", "unrolled", nil, "batch=16 hidden=16 latent=8 unroll=3"},
	{"packed points", "mixture", nil, "batch=16 hidden=32 maxout=16 weights=.2 pack=2 label_smoothing=.1"},
	{"packed images", "stacked", nil, "batch=16 latent=16 pack=4 rate_d=3"},
	{"packed critic", "wgan-gp", nil, "batch=8 width=8 critic_steps=2 pack=2 instance_noise=.2"},
	{"smooth labels", "dcgan", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 label_smoothing=.2 rate_d=2 history_weight=.5"},
	{"dragan", "dcgan", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 dragan=10"},
	{"instance noise", "digits", nil, "batch=8 instance_noise=.3 noise_kimg=.016 dragan=10 history_weight=1"},
	{"unrolled of the appendix", "unrolled", nil, "batch=16 hidden=16 latent=8 unroll=2 layers_d=1 activation=relu scale_d=0.25 simultaneous=false"},
	{"stackgan stage I", "stackgan", captioned(16), "stages=1 batch=6 latent=5 condition=4 projection=3 width_g=8 width_d=4 weights=.2"},
	{"stackgan stage I as in PyTorch", "stackgan", captioned(16), "stages=1 form=pytorch one_batch=false batch=6 latent=5 condition=4 width_g=8 width_d=4 weights=.2 interpolation=1"},
	{"stackgan stage I of Reed", "stackgan", captioned(16), "stages=1 augmentation=false interpolation=1 batch=6 latent=5 condition=4 projection=3 width_g=8 width_d=4 weights=.2"},
	{"stackgan both stages", "stackgan", captioned(32), "stage1_kimg=.012 batch=6 latent=5 condition=4 projection=3 width_g=8 width_g2=8 width_d2=4 blocks=1 weights=.2"},
	{"stackgan both stages as in PyTorch", "stackgan", captioned(32), "stage1_kimg=.012 form=pytorch one_batch=false wrong=false upscale=4 batch=6 latent=5 condition=4 width_g=8 width_g2=8 width_d2=4 blocks=1 weights=.2"},
	{"unrolled in turn", "unrolled", nil, "batch=16 hidden=16 latent=8 unroll=0 simultaneous=false"},
}

// captioned returns the fields of square images with texts.
func captioned(side int) []data.Field {
	return []data.Field{data.Image(3, side, side), {Name: data.TextField, Kind: data.Numbers, Shape: []int{6}}}
}

// oracle returns the name of a Python with PyTorch, or skips the test.
func oracle(t *testing.T) string {
	if testing.Short() {
		t.Skip("trains in Gander and in PyTorch")
	}
	torch := python(t)
	for _, script := range []string{"oracle.py", "models.py", "recipes.py"} {
		if _, err := os.ReadFile(script); err != nil { // so that the result of go test is not cached when they change
			t.Fatal(err)
		}
	}
	return torch
}

// dumped returns a folder with the numbers of some rounds. It has the name of the test.
func dumped(t *testing.T, subject Subject, steps int) string {
	t.Helper()
	parent, err := os.MkdirTemp("", "oracle")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, path.Base(t.Name()))
	if err := Dump(subject, dir, steps); err != nil {
		t.Fatal(err)
	}
	return dir
}

// agree removes folders of dumped, and fails the test if their numbers are not those of
// PyTorch.
func agree(t *testing.T, torch string, dirs []string) {
	t.Helper()
	out, err := exec.Command(torch, append([]string{"-B", "oracle.py"}, dirs...)...).CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Error(err)
	}
	for _, dir := range dirs {
		if err := os.RemoveAll(filepath.Dir(dir)); err != nil {
			t.Error(err)
		}
	}
}

func TestUnknownSubjectsAreRefused(t *testing.T) {
	if _, err := Model("dcgan64", 1); err == nil {
		t.Error("there is no such model")
	}
	if _, err := Recipe("dcgan64", nil); err == nil {
		t.Error("there is no such recipe")
	}
	if _, err := Recipe("dcgan", nil, "batch=0"); err == nil {
		t.Error("there is no such batch")
	}
}
