package reproduce

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/hint"
)

func TestCryptoPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce crypto", Seeds: []uint64{1, 2}, Threads: 2, hurry: 500,
		Set: []string{"batch=16", "bits=4", "eve_hidden=8"},
	}
	wantPage(t, crypto, s, `^\| 1 \| [0-9.]+ \| [0-9.]+ \|`, `^\| 2 \| 10 \|`, `in 0 of 2 runs`, `^\| code \| 0.02 \| 7.7 \| 0 of 2 \| 0 of 2 \|`,
		`^\| any reader .* \| 2.00 \|`, "^- `model.batch = 16` instead of 4096$", `4 updates of 512 messages`)
}

func TestStopRules(t *testing.T) {
	for _, c := range []struct {
		rule stopRule
		w    wrongBits
		bits int
		want bool
	}{
		{cryptoRules[0], wrongBits{Bob: .05, Eve: 7.3}, 16, true},
		{cryptoRules[0], wrongBits{Bob: .051, Eve: 7.3}, 16, false},
		{cryptoRules[0], wrongBits{Bob: .05, Eve: 7.29}, 16, false},
		{cryptoRules[1], wrongBits{Bob: .03, Eve: 8}, 16, false},
		{cryptoRules[1], wrongBits{Bob: .01, Eve: 3.85}, 8, true},
	} {
		if got := c.rule.holds(c.w, c.bits); got != c.want {
			t.Errorf("rule of the %s for %+v of %d bits: %v", c.rule.Name, c.w, c.bits, got)
		}
	}
}

func TestCryptoNetPage(t *testing.T) {
	s := Settings{
		Out: t.TempDir(), Command: "gander reproduce cryptonet", Seeds: []uint64{1}, Threads: 2, hurry: 5000,
		Set: []string{"batch=16", "bits=2"},
	}
	wantPage(t, cryptoNet, s, `^\| chosen-plaintext \| 1 \|`, `^\| ciphertext-only \| 1 \|`, "^- `model.bits = 2` instead of 4$")
	for set, want := range map[string]string{
		"bits=11":                  "--set model.bits = 11: all messages are tried with all keys, so it can be at most 10 (hint: choose fewer bits)",
		"attack=chosen-plaintext":  "--set model.attack = chosen-plaintext: the page compares the attacks (hint: leave it out)",
		"model.attack=ciphertexts": "unknown",
	} {
		err := cryptoNet.Make(t.Context(), Settings{Out: t.TempDir(), Set: []string{set}})
		if err == nil || hint.Text(err) != want && want != "unknown" {
			t.Errorf("--set %s: error %v, want %q", set, err, want)
		}
	}
}

// TestPad tests matrices that are known to be a one-time pad, or not to be one.
func TestPad(t *testing.T) {
	const bits = 3
	matrix := func(first, second [bits][bits]float32) (m []float32) { // rows are inputs
		for _, half := range [][bits][bits]float32{first, second} {
			for _, row := range half {
				m = append(m, row[:]...)
			}
		}
		return m
	}
	one := [bits][bits]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	odd := [bits][bits]float32{{1.1, 2, 0}, {0, -1, .1}, {0, 4, 3}} // the same, by its parity
	none := [bits][bits]float32{}
	two := [bits][bits]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 0}}
	for name, c := range map[string]struct {
		alice, bob []float32
		want       padTest
	}{
		"XOR":                      {matrix(one, one), matrix(one, one), padTest{0, 0}},
		"XOR by parities":          {matrix(odd, odd), matrix(one, odd), padTest{0, 0}},
		"the message":              {matrix(one, none), matrix(one, none), padTest{0, 1}},
		"the key":                  {matrix(none, one), matrix(one, none), padTest{1.5, 0}},
		"one bit without its key":  {matrix(one, two), matrix(one, two), padTest{0, 1}},
		"one bit that is not sent": {matrix(two, one), matrix(one, one), padTest{.5, 0}},
	} {
		if got := testPad(c.alice, c.bob, bits); math.Abs(got.Wrong-c.want.Wrong) > 1e-12 || got.Advantage != c.want.Advantage {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestCorrelation(t *testing.T) {
	x := []float64{1, -1, 1, -1}
	for want, y := range map[float64][]float64{1: {3, 1, 3, 1}, -1: {0, 2, 0, 2}, 0: {1, 1, -1, -1}} {
		if got := correlation(x, y); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %g, want %g", y, got, want)
		}
	}
	if got := correlation(x, []float64{5, 5, 5, 5}); got != 0 {
		t.Errorf("with a constant: %g", got)
	}
}
