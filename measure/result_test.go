package measure

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestNumbersThatAreNotFinite(t *testing.T) {
	for v, want := range map[float64]string{math.NaN(): `"NaN"`, math.Inf(1): `"Infinity"`, math.Inf(-1): `"-Infinity"`, 0.5: "0.5"} {
		text, err := json.Marshal(Number(v))
		if err != nil || string(text) != want {
			t.Errorf("%v is written %s, error %v; want %s", v, text, err, want)
		}
		var got Number
		if err := json.Unmarshal(text, &got); err != nil || float64(got) != v && !math.IsNaN(v) || math.IsNaN(v) != math.IsNaN(float64(got)) {
			t.Errorf("%s is read as %v, error %v; want %v", text, got, err, v)
		}
	}
	var n Number
	for _, bad := range []string{`"nan"`, `"1"`, "{}"} {
		if err := json.Unmarshal([]byte(bad), &n); err == nil {
			t.Errorf("%s was read as a number", bad)
		}
	}
}

func TestComparable(t *testing.T) {
	whole := Result{Measure: "prdc", Protocol: "as published", Space: "pixels", Reference: "mnist test", N: 10, M: 20, Samples: "a", Seed: 1}
	like := whole
	like.Samples, like.Seed = "b", 2
	if err := Comparable(&whole, &like); err != nil {
		t.Error(err)
	}
	for what, change := range map[string]func(*Result){
		"the measure":                 func(r *Result) { r.Measure = "pr" },
		"the protocol":                func(r *Result) { r.Protocol = "otherwise" },
		"the feature space":           func(r *Result) { r.Space = "lenet@1/mnist" },
		"the real data":               func(r *Result) { r.Reference = "digits test" },
		"the number of samples":       func(r *Result) { r.N = 11 },
		"the number of real examples": func(r *Result) { r.M = 21 },
	} {
		unlike := whole
		change(&unlike)
		if err := Comparable(&whole, &unlike); err == nil || !strings.Contains(err.Error(), "cannot be compared: "+what+" is ") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}
