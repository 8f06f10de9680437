package run_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/run"
)

// TestTooLargeForTheMachine begins runs whose variables or minibatches no machine
// holds, some with more numbers than an int counts.
func TestTooLargeForTheMachine(t *testing.T) {
	if machine.Describe().MemoryMiB == 0 {
		t.Skip("this system does not tell how much memory it has")
	}
	parent := t.TempDir()
	for _, setting := range []string{"batch=100000000000", "latent=100000000000", "hidden=4000000000", "hidden=9223372036854775807"} {
		_, err := run.Start(device(t), tiny(t, setting), parent)
		if err == nil || !strings.Contains(hint.Text(err), "GiB of memory or more, and this machine has ") || !strings.Contains(hint.Text(err), "(hint: ") {
			t.Errorf("%s gives %v", setting, err)
		}
	}
	for _, setting := range []string{"batch=100000000000", "batch=1000000000"} { // of a game that reads nothing
		_, err := run.Start(device(t), tinyMessages(t, setting), parent)
		if err == nil || !strings.Contains(hint.Text(err), "GiB of memory or more, and this machine has ") {
			t.Errorf("%s of a game without data gives %v", setting, err)
		}
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("%v are left, error %v", left, err)
	}
}
