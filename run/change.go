package run

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
)

// changeable lists the settings of [train] that a resumed run may change. They decide
// how long it trains, which files it keeps, and which measures it takes.
var changeable = []string{"kimg", "steps", "tick_kimg", "keep", "measure", "measure_ticks", "best", "patience", "probes", "stop_on", "remedy"}

// Change changes settings of a run that is resumed. Each assignment is KEY=VALUE, as
// for [Config.Set]. Only settings that do not influence the training may change:
// those of changeable, and the place of the data. If an assignment is for another
// setting, Change returns an error and changes nothing. The hint of the error lists
// the settings that may change and those that may not.
func (c *Config) Change(assignments ...string) error {
	var kept []string
	for _, assignment := range assignments {
		key, _, _ := strings.Cut(assignment, "=")
		key, err := settings.Resolve(c.all, strings.TrimSpace(key))
		if err != nil {
			return hint.Add(err, "gander recipes %s shows the settings", c.Recipe.Name)
		}
		if !slices.Contains(c.changeableKeys(), key) && !slices.Contains(kept, key) {
			kept = append(kept, key)
		}
	}
	if len(kept) > 0 {
		return c.keeps(kept)
	}
	for _, assignment := range assignments {
		if err := c.Set(assignment); err != nil {
			return err
		}
	}
	return nil
}

// keeps returns the error for settings that a resumed run must not change.
func (c *Config) keeps(keys []string) error {
	var other []string
	for _, row := range c.Table() {
		if table, _, _ := strings.Cut(row.Key, "."); table == "train" && !slices.Contains(c.changeableKeys(), row.Key) {
			other = append(other, row.Key)
		}
	}
	return hint.Add(fmt.Errorf("a resumed run keeps %s", strings.Join(keys, ", ")),
		"it may change %s; it keeps recipe, %s, the other settings of data, and model",
		strings.Join(c.changeableKeys(), ", "), strings.Join(other, ", "))
}

// changeableKeys returns the keys of the settings that a resumed run may change.
func (c *Config) changeableKeys() []string {
	var keys []string
	for _, name := range changeable {
		keys = append(keys, "train."+name)
	}
	for _, table := range slices.Sorted(maps.Keys(c.Sets)) {
		if table != dataTable {
			table = dataTable + "_" + table
		}
		keys = append(keys, table+".name")
	}
	return keys
}
