package foreign

import (
	"os"
	"os/exec"
	"testing"

	"github.com/gander-ml/gander/cmd/gander/internal/bench"
)

// python returns the name of a Python with PyTorch. If there is none, it skips the test.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} { // Debian's, if another is first in PATH
		if exec.Command(name, "-c", "import torch").Run() == nil {
			return name
		}
	}
	t.Skip("needs a python3 with torch (Debian: python3-torch), to compare with")
	return ""
}

// TestOracle compares ten steps of every model with PyTorch. Its minibatches are smaller
// than those of the benchmark, so it takes only seconds. oracle.sh uses the whole
// minibatches.
func TestOracle(t *testing.T) {
	if testing.Short() {
		t.Skip("computes ten steps of four models, in Gander and in PyTorch")
	}
	torch := python(t)
	for _, script := range []string{"oracle.py", "models.py"} {
		if _, err := os.ReadFile(script); err != nil { // so that the result of go test is not cached when they change
			t.Fatal(err)
		}
	}
	for _, model := range bench.Models() {
		t.Run(model, func(t *testing.T) {
			dir := t.TempDir()
			if err := Dump(model, dir, 10, 8); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(torch, "-B", "oracle.py", model, dir).CombinedOutput()
			if t.Logf("%s", out); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDumpRefusesAnUnknownModel(t *testing.T) {
	if err := Dump("dcgan64", t.TempDir(), 1, 1); err == nil {
		t.Error("there is no such model")
	}
}
