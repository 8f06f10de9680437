package recipe

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// pairOfSets describes simulated and real images.
func pairOfSets(simulated, real data.Field) Examples {
	return Examples{
		Info: data.NewInfo("simulated", simulated), Epoch: 100,
		Others: map[string]Examples{"real": {Info: data.NewInfo("real", real), Epoch: 100}},
	}
}

// TestSimGANNetworks compares the sizes with those of the paper's networks for eyes.
func TestSimGANNetworks(t *testing.T) {
	eyes := data.Image(1, 35, 55)
	system := mustBuild(t, "simgan", pairOfSets(eyes, eyes))
	g := system.Game
	sizes := map[string]int{}
	for _, p := range g.Players {
		sizes[p.Name] = p.Networks[0].Size()
	}
	want := map[string]int{
		"R": 10*64 + 8*(9*64*64+64) + 65,
		"D": 10*96 + (9*96*64 + 64) + (9*64*32 + 32) + (32*32 + 32) + 66,
	}
	if diff := cmp.Diff(want, sizes); diff != "" {
		t.Error(diff)
	}
	if D := g.Players[1].Networks[0]; !slices.Equal(D.Out, []int{2, 9, 14}) {
		t.Errorf("D makes %v, want 2 logits for 9x14 patches", D.Out)
	}
	if buffer := g.Players[1].Networks[1].Params[0]; buffer.Value.Size() != 25_600*35*55 {
		t.Errorf("the history is %v", buffer.Value.Shape())
	}
}

// TestSimGANPhases looks at who moves when.
func TestSimGANPhases(t *testing.T) {
	image := data.Image(1, 8, 8)
	g := mustBuild(t, "simgan", pairOfSets(image, image), "batch=4", "width=2", "history=2", "pretrain_r=10", "pretrain_d=4").Game
	var moves []string
	for round := range int64(8) {
		now := g.Round
		if i := slices.IndexFunc(g.Phases, func(p game.Phase) bool { return p.When(round) }); i >= 0 {
			now = g.Phases[i].Round
		}
		text := ""
		for _, m := range now {
			text += strings.Repeat(m.Players[0].Name, m.Times)
		}
		moves = append(moves, text)
	}
	if diff := cmp.Diff([]string{"RRR", "RRR", "RRR", "RRR", "DDD", "DDD", "RRD", "RRD"}, moves); diff != "" {
		t.Error(diff)
	}
}

func TestSimGANRefuses(t *testing.T) {
	image := data.Image(1, 8, 8)
	for _, c := range []struct {
		examples Examples
		set, say string
	}{
		{pairOfSets(data.Image(3, 80, 120), data.Image(1, 35, 55)), "batch=4",
			"recipe simgan: simulated images are 3x80x120 (channels, height, width), and real ones are 1x35x55 (hint: --set data.size=35x55 --set data.channels=1)"},
		{pairOfSets(data.Point(2), image), "batch=4", "recipe simgan: it refines images, and the data are points (hint: gander recipes lists those for points)"},
		{pairOfSets(image, data.Point(2)), "batch=4", "recipe simgan: the set real: it refines images, and the data are points (hint: gander recipes lists those for points)"},
		{pairOfSets(image, image), "batch=5", "recipe simgan: batch = 5 is odd, and half of D's refined images are from the history (hint: choose an even number)"},
	} {
		if _, err := systemOf(t, "simgan", c.examples, c.set); err == nil || hint.Text(err) != c.say {
			t.Errorf("error %v, want %q", hint.Text(orNone(err)), c.say)
		}
	}
}

// TestHistoryFills plays with a buffer of three places for each of two examples. The
// examples of play p are 10p+1 and 10p+2, so the buffer shows where each went.
func TestHistoryFills(t *testing.T) {
	const n, places, plays = 2, 3, 200
	buffer := newHistory([]int{1}, n, places)
	counter, x := tensor.Input("counter", tensor.Uint32, 2), tensor.Input("x", tensor.Float32, n, 1)
	c := nn.NewContext(true, nn.Seeded(1, counter))
	made := buffer.swap(c, x)
	examples, count := buffer.examples, buffer.plays
	roots := []*tensor.Tensor{made, c.Value(examples), c.Value(count)}
	state := map[*tensor.Tensor]*tensor.Array{
		examples.Value: tensor.NewArray(tensor.Float32, places, n, 1), count.Value: tensor.NewArray(tensor.Float32),
		counter: tensor.NewArray(tensor.Uint32, 2), x: tensor.NewArray(tensor.Float32, n, 1),
	}
	drawn := map[float64]int{} // the places that were drawn, of the first example
	for p := range plays {
		before := slices.Clone(state[examples.Value].Data)
		state[counter].Data[0] = float64(p)
		now := []float64{float64(10*p + 1), float64(10*p + 2)}
		copy(state[x].Data, now)
		got, err := tensor.Eval(roots, state)
		if err != nil {
			t.Fatal(err)
		}
		out, after := got[0].Data, got[1].Data
		for k := range n {
			column := func(all []float64) []float64 { return []float64{all[k], all[n+k], all[2*n+k]} }
			was, is := column(before), column(after)
			switch old := out[k]; {
			case p == 0 && old != now[k]:
				t.Errorf("the empty buffer gives %g", old)
			case p > 0 && !slices.Contains(was[:min(p, places)], old):
				t.Fatalf("play %d: %g is not in the buffer %v", p, old, was)
			}
			if k == 0 && p >= places {
				drawn[float64(slices.Index(was, out[k]))]++
			}
			changed := 0
			for i := range places {
				if is[i] != was[i] {
					changed++
					if is[i] != now[k] || p < places && i != p {
						t.Errorf("play %d: place %d of example %d is %g", p, i, k, is[i])
					}
				}
			}
			if changed != 1 {
				t.Errorf("play %d changes %d places of example %d", p, changed, k)
			}
		}
		state[examples.Value], state[count.Value] = got[1], got[2]
	}
	for i := range places {
		if times := drawn[float64(i)]; times < plays/places/2 {
			t.Errorf("place %d was drawn %d times of %d", i, times, plays)
		}
	}
}
