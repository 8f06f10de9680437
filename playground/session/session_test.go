package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func open(t testing.TB, assignments ...string) *Session {
	t.Helper()
	s := Default()
	if err := s.Set(assignments...); err != nil {
		t.Fatal(err)
	}
	session, err := New(s, [][2]float64{{-.5, -.5}, {.5, .5}, {.5, -.5}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return session
}

func same(t *testing.T, what string, a, b *Frame) {
	t.Helper()
	if diff := cmp.Diff(a, b, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("%s: frames differ: %.2000s", what, diff)
	}
}

var everything = Layers{Heat: true, Warp: true, Arrows: true, Density: true}

// TestFramesAreDeterministic plays equal sessions in different ways.
func TestFramesAreDeterministic(t *testing.T) {
	for _, settings := range [][]string{nil, {"k_d=2", "k_g=3"}, {"simultaneous=true", "objective=relativistic"}, {"unroll=2", "norm_g=batch", "norm_d=spectral"}} {
		at := open(t, settings...)
		if played := at.Advance(Both, 3, 0); played != 3 || at.Rounds() != 3 {
			t.Fatalf("%d rounds played, %d in all, want 3", played, at.Rounds())
		}
		want := at.Frame(everything)

		again := open(t, settings...)
		for range 3 {
			again.Advance(Both, 1, time.Nanosecond)
			again.Frame(everything) // looking changes nothing
		}
		same(t, fmt.Sprint(settings, ", round by round"), want, again.Frame(everything))

		slow := open(t, settings...)
		for slow.Rounds() < 3 {
			slow.Next()
			slow.Frame(everything)
		}
		slow.Advance(Both, 0, 0)
		slow.phase = Phase{}
		same(t, fmt.Sprint(settings, ", in slow motion"), want, slow.Frame(everything))

		mixed := open(t, settings...)
		mixed.Advance(Both, 1, 0)
		mixed.Next()
		mixed.Next()
		mixed.Advance(Both, 2, 0) // finishes the round that slow motion has begun
		same(t, fmt.Sprint(settings, ", from slow motion on"), want, mixed.Frame(everything))
	}
	if a, b := open(t).Frame(everything), open(t, "seed=2").Frame(everything); cmp.Equal(a.Made, b.Made) {
		t.Error("another seed gives equal samples")
	}
}

// TestEverySettingPlays plays a round with each choice and with both ends of each range.
func TestEverySettingPlays(t *testing.T) {
	small := []string{"units_g=4", "units_d=4", "batch=8"}
	for _, f := range Fields() {
		values := f.Choices
		switch {
		case f.Kind == "switch":
			values = []string{"true", "false"}
		case f.Kind != "choice":
			values = []string{fmt.Sprint(*f.Max)}
			if f.Min != nil {
				values = append(values, fmt.Sprint(*f.Min))
			}
			if f.Kind == "whole" {
				values[0] = fmt.Sprintf("%d", int64(*f.Max))
			}
		}
		for _, value := range values {
			assignments := append(slices.Clone(small), f.Key+"="+value)
			for _, choice := range f.For {
				for _, key := range []string{"objective", "optimizer"} {
					if s := Default(); s.Set(key+"="+choice) == nil {
						assignments = append(assignments, key+"="+choice)
					}
				}
			}
			session := open(t, assignments...)
			session.Advance(Both, 1, 0)
			frame := session.Frame(everything)
			if frame.Rounds != 1 && frame.Stopped == "" {
				t.Errorf("%v: %d rounds, want 1", assignments, frame.Rounds)
			}
			if frame.Stopped != "" && !strings.Contains(frame.Stopped, "diverged") {
				t.Errorf("%v: %s", assignments, frame.Stopped)
			}
			if len(frame.Real) != 2*Samples || len(frame.Heat) != Side*Side || len(frame.Density) != Side*Side || len(frame.Arrows) != 2*Arrows {
				t.Errorf("%v: the frame is incomplete", assignments)
			}
			if want := 2 * (WarpSide + 1) * (WarpSide + 1); session.settings.Latent == 2 && len(frame.Warp) != want {
				t.Errorf("%v: %d numbers of the grid, want %d", assignments, len(frame.Warp), want)
			}
		}
	}
}

// TestObjectivesWithPenalties plays a round of every objective with every penalty at once.
func TestObjectivesWithPenalties(t *testing.T) {
	for _, objective := range Fields()[slices.IndexFunc(Fields(), func(f Field) bool { return f.Key == "objective" })].Choices {
		s := open(t, "objective="+objective, "batch=8", "r1=.1", "r2=.1", "gradient_penalty=1", "dragan=1", "clip=1", "history=.1", "average=.9", "instance_noise=.1")
		s.Advance(Both, 2, 0)
		if f := s.Frame(everything); f.Stopped != "" || math.IsNaN(f.Numbers.LossD) || math.IsNaN(f.Numbers.LossG) {
			t.Errorf("%s: %s %+v", objective, f.Stopped, f.Numbers)
		}
	}
}

// TestOnlyOneMoves trains D alone, then G alone.
func TestOnlyOneMoves(t *testing.T) {
	s := open(t)
	before := s.Frame(everything)
	s.Advance(OnlyD, 5, 0)
	afterD := s.Frame(everything)
	s.Advance(OnlyG, 4, 0)
	afterG := s.Frame(everything)
	if !cmp.Equal(before.Made, afterD.Made) || cmp.Equal(before.Heat, afterD.Heat) {
		t.Error("updates of D have changed G, or have not changed D")
	}
	if !cmp.Equal(afterD.Heat, afterG.Heat) || cmp.Equal(afterD.Made, afterG.Made) {
		t.Error("updates of G have changed D, or have not changed G")
	}
	if afterG.UpdatesD != 5 || afterG.UpdatesG != 4 || afterG.Rounds != 0 {
		t.Errorf("%d updates of D, %d of G, %d rounds", afterG.UpdatesD, afterG.UpdatesG, afterG.Rounds)
	}
}

// TestPhases reads the phases of a round with k = 2.
func TestPhases(t *testing.T) {
	s := open(t, "k_d=2")
	var got []string
	for s.Rounds() == 0 {
		s.Next()
		p := s.Frame(Layers{}).Phase
		got = append(got, fmt.Sprintf("%s %s %d/%d", p.Mover, p.Step, p.Move, p.Of))
	}
	want := []string{
		"D noise 1/3", "D examples 1/3", "D scores 1/3", "D gradient 1/3", "D update 1/3",
		"D noise 2/3", "D examples 2/3", "D scores 2/3", "D gradient 2/3", "D update 2/3",
		"G noise 3/3", "G scores 3/3", "G gradient 3/3", "G update 3/3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSlowMotionShowsTheMinibatch looks at the minibatch before it is used.
func TestSlowMotionShowsTheMinibatch(t *testing.T) {
	s := open(t, "batch=16")
	s.Next()
	f := s.Frame(Layers{})
	if len(f.Real) != 32 || len(f.Made) != 32 || len(f.RealD) != 16 || !slices.Equal(f.Real, s.source.x) {
		t.Fatalf("%d numbers of examples and %d of samples, want 32 of the minibatch", len(f.Real), len(f.Made))
	}
	shown := slices.Clone(f.Real)
	for s.phase.Step != Update {
		s.Next()
	}
	if !slices.Equal(shown, s.source.x) {
		t.Error("the update has used another minibatch")
	}
}

// TestChange changes settings in the middle of training.
func TestChange(t *testing.T) {
	s := open(t)
	s.Advance(Both, 20, 0)
	before := s.Frame(everything)
	next := s.Settings()
	if err := next.Set("rate_g=0", "rate_d=0", "data=ring", "optimizer=sgd", "average=.9", "objective=hinge"); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Change(next, nil)
	if err != nil || !kept {
		t.Fatalf("kept %v, error %v", kept, err)
	}
	after := s.Frame(everything)
	if !cmp.Equal(before.Made, after.Made) || after.Rounds != 20 || s.source.Position() != 40 {
		t.Errorf("the samples have changed, or the count: %d rounds, %d minibatches", after.Rounds, s.source.Position())
	}
	s.Advance(Both, 1, 0)
	if rested := s.Frame(everything); !cmp.Equal(before.Made, rested.Made) {
		t.Error("a learning rate of 0 moves G")
	}

	back := next
	if err := back.Set("units_g=5"); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.Change(back, nil); err != nil || kept || s.Rounds() != 0 {
		t.Errorf("other networks: kept %v, error %v, %d rounds", kept, err, s.Rounds())
	}
	s.Advance(Both, 1, 0)
	bad := back
	bad.Data = "own"
	if _, err := s.Change(bad, nil); err == nil || s.Rounds() != 1 || s.Settings() != back {
		t.Errorf("own data without points: error %v; the session has changed", err)
	}
}

// TestChangeContinues compares a change to the same settings with no change.
func TestChangeContinues(t *testing.T) {
	a, b := open(t), open(t)
	a.Advance(Both, 10, 0)
	b.Advance(Both, 4, 0)
	if kept, err := b.Change(b.Settings(), nil); err != nil || !kept {
		t.Fatal(kept, err)
	}
	b.Advance(Both, 6, 0)
	same(t, "after a change to the same settings", a.Frame(everything), b.Frame(everything))
}

// TestDiverges stops with a reason, and shows what is there.
func TestDiverges(t *testing.T) {
	s := open(t, "optimizer=sgd", "rate_d=10", "rate_g=10", "objective=wasserstein", "units_d=64", "layers_d=3")
	s.Advance(Both, 5000, 0)
	f := s.Frame(everything)
	if !strings.Contains(f.Stopped, "training diverged in step") || f.Hint == "" {
		t.Fatalf("stopped: %q, hint %q", f.Stopped, f.Hint)
	}
	if played := s.Advance(Both, 1, 0); played != 0 {
		t.Error("a stopped session plays on")
	}
	s.Next()
	if _, err := f.encode(header{}); err != nil {
		t.Errorf("a frame with numbers that are not finite: %v", err)
	}
}

// TestLearns checks that G finds what it should, in a few seconds.
func TestLearns(t *testing.T) {
	s := open(t, "data=ring", "units_g=32", "units_d=32", "layers_g=2", "layers_d=2", "r1=.1", "beta1=0", "rate_g=.002", "rate_d=.002")
	before := s.Frame(everything).Numbers
	s.Advance(Both, 1500, 0)
	after := s.Frame(everything).Numbers
	t.Logf("JS %.3f before, %.3f after; KL %.3f, %.3f", before.JS, after.JS, before.KL, after.KL)
	if after.JS > .12 || after.JS > before.JS/2 {
		t.Errorf("JS %.3f before, %.3f after 1500 rounds", before.JS, after.JS)
	}
	if math.Abs(after.Virtual-(2*after.JS-math.Log(4))) > 1e-12 {
		t.Errorf("C(G) is %g for JS %g", after.Virtual, after.JS)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ assignment, want, hint string }{
		{"data=circle", `data`, ""},
		{"units_g=129", `units_g`, ""},
		{"colour=red", `colour`, ""},
		{"rate_d=fast", `rate_d`, ""},
		{"k_d=0 k_g=0", "nobody would move", "set one of them to 1"},
		{"objective=feature-matching layers_d=0", "D has none", "hidden layer"},
		{"objective=feature-matching unroll=1", "look ahead", "unrolled"},
		{"layers_g=5 units_g=128 batch=1000 k_d=50 k_g=50", "times too large", "fewer"},
	} {
		s := Default()
		err := s.Set(strings.Fields(c.assignment)...)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(hint.Of(err), c.hint) {
			t.Errorf("%s: error %v, hint %q; want %q, %q", c.assignment, err, hint.Of(err), c.want, c.hint)
		}
		if s != Default() {
			t.Errorf("%s: settings have changed", c.assignment)
		}
	}
}

// TestFields checks that the form has what it needs, and that the defaults can be set.
func TestFields(t *testing.T) {
	for _, f := range Fields() {
		if f.Key == "" || f.Group == "" || f.Label == "" || f.Doc == "" {
			t.Errorf("field %+v is incomplete", f)
		}
		if f.Kind == "choice" && !slices.Contains(f.Choices, f.Default) {
			t.Errorf("%s: the default %s is not a choice", f.Key, f.Default)
		}
		s := Default()
		if err := s.Set(f.Key + "=" + f.Default); err != nil || s != Default() {
			t.Errorf("%s=%s: error %v", f.Key, f.Default, err)
		}
	}
	if _, err := json.Marshal(constants()); err != nil {
		t.Error(err)
	}
}

// FuzzCall gives a caller any request: it must answer or return an error.
func FuzzCall(f *testing.F) {
	f.Add("open", []byte(`{"settings":["data=ring"],"layers":{"heat":true}}`))
	f.Add("points", []byte(`{"csv":"1,2\n3,4"}`))
	f.Add("dirac", []byte(`{"dirac":{"method":1,"rate":0.2,"theta":1,"psi":1,"steps":3}}`))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		var c Caller
		defer c.Close()
		if bytes.Contains(body, []byte("=")) {
			return // settings are slow, and package settings has its own fuzz test
		}
		_, _ = c.Call(name, body)
	})
}

func BenchmarkRound(b *testing.B) {
	s := open(b)
	for b.Loop() {
		s.Advance(Both, 1, 0)
	}
}

func BenchmarkFrame(b *testing.B) {
	s := open(b)
	for b.Loop() {
		if _, err := s.Frame(everything).encode(header{}); err != nil {
			b.Fatal(err)
		}
	}
}
