package session

import (
	"strings"
	"testing"
)

// TestReferee lets the referee see a collapse and a training that goes well.
func TestReferee(t *testing.T) {
	collapse := open(t, "data=gaussians8", "layers_g=2", "layers_d=2", "units_g=32", "units_d=32", "activation=tanh", "noise=normal", "rate_g=.001", "rate_d=.0004")
	if w := collapse.Frame(Layers{}).Word; w != nil {
		t.Errorf("before the first round it says %+v", w)
	}
	bad := ""
	for range 20 {
		collapse.Advance(Both, 100, 0)
		if w := collapse.Frame(Layers{}).Word; w != nil && w.Bad {
			bad = w.Line
			if w.Why == "" || len(w.Remedies) == 0 || !strings.Contains(w.Line, "since round") {
				t.Errorf("it says %+v", w)
			}
		}
	}
	t.Log(bad)
	if bad == "" {
		t.Error("nothing is wrong with a collapse")
	}
	well := open(t, "data=ring", "units_g=32", "units_d=32", "layers_g=2", "layers_d=2", "r1=.1", "beta1=0", "rate_g=.002", "rate_d=.002")
	well.Advance(Both, 1500, 0)
	w := well.Frame(Layers{}).Word
	t.Logf("%+v", w)
	if w == nil || w.Bad {
		t.Errorf("of a training that goes well it says %+v", w)
	}
	if n := len(well.witness.history.Rows); n != 15 {
		t.Errorf("it has looked %d times in 1500 rounds, want 15", n)
	}
}
