package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/hint"
)

// TestCompareWithNothing names no measure, so that none is missed in the file.
func TestCompareWithNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.json")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	c := &measureCmd{Compare: path}
	if _, err := c.before(nil); err == nil || !strings.Contains(hint.Text(err), "empty.json has no result to compare with (hint: ") {
		t.Errorf("got %v", err)
	}
}
