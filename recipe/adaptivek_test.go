package recipe

import (
	"context"
	"maps"
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
)

// A playedRound is what a test sees of a round.
type playedRound struct {
	figures       map[string]float64 // the statistics
	before, after map[string]float64 // the first value of each variable
}

// rounds plays a small mixture on ring8 with the given change of its settings.
func rounds(t *testing.T, n int64, change func(*Mixture)) []playedRound {
	t.Helper()
	set := data.NewRing8(data.Train, 1)
	system, err := built(t, "mixture", Examples{Info: set.Info(), Epoch: 100}, func(s *Mixture) {
		s.Batch, s.Hidden, s.Maxout, s.LearningRate = 10, 8, 4, .01
		change(s)
	})
	if err != nil {
		t.Fatal(err)
	}
	trainer := trainerOf(t, system, set)
	if trainer.Examples() != 10 {
		t.Errorf("a round reads %d examples, want those of one play", trainer.Examples())
	}
	state := func() map[string]float64 {
		values := map[string]float64{}
		for _, v := range trainer.Variables() {
			values[v.Name] = v.Memory.Array(v.Shape...).Data[0]
		}
		return values
	}
	var played []playedRound
	now := state()
	err = trainer.Train(context.Background(), n, func() error {
		r := playedRound{figuresOf(trainer), now, state()}
		now = maps.Clone(r.after)
		played = append(played, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return played
}

// wantTurns checks that the right player moved in each round, and that the next one is that
// of the rule, which returns 0 for D and 1 for G.
func wantTurns(t *testing.T, played []playedRound, most float64, rule func(playedRound) float64) {
	t.Helper()
	row, moves := 0., [2]float64{}
	for i, r := range played {
		mover := r.before["adaptive_k.next"]
		moves[int(mover)]++
		if r.figures[MovesOfD] != 1-mover {
			t.Errorf("round %d: %s is %g, and the mover is %g", i, MovesOfD, r.figures[MovesOfD], mover)
		}
		for k, name := range []string{"D", "G"} {
			if r.after["updates/"+name] != moves[k] {
				t.Errorf("round %d: %s made %g updates, want %g", i, name, r.after["updates/"+name], moves[k])
			}
		}
		if _, g := r.figures["loss.G"]; g != (mover == 1) {
			t.Errorf("round %d: G has a loss: %v", i, g)
		}
		want := rule(r)
		if row++; row >= most {
			want = 1 - mover
		}
		if want != mover {
			row = 0
		}
		if r.after["adaptive_k.next"] != want || r.after["adaptive_k.row"] != row {
			t.Fatalf("round %d: next is %g after %g in a row, want %g after %g", i, r.after["adaptive_k.next"], r.after["adaptive_k.row"], want, row)
		}
	}
	if moves[0] == 0 || moves[1] == 0 {
		t.Errorf("D and G make %v moves", moves)
	}
}

// TestAdaptiveKByAccuracy compares the turns with the accuracy that the statistics have.
func TestAdaptiveKByAccuracy(t *testing.T) {
	const most = 4
	for _, limit := range []float64{.625, 1} { // with 1 D always comes next, until most
		played := rounds(t, 40, func(s *Mixture) { s.AdaptiveK, s.KAccuracy, s.KMost = "accuracy", limit, most })
		wantTurns(t, played, most, func(r playedRound) float64 {
			if r.figures["accuracy"] <= limit {
				return 0
			}
			return 1
		})
	}
}

// TestAdaptiveKByLossChange compares the turns with the losses of the play and of the one before.
func TestAdaptiveKByLossChange(t *testing.T) {
	const most, lambda = 5, 1.5
	played := rounds(t, 60, func(s *Mixture) { s.AdaptiveK, s.KLambda, s.KMost = "loss-change", lambda, most })
	rate := func(r playedRound, name string) float64 {
		before, after := r.before["adaptive_k."+name], r.after["adaptive_k."+name]
		return math.Abs((after - before) / before)
	}
	wantTurns(t, played, most, func(r playedRound) float64 {
		if rate(r, "loss_d") > lambda*rate(r, "loss_g") {
			return 0
		}
		return 1 // also in the first round, when the rates are not known
	})
	for i, r := range played { // the mixture has no penalties
		for loss, name := range map[string]string{"loss.D": "loss_d", "loss.G": "loss_g"} {
			if v, ok := r.figures[loss]; ok && v != r.after["adaptive_k."+name] {
				t.Errorf("round %d: %s is %g, and the state has %g", i, loss, v, r.after["adaptive_k."+name])
			}
		}
	}
}

// TestAdaptiveKRefused wants one clear error for each pair whose k cannot be adapted.
func TestAdaptiveKRefused(t *testing.T) {
	for want, change := range map[string]func(*WGAN){
		"adaptive_k = accuracy: D has no accuracy with the objective of this recipe (hint: --set adaptive_k=loss-change)":                          func(s *WGAN) { s.WarmUp, s.AdaptiveK = 0, "accuracy" },
		"adaptive_k = loss-change: the recipe has other rounds at some times (hint: --set adaptive_k=no, or --set warm_up=0 if the recipe has it)": func(s *WGAN) { s.AdaptiveK = "loss-change" },
		"gate = 0.5: D has no accuracy with the objective of this recipe":                                                                          func(s *WGAN) { s.WarmUp, s.Gate, s.AdaptiveK = 0, .5, "loss-change" },
	} {
		_, err := built(t, "wgan", mnist, change)
		wantError(t, err, want)
	}
	if _, err := built(t, "wgan", mnist, func(s *WGAN) { s.WarmUp, s.AdaptiveK = 0, "loss-change" }); err != nil {
		t.Error(err)
	}
	both := func(s *Digits) { s.Gate, s.AdaptiveK = .8, "accuracy" }
	want := "gate = 0.8 and adaptive_k = accuracy: both choose the updates of D (hint: --set gate=1, or --set adaptive_k=no)"
	_, err := built(t, "digits", mnist, both)
	wantError(t, err, want)
}
