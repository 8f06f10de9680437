package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
	"golang.org/x/term"
)

// A progress tells how training goes: on a terminal one line that is rewritten,
// elsewhere a line a tick.
type progress struct {
	e       *env
	session *run.Session
	json    bool
	live    bool
	drawn   time.Time
	width   int // of the line on the screen
}

func newProgress(e *env, s *run.Session, json bool) *progress {
	return &progress{e: e, session: s, json: json, live: e.interactive}
}

// begin says what is trained, where.
func (p *progress) begin(device *engine.Device) {
	c := p.session.Config
	sizes := p.session.Parameters()
	var networks []string
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		networks = append(networks, fmt.Sprintf("%s %s", name, count(sizes[name])))
	}
	fmt.Fprintf(p.e.talk, "%s on %s, %dx%d: %s parameters, %d threads, seed %d\n",
		c.Recipe.Name, c.Data.Name, c.Data.Width, c.Data.Height, strings.Join(networks, ", "), device.Threads(), c.Train.Seed)
	fmt.Fprintf(p.e.talk, "run folder %s\n", p.session.Folder.Path())
}

// count writes a number of parameters.
func count(n int) string {
	if n >= 1_000_000 {
		return fmt.Sprintf("%.1fM", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0fk", float64(n)/1e3)
}

// round redraws the live line, a few times a second.
func (p *progress) round(r *run.Record) {
	if !p.live || time.Since(p.drawn) < 200*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	line := p.describe(r)
	if columns, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil && columns > 1 && len([]rune(line)) > columns-1 {
		line = string([]rune(line)[:columns-1])
	}
	blank := max(0, p.width-len([]rune(line)))
	fmt.Fprintf(p.e.talk, "\r%s%s", line, strings.Repeat(" ", blank))
	p.width = len([]rune(line))
}

// tick writes the line of a tick that stays.
func (p *progress) tick(r *run.Record) {
	p.end()
	fmt.Fprintln(p.e.talk, p.describe(r))
	if p.json {
		if line, err := json.Marshal(r); err == nil {
			fmt.Fprintf(p.e.out, "%s\n", line)
		}
	}
}

// end clears the live line.
func (p *progress) end() {
	if p.width > 0 {
		fmt.Fprintf(p.e.talk, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

func (p *progress) finished() {
	fmt.Fprintf(p.e.talk, "done; samples are in %s\nmore of them: gander sample %s\n",
		p.session.Folder.SampleFolder(), p.session.Folder.Path())
}

// describe writes a record as one line.
func (p *progress) describe(r *run.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%7.1f kimg  step %d/%d", r.Kimg, r.Step, p.session.Rounds())
	for _, player := range slices.Sorted(maps.Keys(r.Losses)) {
		fmt.Fprintf(&b, "  loss %s %.3f", player, r.Losses[player])
	}
	for _, name := range slices.Sorted(maps.Keys(r.Statistics)) {
		fmt.Fprintf(&b, "  %s %.2f", name, r.Statistics[name])
	}
	fmt.Fprintf(&b, "  %s img/s", rate(r.SamplesPerS))
	if left := p.session.Rounds() - r.Step; left > 0 && r.SamplesPerS > 0 {
		seconds := float64(left) * r.Kimg * 1000 / float64(r.Step) / r.SamplesPerS
		fmt.Fprintf(&b, "  %s left", duration(seconds))
	}
	return b.String()
}

func rate(perSecond float64) string {
	if perSecond >= 10_000 {
		return fmt.Sprintf("%.0fk", perSecond/1000)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

// duration writes seconds as a person says them.
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}

// isTerminal says whether f is a terminal that may be drawn on.
func isTerminal(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}
