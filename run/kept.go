package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// keptSettings returns the settings that a resumed run must keep, one line KEY =
// VALUE each. A checkpoint records them; see [Config.Change]. Those of [from] are left out
// if the run begins with random values alone.
func (c *Config) keptSettings() string {
	changeable := c.changeableKeys()
	var lines []string
	for _, row := range c.Table() {
		table, _, _ := strings.Cut(row.Key, ".")
		if unused := table == fromTable && !c.From.begins(); !unused && !slices.Contains(changeable, row.Key) {
			lines = append(lines, row.Key+" = "+row.Value)
		}
	}
	return strings.Join(lines, "\n")
}

// checkKept returns an error if a setting now differs from the value that the
// checkpoint records. It ignores settings that only one of them has, because another
// version of Gander may have other settings.
func (c *Checkpoint) checkKept(config *Config) error {
	recorded := map[string]string{}
	for line := range strings.SplitSeq(c.Metadata[metaSettings], "\n") {
		if key, value, ok := strings.Cut(line, " = "); ok {
			recorded[key] = value
		}
	}
	var then, now []string
	for line := range strings.SplitSeq(config.keptSettings(), "\n") {
		key, value, _ := strings.Cut(line, " = ")
		if was, ok := recorded[key]; ok && was != value {
			then, now = append(then, key+" = "+was), append(now, line)
		}
	}
	if len(then) == 0 {
		return nil
	}
	return hint.Add(fmt.Errorf("checkpoint of step %d was trained with %s, and the run's settings are %s", c.Step, strings.Join(then, ", "), strings.Join(now, ", ")),
		"undo what was changed in config.toml, or start a new run")
}
