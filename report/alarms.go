package report

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/run"
)

// alarms is what the referee said.
type alarms struct {
	Rows    []alarm
	LeftOut string
}

// An alarm is one text and when it was said.
type alarm struct{ When, Text string }

// mostAlarms bounds the alarms on a page.
const mostAlarms = 50

// raised returns the alarms of a run, nil if there are none. One that is said at
// tick after tick is listed once; the newest come first.
func raised(records []run.Record) *alarms {
	type spell struct {
		text        string
		first, last run.Record
		ticks       int
	}
	var spells []spell
	for i, r := range records {
		for _, text := range r.Alarms {
			at := slices.IndexFunc(spells, func(s spell) bool {
				return s.text == text && i > 0 && s.last.Step == records[i-1].Step
			})
			if at < 0 {
				spells = append(spells, spell{text, r, r, 1})
			} else {
				spells[at].last = r
				spells[at].ticks++
			}
		}
	}
	if len(spells) == 0 {
		return nil
	}
	slices.Reverse(spells)
	var a alarms
	for _, s := range spells[:min(len(spells), mostAlarms)] {
		when := fmt.Sprintf("step %d, %s kimg:", s.last.Step, number(s.last.Kimg))
		if s.ticks > 1 {
			when = fmt.Sprintf("steps %d to %d, %s to %s kimg:", s.first.Step, s.last.Step, number(s.first.Kimg), number(s.last.Kimg))
		}
		a.Rows = append(a.Rows, alarm{when, s.text})
	}
	if len(spells) > mostAlarms {
		a.LeftOut = fmt.Sprintf("The newest %d of %d.", mostAlarms, len(spells))
	}
	return &a
}
