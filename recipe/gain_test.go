package recipe

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestGAINParameters counts the parameters for the tables of the authors: three linear
// layers of as many units as columns, of which the first reads twice as many numbers.
func TestGAINParameters(t *testing.T) {
	for _, c := range []struct{ columns, hidden, want int }{
		{57, 0, 114*57 + 57 + 2*(57*57+57)},
		{16, 0, 32*16 + 16 + 2*(16*16+16)},
		{16, 8, 32*8 + 8 + 8*8 + 8 + 8*16 + 16},
	} {
		examples := Examples{Info: data.NewInfo("table", data.Point(c.columns)), Epoch: 100}
		system, err := built(t, "gain", examples, func(s *GAIN) { s.Hidden = c.hidden })
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != c.want || sizes["D"] != c.want {
			t.Errorf("%d columns: G has %d parameters and D %d, want %d", c.columns, sizes["G"], sizes["D"], c.want)
		}
		alone, err := built(t, "gain", examples, func(s *GAIN) { s.Adversary = false })
		if err != nil || len(alone.Game.Players) != 1 || len(alone.Game.Round) != 1 || alone.Game.Players[0].Name != "G" {
			t.Errorf("without the adversary: error %v, round %+v", err, alone.Game.Round)
		}
	}
}

// TestGAINKeepsWhatIsGiven makes samples of G. Observed numbers do not change, and others
// are in the range of their column.
func TestGAINKeepsWhatIsGiven(t *testing.T) {
	examples := Examples{Info: data.NewInfo("table", data.Point(3)), Low: []float64{-1, 1000, 5}, High: []float64{1, 3000, 5}}
	system, err := built(t, "gain", examples, func(*GAIN) {})
	if err != nil {
		t.Fatal(err)
	}
	const n = 50
	output := system.Outputs[0]
	in, inputs := Inputs{}, map[*tensor.Tensor]*tensor.Array{}
	s := random.New(1, "test")
	for _, name := range []string{"x", data.ObservedField, "z"} {
		in[name] = tensor.Input(name, tensor.Float32, n, 3)
		inputs[in[name]] = tensor.NewArray(tensor.Float32, n, 3)
	}
	x, m, z := inputs[in["x"]].Data, inputs[in[data.ObservedField]].Data, inputs[in["z"]].Data
	for i := range x {
		x[i], m[i], z[i] = float64(float32([]float64{s.Uniform(-1, 1), s.Uniform(1000, 3000), 5}[i%3])), float64(s.Intn(2)), s.Uniform(0, .01)
		if m[i] == 0 {
			x[i] = math.NaN() // must not be read
		}
	}
	for _, p := range output.Networks[0].Params {
		inputs[p.Value] = tensor.NewArray(tensor.Float32, p.Value.Shape()...)
		p.Init(inputs[p.Value].Data, p.Value.Shape(), random.New(2, p.Name))
	}
	made, err := tensor.Eval([]*tensor.Tensor{output.Make(nn.NewContext(false, nil), in)}, inputs)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range made[0].Data {
		k := i % 3
		if m[i] == 1 && v != x[i] || m[i] == 0 && !(v >= examples.Low[k]-1e-3 && v <= examples.High[k]+1e-3) {
			t.Fatalf("number %d is %v, was %v, observed %v", i, v, x[i], m[i])
		}
	}
}

