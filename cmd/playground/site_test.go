//go:build !js

package main

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/playground/session"
)

var site = flag.String("site", "", "folder of a finished site, whose engine is compared")

// TestFolder does not write into a folder that has something in it.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := build(dir); err == nil || !strings.Contains(err.Error(), "not empty") || hint.Of(err) == "" {
		t.Errorf("error %v, hint %q", err, hint.Of(err))
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d entries, error %v", len(entries), err)
	}
	if err := build(filepath.Join(dir, "mine")); err == nil {
		t.Error("a file is taken for a folder")
	}
}

// TestFiles writes the site without the engine.
func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "site")
	if err := writeFiles(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"index.html": "<title>", "engine.js": "wasm.js", "worker.js": "playground.wasm", "web/style.css": "--page", "wasm_exec.js": "Go"} {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

// TestEngine compares the engine of a finished site, run by node, with the one of Go. Numbers
// differ in the last digits, because some functions of package math are other programs on
// other processors.
func TestEngine(t *testing.T) {
	if *site == "" {
		t.Skip("the flag -site is not given")
	}
	out, err := exec.Command("node", "testdata/check.mjs", *site).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []struct {
		Rounds  int64
		Step    session.Step
		Numbers []*float64
		Refused string
	}
	if err := json.Unmarshal(out, &got); err != nil || len(got) != 4 {
		t.Fatalf("%d frames, error %v", len(got), err)
	}
	if !strings.Contains(got[3].Refused, "batch") {
		t.Errorf("a bad setting gives %q", got[3].Refused)
	}
	for i, settings := range []string{`[]`, `["data=ring","objective=relativistic","r1=0.1","noise=normal"]`, `["data=grid","unroll=2","norm_d=spectral","optimizer=sgd"]`} {
		var c session.Caller
		defer c.Close()
		var reply []byte
		for _, call := range [][2]string{{"open", `{"settings":` + settings + `}`}, {"advance", `{"mode":"both","rounds":20}`}, {"next", `{"layers":{"heat":true,"warp":true}}`}} {
			if reply, err = c.Call(call[0], []byte(call[1])); err != nil {
				t.Fatal(err)
			}
		}
		if got[i].Rounds != 20 || got[i].Step != session.Noise {
			t.Errorf("%s: %d rounds, phase %s", settings, got[i].Rounds, got[i].Step)
		}
		floats := reply[4+binary.LittleEndian.Uint32(reply):]
		if len(floats) != 4*len(got[i].Numbers) {
			t.Fatalf("%s: %d numbers, want %d", settings, len(got[i].Numbers), len(floats)/4)
		}
		worst := 0.0
		for k, v := range got[i].Numbers {
			want := float64(math.Float32frombits(binary.LittleEndian.Uint32(floats[4*k:])))
			if (v == nil) != math.IsNaN(want) {
				t.Fatalf("%s: number %d is %v, want %g", settings, k, v, want)
			}
			if v != nil {
				worst = max(worst, math.Abs(*v-want)/(1+math.Abs(want)))
			}
		}
		t.Logf("%s: numbers differ by at most %.2g", settings, worst)
		if worst > 1e-3 {
			t.Errorf("%s: a number differs by %g", settings, worst)
		}
	}
}
