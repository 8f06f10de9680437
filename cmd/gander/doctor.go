package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/internal/machine"
)

type doctorCmd struct{}

func (doctorCmd) Run(e *env) error {
	m := machine.Describe()
	say := func(what, format string, values ...any) {
		fmt.Fprintf(e.out, "%-13s %s\n", what, fmt.Sprintf(format, values...))
	}
	say("gander", "%s", version())
	say("system", "%s", m.System)
	say("processor", "%s", orUnknown(m.Processor))
	say("instructions", "%s", orUnknown(strings.Join(m.Features, ", ")))
	say("threads", "%d", m.Threads)
	if m.MemoryMiB > 0 {
		say("memory", "%.1f GiB", float64(m.MemoryMiB)/1024)
	}
	say("$"+data.DirVariable, "%s", orUnknown(os.Getenv(data.DirVariable)))
	for _, entry := range data.List() {
		place, err := entry.Locate()
		switch {
		case err != nil:
			place = "not here (gander data get " + entry.Info.Name + ")"
		case place == "":
			place = "built in"
		default:
			place = filepath.Clean(place)
		}
		say("data", "%-14s %s", entry.Info.Name, place)
	}
	return nil
}

func orUnknown(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