// TestGAINHints draws hints. That of the code is 1 at nine tenths of the observed numbers.
// That of the paper is 1/2 at one number of each row, which the losses are of, and the mask
// elsewhere.
func TestGAINHints(t *testing.T) {
	const n, d = 2000, 5
	c := nn.NewContext(true, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	m := below(c.Uniform(0, 1, n, d), .8)
	code, all := GAIN{Hint: "code", HintRate: .9}.hint(c, m)
	paper, one := GAIN{Hint: "paper"}.hint(c, m)
	values, err := tensor.Eval([]*tensor.Tensor{m, code, all, paper, one}, nil)
	if err != nil {
		t.Fatal(err)
	}
	told, observed, places := 0., 0., [d]int{}
	for row := range n {
		judged := 0
		for k := range d {
			at := func(i int) float64 { return values[i].Data[row*d+k] }
			observed += at(0)
			told += at(1)
			if at(1) > at(0) || at(2) != 1 {
				t.Fatalf("the hint is %v of the mask %v, judged %v", at(1), at(0), at(2))
			}
			want := at(0)
			if at(4) == 1 {
				judged, want = judged+1, .5
				places[k]++
			}
			if at(3) != want {
				t.Fatalf("the hint of the paper is %v of the mask %v, judged %v", at(3), at(0), at(4))
			}
		}
		if judged != 1 {
			t.Fatalf("%d numbers of a row are judged", judged)
		}
	}
	if share := told / observed; math.Abs(share-.9) > .015 {
		t.Errorf("the hint tells of %.3f of the observed numbers", share)
	}
	for k, count := range places {
		if math.Abs(float64(count)-n/d) > 100 {
			t.Errorf("number %d is judged in %d of %d rows", k, count, n)
		}
	}
}

// TestGAINLearns trains on pairs of equal numbers, with and without the adversary. After
// that, a missing number is nearer to the other one than the mean is.
func TestGAINLearns(t *testing.T) {
	device := engine.NewDevice(1)
	defer device.Close()
	s := random.New(1, "pairs")
	var x []float32
	for range 500 {
		v := float32(s.Uniform(0, 1))
		x = append(x, v, v)
	}
	set, err := data.NewTable(data.NewInfo("pairs", data.Point(2)), data.Values{Floats: x})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*GAIN){
		func(*GAIN) {}, func(s *GAIN) { s.Adversary = false }, func(s *GAIN) { s.Hint = "paper" },
	} {
		examples := Examples{Info: set.Info(), Low: []float64{0, 0}, High: []float64{1, 1}}
		system, err := built(t, "gain", examples, func(s *GAIN) { s.Hidden = 16; change(s) })
		if err != nil {
			t.Fatal(err)
		}
		sources, err := system.Sources(Sets{Main: set}, 1)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := game.NewTrainer(device, system.Game, sources, 1, true)
		if err != nil {
			t.Fatal(err)
		}
		var first, last float64
		err = trainer.Train(context.Background(), 300, func() error {
			trainer.Statistics(func(name string, v float64) {
				if name == "error" {
					if last = v; first == 0 {
						first = v
					}
				}
			})
			return nil
		})
		if err != nil || !(last < first/4) {
			t.Errorf("the error at observed numbers went from %v to %v, error %v", first, last, err)
		}
	}
}

// TestMissingValues refuses examples with missing values in recipes that learn from whole
// ones, in every role, and chooses gain for them.
func TestMissingValues(t *testing.T) {
	observed := data.Point(2)
	observed.Name = data.ObservedField
	missing := Examples{Info: data.NewInfo("table", data.Point(2), observed), Epoch: 100}
	const say = "dataset table has missing values, and the recipe learns only from whole examples (hint: fill them by gander impute, or train gain)"
	if _, err := built(t, "mixture", missing, func(*Mixture) {}); err == nil || hint.Text(err) != "recipe mixture: "+say {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
	r := whole()
	r.Data, r.Others = "ring8", []Role{{Name: "real", Data: "ring8"}}
	typical, err := r.Typical()
	if err != nil {
		t.Fatal(err)
	}
	typical.Others["real"] = missing
	_, err = build(t, r, typical, func(noSettings, Examples) (*System, error) { return noise(), nil })
	if err == nil || !strings.Contains(hint.Text(err), "the set real: "+say) {
		t.Errorf("error %v", hint.Text(orNone(err)))
	}
	if chosen, err := Choose(missing.Info); err != nil || chosen.Name != "gain" {
		t.Errorf("recipe %s, error %v", chosen.Name, err)
	}
	if _, err := built(t, "gain", mnist, func(*GAIN) {}); err == nil || !strings.Contains(hint.Text(err), "it generates points, and the data are images") {
		t.Errorf("error %v", err)
	}
}
