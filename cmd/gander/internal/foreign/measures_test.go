package foreign

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/measure"
)

// slowMeasures take a minute even with few samples. The test leaves them out; a person
// can compare them with measures.py.
var slowMeasures = []string{"frechet", "swd"}

// knownMeasures have exact or published known answers, which package measure tests.
var knownMeasures = []string{"1nn-error", "class-accuracy", "error", "stacked-modes"}

// TestMeasures computes every other measure of a few hundred images also in NumPy, in float64,
// and compares the figures.
func TestMeasures(t *testing.T) {
	if testing.Short() {
		t.Skip("computes ten measures, in Gander and in NumPy")
	}
	script := readMeasures(t)
	var names []string
	for _, m := range measure.List() {
		if slices.Contains(knownMeasures, m.Name) {
			continue
		}
		if !strings.Contains(script, fmt.Sprintf("%q: %d", m.Name, m.N)) {
			t.Errorf("measures.py does not use the %d samples of %s", m.N, m.Name)
		}
		if !slices.Contains(slowMeasures, m.Name) {
			names = append(names, m.Name)
		}
	}
	numpy := "/usr/bin/python3" // Debian's, which may have NumPy if another Python does not
	if exec.Command(numpy, "-c", "import numpy").Run() != nil {
		t.Skip("needs Debian's python3-numpy, to compare with")
	}
	images := filepath.Join(os.Getenv("GANDER_DATA"), "mnist", "train-images-idx3-ubyte.gz")
	if _, err := os.Stat(images); err != nil {
		t.Skip("needs GANDER_DATA with MNIST")
	}
	c := exec.Command(numpy, "-B", "measures.py", "--check", "-n", "300", "--real", "600", "--measures", strings.Join(names, ","))
	c.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1") // threads would wait for each other
	out, err := c.CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Error(err)
	}
}

// readMeasures returns the text of measures.py. It reads also the files that measures.py
// uses, so that the result of go test is not cached when they change.
func readMeasures(t *testing.T) string {
	t.Helper()
	texts := map[string]string{}
	for _, name := range []string{"measures.py", "measures_numpy.py", "measures_draws.py", "measures_task.py", "measures_distances.py", "measures_features.py", "sides.py"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts["measures.py"]
}
