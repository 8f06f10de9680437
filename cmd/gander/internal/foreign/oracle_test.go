package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
)

// python returns the name of a Python with PyTorch. If there is none, it skips the test.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} { // Debian's, if another is first in PATH
		if exec.Command(name, "-c", "import torch").Run() == nil {
			return name
		}
	}
	t.Skip("needs a python3 with torch (Debian: python3-torch), to compare with")
	return ""
}

// TestOracle compares ten steps of every model with PyTorch, or two of a large one. Its
// minibatches are smaller than those of the benchmark, so it takes only seconds. oracle.sh uses the whole
// minibatches.
func TestOracle(t *testing.T) {
	torch := oracle(t)
	var dirs []string
	for _, name := range bench.Models() {
		t.Run(name, func(t *testing.T) {
			batch, steps := 8, 10
			if slices.Contains([]string{"sngan32", "r3gan32", "wgangp-resnet32"}, name) { // these take longer
				batch, steps = 4, 2
			}
			subject, err := Model(name, batch)
			if err != nil {
				t.Fatal(err)
			}
			dirs = append(dirs, dumped(t, subject, steps))
		})
	}
	agree(t, torch, dirs)
}

// TestOracleOfRecipes compares three rounds of every recipe with PyTorch. Widths and
// minibatches are small.
func TestOracleOfRecipes(t *testing.T) {
	torch := oracle(t)
	var dirs []string
	compared := map[string]bool{}
	for _, c := range oracleRecipes {
		compared[c.recipe] = true
		t.Run(c.name, func(t *testing.T) {
			subject, err := Recipe(c.recipe, c.fields, strings.Fields(c.settings)...)
			if err != nil {
				t.Fatal(err)
			}
			dirs = append(dirs, dumped(t, subject, 3))
		})
	}
	agree(t, torch, dirs)
	for _, r := range recipe.List() {
		if !compared[r.Name] {
			t.Errorf("recipe %s is not compared: write it in recipes.py and in oracleRecipes", r.Name)
		}
	}
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
	{"wgan", "wgan", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=8 critic_steps=2"},
	{"wgan mlp", "wgan", []data.Field{data.Image(1, 16, 16)}, "batch=8 form=mlp hidden=16 critic_steps=2 optimizer=adam"},
	{"wgan-gp-points", "wgan-gp-points", nil, "batch=16 hidden=32 critic_steps=2 standardise=no"},
	{"wgan-gp mnist", "wgan-gp", nil, "batch=8 width=8 critic_steps=2"},
	{"wgan-gp cifar", "wgan-gp", []data.Field{data.Image(3, 32, 32)}, "batch=8 width=8 critic_steps=2"},
	{"wgan-gp-resnet", "wgan-gp-resnet", nil, "batch=8 width=8 critic_steps=2"},
	{"lsgan", "lsgan", []data.Field{data.Image(3, 112, 112)}, "batch=4 width=4 latent=16"},
	{"lsgan stability", "lsgan", []data.Field{data.Image(3, 64, 64)}, "batch=8 width=4 latent=16 form=dcgan norm=none optimizer=rmsprop a=-1 b=1 c=0 weights=.1"},
	{"lsgan-points", "lsgan-points", nil, "batch=16 hidden=16 latent=8"},
	{"sngan", "sngan", nil, "batch=8 width=4 k=2"},
	{"sngan resnet", "sngan", nil, "batch=8 width=4 k=2 form=resnet"},
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
	{"unrolled", "unrolled", nil, "batch=16 hidden=16 latent=8 unroll=3"},
	{"unrolled in turn", "unrolled", nil, "batch=16 hidden=16 latent=8 unroll=0 simultaneous=false"},
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
	_, name, _ := strings.Cut(t.Name(), "/")
	dir := filepath.Join(parent, name)
	if err := Dump(subject, dir, steps); err != nil {
		t.Fatal(err)
	}
	return dir
}

// agree removes folders of dumped, and fails the test if their numbers are not those of
// PyTorch. One process reads all of them, because PyTorch needs seconds to start.
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
