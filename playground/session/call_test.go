package session

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/google/go-cmp/cmp"
)

// decode reads an encoded frame as a page does.
func decode(t *testing.T, reply []byte) (h header, arrays map[string][]float32) {
	t.Helper()
	n := binary.LittleEndian.Uint32(reply)
	if n%4 != 0 {
		t.Fatalf("a header of %d bytes", n)
	}
	if err := json.Unmarshal(reply[4:4+n], &h); err != nil {
		t.Fatal(err)
	}
	floats := reply[4+n:]
	arrays = map[string][]float32{}
	for name, place := range h.Arrays {
		for i := range place[1] {
			arrays[name] = append(arrays[name], math.Float32frombits(binary.LittleEndian.Uint32(floats[4*(place[0]+i):])))
		}
	}
	return h, arrays
}

func TestCalls(t *testing.T) {
	var c Caller
	defer c.Close()
	call := func(name, body string) []byte {
		t.Helper()
		reply, err := c.Call(name, []byte(body))
		if err != nil {
			t.Fatalf("%s %s: %v", name, body, err)
		}
		return reply
	}
	if _, err := c.Call("frame", []byte("{}")); hint.Of(err) == "" {
		t.Errorf("a frame of no session: %v", err)
	}
	for name, body := range map[string]string{
		"open": `{"settings":["data=own"],"points":[[0,0],[1e39,0]]}`, "points": `{"csv":"1,2\n3,4"}}`, "fields": "{} {}",
	} {
		if _, err := c.Call(name, []byte(body)); hint.Of(err) == "" {
			t.Errorf("%s %s: error %v, want a hint", name, body, err)
		}
	}
	h, arrays := decode(t, call("open", `{"settings":["data=own","batch=20"],"points":[[0,0],[0.5,0.5]],"layers":{"heat":true,"warp":true}}`))
	if h.Rounds != 0 || len(arrays["real"]) != 2*Samples || len(arrays["heat"]) != Side*Side || len(arrays["numbers"]) != len(NumberNames) {
		t.Errorf("%+v", h)
	}
	if !math.IsNaN(float64(arrays["numbers"][0])) {
		t.Errorf("the loss before the first move is %g, want NaN", arrays["numbers"][0])
	}
	h, arrays = decode(t, call("advance", `{"mode":"both","rounds":7,"layers":{}}`))
	if h.Rounds != 7 || h.Played != 7 || len(arrays["heat"]) != 0 {
		t.Errorf("%+v", h)
	}
	h, _ = decode(t, call("next", `{"layers":{}}`))
	if diff := cmp.Diff(Phase{Noise, moveD, 1, 2}, h.Phase); diff != "" {
		t.Error(diff)
	}
	if h, _ = decode(t, call("change", `{"settings":["data=ring","batch=20","rate_d=0.001"]}`)); !h.Kept || h.Rounds != 7 {
		t.Errorf("%+v", h)
	}
	for _, bad := range []struct{ name, body, want string }{
		{"advance", `{"mode":"all","rounds":1}`, `the mode is "all"`},
		{"advance", `{"mode":"both","rounds":100000}`, "want at most"},
		{"change", `{"settings":["data=own"]}`, "0 points of your own"},
		{"open", `{"settings":["batch=0"]}`, "batch"},
		{"open", `{"color":1}`, "not understood"},
		{"open", `[`, "not understood"},
		{"dance", `{}`, "no call"},
		{"dirac", `{"dirac":{"method":99}}`, "no method 99"},
		{"dirac", `{"dirac":{"rate":0,"steps":5}}`, "rate"},
		{"dirac", `{"dirac":{"rate":0.1,"steps":5,"theta":1e9}}`, "theta"},
		{"points", `{"csv":"a,b\nc,d"}`, `line 2`},
	} {
		if _, err := c.Call(bad.name, []byte(bad.body)); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s %s: error %v, want %q", bad.name, bad.body, err, bad.want)
		}
	}
	if h, _ := decode(t, call("frame", `{}`)); h.Rounds != 7 {
		t.Errorf("after errors there are %d rounds, want 7", h.Rounds)
	}
}

func TestReadPoints(t *testing.T) {
	for text, want := range map[string][][2]float64{
		"x,y\n0,0\n2,1\n":        {{-1, -.5}, {1, .5}},
		"\ufeff1;2\r\n1;4":       {{0, -1}, {0, 1}},
		"3\t3\n3\t3":             {{0, 0}, {0, 0}},
		"0, 0\n\n 10, 0\n5, 1e1": {{-1, -1}, {1, -1}, {0, 1}},
	} {
		got, err := ReadPoints(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
	for text, want := range map[string]string{
		"": "0 points", "1,2": "1 points", "1,2\n3": "line 2 of the points: 1 columns", "1,2\n3,4,5": "3 columns",
		"1,2\n3,x": `line 2 of the points: "x"`, "1,2\nNaN,3": "not a finite", "nan,2\n3,4\n5,6": "line 1 of the points", "1e999,2\n3,4\n5,6": "line 1 of the points", "1,b\n3,4\n5,6": "line 1 of the points", "1,2\n1e300,3": "not a finite", "1,2\n\"": "line",
		strings.Repeat("1,2\n", maxPoints+1): "more than 5000",
	} {
		if _, err := ReadPoints(text); err == nil || !strings.Contains(err.Error(), want) || hint.Of(err) == "" {
			t.Errorf("%.20q: error %v, want %q and a hint", text, err, want)
		}
	}
}

// TestDirac checks the picture of the Dirac-GAN: paths end when they are far away, and the
// flow lasts as long as the steps.
func TestDirac(t *testing.T) {
	p, err := Dirac{Method: 5, Rate: .1, Theta: 1, Psi: .5, Steps: 20}.Picture()
	if err != nil || len(p.Field) != DiracSide*DiracSide || len(p.Path) != 21 || len(p.Flow) != flowSteps+1 {
		t.Fatalf("%d arrows, %d and %d points, error %v", len(p.Field), len(p.Path), len(p.Flow), err)
	}
	p, err = Dirac{Method: 6, Rate: 2, Theta: 10, Psi: 10, Steps: 1000}.Picture()
	if err != nil || len(p.Path) > 200 || p.Rate != 0 {
		t.Errorf("WGAN-GP with the rate 2: %d points, rate %g, error %v", len(p.Path), p.Rate, err)
	}
	p, err = Dirac{Method: 0, Rate: .2, Theta: 1, Psi: 1, Steps: 1, Alternating: true}.Picture()
	if err != nil || math.Abs(p.Rate-1) > 1e-9 {
		t.Errorf("the rate of the alternating GAN is %g, want 1; error %v", p.Rate, err)
	}
}
