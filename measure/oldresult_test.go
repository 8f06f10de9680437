package measure

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadOldResult reads a result that an older version wrote.
func TestReadOldResult(t *testing.T) {
	const old = `{"measure":"modes","protocol":"reverse KL; the floor is of as many draws from the mixture","space":"points",` +
		`"samples_of":"s","reference_of":"ring8 test","samples":2500,"reference":10000,"seed":7,"values":[` +
		`{"name":"density","value":0.9,"spread":"Infinity","spread_of":"standard error","floor":1.5,"unit":"nats","better":"near floor"},` +
		`{"name":"modes","value":8,"better":"higher"}]}`
	want := &Result{
		Measure: "modes", Protocol: "reverse KL; the baseline is the figure of the same number of draws from the mixture", Space: "points",
		Samples: "s", Reference: "ring8 test", N: 2500, M: 10000, Seed: 7,
		Values: []Value{
			{Name: "density", Value: 0.9, StdErr: number(math.Inf(1)), StdErrOf: "standard error", Baseline: number(1.5), Unit: "nats", Better: NearBaseline},
			{Name: "modes", Value: 8, Better: Higher},
		},
	}
	got := &Result{}
	if err := json.Unmarshal([]byte(old), got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	again := &Result{}
	if err := json.Unmarshal(text, again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("written with the new keys and read again: %s", diff)
	}
}

// TestReadOldBalls compares new results of prdc and pr with results that have the old
// text of the protocol.
func TestReadOldBalls(t *testing.T) {
	for protocol, old := range map[string]string{
		prdcProtocol: "a ball reaches from each example to its 5-th nearest of its own set, itself left out, border excluded: precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample, density the mean number of real balls a sample is in divided by 5, coverage the share of real balls with a sample",
		prProtocol:   "a ball reaches from each example to its 3-rd nearest of its own set, itself left out, border included: precision is the share of samples in a ball of a real example, recall of real examples in a ball of a sample",
	} {
		text, err := json.Marshal(Result{Measure: "balls", Protocol: old})
		if err != nil {
			t.Fatal(err)
		}
		got := &Result{}
		if err := json.Unmarshal(text, got); err != nil {
			t.Fatal(err)
		}
		if got.Protocol != protocol {
			t.Errorf("the protocol is %q, want %q", got.Protocol, protocol)
		}
	}
}
