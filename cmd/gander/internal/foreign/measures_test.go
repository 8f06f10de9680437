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

// slowMeasures take a minute even of few samples; measures.py compares them when
// it is called by hand.
var slowMeasures = []string{"frechet", "swd"}

// TestMeasures lets NumPy compute every measure of a few hundred images, in
// float64, and compares the figures.
func TestMeasures(t *testing.T) {
	if testing.Short() {
		t.Skip("ten measures, twice")
	}
	script := readMeasures(t)
	var names []string
	for _, m := range measure.List() {
		if !strings.Contains(script, fmt.Sprintf("%q: %d", m.Name, m.N)) {
			t.Errorf("measures.py does not take the %d samples of %s", m.N, m.Name)
		}
		if !slices.Contains(slowMeasures, m.Name) {
			names = append(names, m.Name)
		}
	}
	numpy := "/usr/bin/python3" // Debian's, which may have NumPy where another has not
	if exec.Command(numpy, "-c", "import numpy").Run() != nil {
		t.Skip("needs Debian's python3-numpy, to compare with")
	}
	images := filepath.Join(os.Getenv("GANDER_DATA"), "mnist", "train-images-idx3-ubyte.gz")
	if _, err := os.Stat(images); err != nil {
		t.Skip("needs GANDER_DATA with MNIST")
	}
	out, err := exec.Command(numpy, "-B", "measures.py", "--check", "-n", "300", "--real", "600",
		"--measures", strings.Join(names, ",")).CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Error(err)
	}
}

// readMeasures returns the text of measures.py and opens what it uses, so that
// go test sees when that changes.
func readMeasures(t *testing.T) string {
	t.Helper()
	texts := map[string]string{}
	for _, name := range []string{"measures.py", "measures_numpy.py", "measures_task.py", "measures_distances.py", "measures_features.py", "sides.py"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts["measures.py"]
}
