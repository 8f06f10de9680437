package run_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/tensor"
)

// refiner moves points of one set to where those of another are, and has two
// outputs: the points that it moved, and pictures made of them and of noise.
type refiner struct {
	Batch int `toml:"batch" min:"1" doc:"examples in a minibatch"`
}

func init() {
	recipe.Register(recipe.Recipe{
		Name: "refiner", Title: "points of one set become like those of another",
		Source: "Shrivastava et al. 2017, Learning from Simulated and Unsupervised Images (arXiv 1612.07828)",
		Data:   "ring8", Takes: recipe.Points(2),
		Others: []recipe.Role{{Name: "real", Data: "grid25", Takes: recipe.Points(2)}},
		Kimg:   1, TickKimg: 1, Grid: 70,
	}, refiner{Batch: 4}, refiner.build)
}

func (s refiner) build(e recipe.Examples) (*recipe.System, error) {
	R := nn.New("R", []int{2}, nn.Residual(nn.Sequence(nn.Linear(8, nn.He, nn.Zeros), nn.Tanh, nn.Linear(2, nn.He, nn.Zeros)), nil))
	D := nn.New("D", []int{2}, nn.Linear(8, nn.He, nn.Zeros), nn.Tanh, nn.Linear(1, nn.He, nn.Zeros))
	adam := optim.Adam{LearningRate: optim.Constant(1e-2), Beta2: .9, Epsilon: 1e-8}
	r := &game.Player{Name: "R", Networks: []*nn.Network{R}, Optimizer: adam}
	d := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: adam}
	points := func(name string) game.Input {
		return game.Input{Name: name, DType: tensor.Float32, Shape: []int{s.Batch, 2}}
	}
	g := &game.Game{Players: []*game.Player{r, d}, Round: game.Alternate(d, r, 2), Batch: s.Batch, Inputs: []game.Input{points("x"), points("real")}}
	g.Play = func(t *game.Trace) game.Losses {
		var o objective.NonSaturating
		fake := D.Apply(t.Context, R.Apply(t.Context, t.Data("x")))
		return game.Losses{"R": o.Generator(nil, fake), "D": o.Discriminator(D.Apply(t.Context, t.Data("real")), fake)}
	}
	sources := func(sets recipe.Sets, seed uint64) ([]game.Source, error) {
		x, err := feed.New(sets[recipe.Main], g, seed, feed.Input{Name: "x"})
		if err != nil {
			return nil, err
		}
		real, err := feed.New(sets["real"], g, seed, feed.Input{Name: "real", Field: "x"})
		return []game.Source{x, &history{Source: real, input: "real", key: random.Key(seed, "history"), kept: make([]float32, 2*10)}}, err
	}
	given := []recipe.Condition{{Field: e.First()}}
	refined := func(c *nn.Context, in recipe.Inputs) *tensor.Tensor { return R.Apply(c, in["x"]) }
	return &recipe.System{Game: g, Sources: sources, Outputs: []recipe.Output{
		{Name: "refined", Networks: []*nn.Network{R}, Given: given, Make: refined, Makes: e.First()},
		{
			Name: "two-by-three", Networks: []*nn.Network{R}, Latents: []recipe.Latent{recipe.Normal("z", 4)}, Given: given,
			Make: func(c *nn.Context, in recipe.Inputs) *tensor.Tensor {
				return tensor.Concatenate(1, refined(c, in), in["z"]).Tanh()
			},
			Makes: data.Image(1, 2, 3), Scale: data.Scale{Lo: -1, Hi: 1},
		},
	}}, nil
}

// history is a source that swaps every other point of a minibatch for one that it
// has kept.
type history struct {
	*feed.Source
	input string
	key   [2]uint32
	kept  []float32 // [points, 2]
}

func (h *history) Kept() []game.Variable {
	return []game.Variable{{Name: "kept", Shape: []int{len(h.kept) / 2, 2}, Memory: engine.MemoryOf(h.kept)}}
}

func (h *history) Next(m game.Minibatch) error {
	numbers := random.At(h.key, uint64(h.Position()))
	if err := h.Source.Next(m); err != nil {
		return err
	}
	for point := range slices.Chunk(m[h.input].Float32(), 4) {
		place := h.kept[2*numbers.Intn(len(h.kept)/2):]
		for k := range 2 {
			point[k], place[k] = place[k], point[k]
		}
	}
	return nil
}

// tinyRefiner returns the settings of a run on two sets, each of a hundred points,
// that takes no time.
func tinyRefiner(t *testing.T, settings ...string) *run.Config {
	t.Helper()
	var simulated, real strings.Builder
	for i := range 100 {
		fmt.Fprintf(&simulated, "%g,%g\n", math.Cos(float64(i)), math.Sin(float64(i)))
		fmt.Fprintf(&real, "%d,%d\n", i/10, i%10)
	}
	return configOf(t, "refiner", append([]string{
		"data.name=" + csvFile(t, simulated.String()), "data_real.name=" + csvFile(t, real.String()), "steps=5", "tick_kimg=.024", "keep=9",
	}, settings...)...)
}

