package run

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
)

// TestShortNames resolves every setting of every recipe by its last name, so that --set
// needs no table. A recipe must not use the name of a setting of a run.
func TestShortNames(t *testing.T) {
	for _, r := range recipe.List() {
		c := NewConfig(r)
		for _, row := range settings.Table(c.Model) {
			short := row.Key[strings.LastIndex(row.Key, ".")+1:]
			if key, err := settings.Resolve(c.all, short); err != nil || !strings.HasSuffix(key, row.Key) {
				t.Errorf("recipe %s: --set %s=... sets %q, error %v", r.Name, short, key, err)
			}
		}
	}
}