// TestTwoSetsResumeExactly stops a run that reads two sets, of which one is read
// more often and through a source that keeps examples.
func TestTwoSetsResumeExactly(t *testing.T) {
	t.Parallel()
	c := tinyRefiner(t)
	s := resumesExactly(t, 3, func() *run.Config {
		return tinyRefiner(t, "data.name="+c.Data.Name, "data_real.name="+c.Sets["real"].Name)
	})
	checkpoint, err := run.LoadCheckpoint(s.Folder.Checkpoints().Path(5))
	if err != nil {
		t.Fatal(err)
	}
	positions := map[string]string{"position": strconv.Itoa(5 * 3 * 4), "position.1": strconv.Itoa(5 * 2 * 4)}
	for key, want := range positions {
		if got := checkpoint.Metadata[key]; got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	kept := false
	for _, v := range checkpoint.Tensors {
		if v.Name == "source 1/kept" {
			kept = len(v.Data) == 10*2*4 && !bytes.Equal(v.Data, make([]byte, len(v.Data)))
		}
	}
	if !kept {
		t.Error("the checkpoint does not hold what the second source keeps")
	}
	if r := records(t, s.Folder); r[0].Step != 2 || r[0].Kimg != .024 { // three plays of 4 examples a round
		t.Errorf("the first tick is step %d at kimg %g", r[0].Step, r[0].Kimg)
	}
}

// TestRolesInConfig names the sets of both roles, and finds what they are.
func TestRolesInConfig(t *testing.T) {
	path := csvFile(t, strings.Repeat("1,2\n3,4\n", 20))
	s := begin(t, t.TempDir(), tinyRefiner(t, "data_real.name="+path, "steps=2"))
	end(t, s)
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	g := generator(t, s.Folder) // needs none of the data
	want := map[string]run.DataSettings{
		"data": *s.Config.Data,
		"real": *s.Config.Sets["real"],
	}
	if real := want["real"]; real.Name != path || real.Examples != 32 || !slices.Equal(real.High, []float64{3, 4}) || len(real.Mean) != 2 || real.Split != "drawn" {
		t.Errorf("found %+v", real)
	}
	got := map[string]run.DataSettings{}
	for role, d := range g.Config.Sets {
		got[role] = *d
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("1,2\n3,5\n", 20)), 0o666); err != nil {
		t.Fatal(err)
	}
	_, _, err := run.Resume(device(t), s.Folder, func(c *run.Config) error { c.Train.Steps = 4; return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "dataset "+path+" is not what the run was started with: ") || hint.Of(err) == "" {
		t.Errorf("a set that has changed: error %v", hint.Text(orNone(err)))
	}
	_, err = run.Start(device(t), tinyRefiner(t, "data_real.name=digits"), t.TempDir())
	const say = "recipe refiner: the set real: it generates points, and the data are images (hint: "
	if err == nil || !strings.HasPrefix(hint.Text(err), say) {
		t.Errorf("images for points: error %v, want %q", hint.Text(orNone(err)), say)
	}
	for setting, say := range map[string]string{
		"data_reel.name=x": `unknown setting "data_reel.name" (hint: did you mean data_real.name?)`,
		"data_real.low=1":  "data_real.low is not for setting, it follows from the recipe and the data (hint: gander recipes refiner shows the settings)",
	} {
		r, _ := recipe.Find("refiner")
		if err := run.NewConfig(r).Set(setting); err == nil || hint.Text(err) != say {
			t.Errorf("%s: error %v, want %q", setting, hint.Text(orNone(err)), say)
		}
	}
}

// TestTwoOutputs draws the pictures of both outputs again, each by its name.
func TestTwoOutputs(t *testing.T) {
	t.Parallel()
	s := begin(t, t.TempDir(), tinyRefiner(t, "seed=5", "data.name=ring8"))
	end(t, s)
	g := generator(t, s.Folder)
	if outputs := g.Outputs(); len(outputs) != 2 || outputs[0].Name != "refined" || outputs[1].Name != "two-by-three" {
		t.Fatalf("outputs %+v", outputs)
	}
	ctx := context.Background()
	reals, err := os.ReadFile(filepath.Join(s.Folder.SampleFolder(), "reals.png"))
	if err != nil {
		t.Fatal(err)
	}
	cloud := drawnPoints(t, 70, 5)
	for name, path := range map[string]string{"refined": "step-00000005.png", "two-by-three": filepath.Join("two-by-three", "step-00000005.png")} {
		samples, err := g.Draw(ctx, name, 70, 5, nil)
		if err != nil {
			t.Fatal(err)
		}
		m, err := g.Config.Picture(samples, cloud, 0)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		text := map[string]string{"gander:run": s.Folder.Name(), "gander:seed": "5", "gander:step": "5"}
		if err := picture.EncodePNG(&file, m, text); err != nil {
			t.Fatal(err)
		}
		wantContent(t, filepath.Join(s.Folder.SampleFolder(), path), file.String())
		if bytes.Equal(file.Bytes(), reals) {
			t.Errorf("the picture of %s is that of the data", name)
		}
	}
	first, err := g.Draw(ctx, "", 3, 5, nil)
	if err != nil || !first.Field.Same(data.Point(2)) {
		t.Errorf("without a name %v is drawn, error %v", first.Field, err)
	}
	for name, say := range map[string]string{
		"refind": `recipe refiner has no output "refind" (hint: did you mean refined?)`,
		"G":      `recipe refiner has no output "G" (hint: its outputs are refined, two-by-three)`,
	} {
		if _, err := g.Draw(ctx, name, 1, 0, nil); err == nil || hint.Text(err) != say {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), say)
		}
	}
}

// drawnPoints returns n points of ring8, drawn as those under samples are.
func drawnPoints(t *testing.T, n, seed int64) (points []float32) {
	t.Helper()
	set := data.Draw(data.NewRing8(data.Train, uint64(seed)), n, uint64(seed), "real examples")
	row := set.Info().RowOf("x")
	for i := range n {
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		points = append(points, row[0].Floats...)
	}
	return points
}
