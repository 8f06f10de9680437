package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
	"golang.org/x/term"
)

// A progress prints the progress of training: on a terminal a line that is rewritten,
// otherwise a line for each tick.
type progress struct {
	session *run.Session
	json    bool
	found   int // number of failures that were printed
	liveLine
}

func newProgress(e *env, s *run.Session, json bool) *progress {
	p := &progress{session: s, json: json, liveLine: liveLine{e: e}}
	s.Watch(p)
	return p
}

// Watch prints an event of the session.
func (p *progress) Watch(event run.Event) {
	switch event := event.(type) {
	case *run.Round:
		p.round(event.Record)
	case *run.Tick:
		p.tick(event.Record)
	case *run.Measuring:
		p.draw(percent("measuring: "+event.What, event.Done, event.Total))
	case *run.Alarm:
		p.alarm(event)
	}
}

// alarm prints a failure, once.
func (p *progress) alarm(a *run.Alarm) {
	if a.Err != nil {
		return // the error has the same text
	}
	p.end()
	fmt.Fprintf(p.e.stderr, "referee: %s\n", a.Finding.Line())
	p.found++
}

// begin prints the recipe, the data, the sizes of the networks and the folder.
func (p *progress) begin(device *engine.Device) {
	c := p.session.Config
	sizes := p.session.Parameters()
	var networks []string
	for _, name := range slices.Sorted(maps.Keys(sizes)) {
		networks = append(networks, fmt.Sprintf("%s %s", name, words.Large(sizes[name])))
	}
	on := ""
	for _, role := range slices.Sorted(maps.Keys(c.Sets)) {
		d := c.Sets[role]
		on += fmt.Sprintf(" on %s, %v", d.Name, d.Info().First())
	}
	fmt.Fprintf(p.e.stderr, "%s%s: %s parameters, %s, seed %d\n",
		c.Recipe.Name, on, strings.Join(networks, ", "), words.Count(device.Threads(), "thread", "threads"), c.Train.Seed)
	fmt.Fprintf(p.e.stderr, "run folder %s\n", p.session.Folder.Path())
	if from := c.From; from.Run != "" && p.session.Step() == 0 {
		sayPassedOver(p.e, p.session.PassedOver())
		fmt.Fprintf(p.e.stderr, "begins with step %d of %s\n", from.Step, filepath.Base(from.Run))
		for _, line := range from.Taken {
			fmt.Fprintf(p.e.stderr, "  %s\n", line)
		}
	}
	p.sayResumed()
}

// sayResumed prints the step from which a resumed run goes on.
func (p *progress) sayResumed() {
	if step := p.session.Step(); step > 0 {
		fmt.Fprintf(p.e.stderr, "going on from step %d of %d\n", step, p.session.Rounds())
	}
}

// sayEnded prints why a run ended before its length.
func (p *progress) sayEnded() {
	if why := p.session.Ended(); why != "" {
		fmt.Fprintf(p.e.stderr, "ended early: %s\n", why)
	}
}

// round redraws the live line, a few times a second.
func (p *progress) round(r *run.Record) {
	if !p.due() {
		return
	}
	end := ""
	if best := p.session.Best(); best.Step >= 0 {
		end = "  best " + figure(best.Figure.Value)
	}
	p.draw(describe(r, p.session.Rounds(), columns()-1-len(end)) + end)
}

// percent returns the progress of work as text. A total of 0 counts as 1.
func percent(what string, done, total int) string {
	return fmt.Sprintf("%s %d%%", what, 100*done/max(total, 1))
}

// tick prints the line of a tick.
func (p *progress) tick(r *run.Record) {
	p.end()
	room := math.MaxInt
	if p.e.interactive {
		room = columns() - 1
	}
	fmt.Fprintln(p.e.stderr, describe(r, p.session.Rounds(), room))
	for _, m := range r.Measures {
		fmt.Fprintln(p.e.stderr, clip(measured(m), room))
	}
	if best := p.session.Best(); len(r.Measures) > 0 && best.Step >= 0 {
		fmt.Fprintln(p.e.stderr, clip(fmt.Sprintf("  best %s %s, of step %d", best.Figure.Name, figure(best.Figure.Value), best.Step), room))
	}
	if p.json {
		if line, err := json.Marshal(r); err == nil {
			fmt.Fprintf(p.e.stdout, "%s\n", line)
		}
	}
}

// finishing is the effect of the first Ctrl-C.
const finishing = "finishing the step and saving; Ctrl-C again stops at once"

// interrupted prints the effect of the first Ctrl-C. It may be called while another
// goroutine draws the line.
func (p *progress) interrupted() {
	newline := ""
	if p.e.interactive {
		newline = "\n"
	}
	fmt.Fprintf(p.e.stderr, "%s%s\n", newline, finishing)
}

// finished prints what a finished run has, and the commands that use it.
func (p *progress) finished() {
	p.sayEnded()
	if p.found > 0 {
		end := ""
		if v, err := p.session.Folder.Verdict(); err == nil && !v.Now[0].Failure.Bad() {
			end = ", and none at the end"
		}
		fmt.Fprintf(p.e.stderr, "the referee found %s%s: %s\n", words.Count(p.found, "failure", "failures"), end, shell.Join(program(), "referee", p.session.Folder.Path()))
	}
	outputs := p.session.Outputs()
	if slices.ContainsFunc(outputs, recipe.Output.Classifies) {
		defer fmt.Fprintf(p.e.stderr, "its classifier on test data: %s\n", shell.Join(program(), "classify", p.session.Folder.Path()))
	}
	if len(outputs) == 0 || outputs[0].Classifies() {
		fmt.Fprintf(p.e.stderr, "done; the run is in %s\n", p.session.Folder.Path())
		return
	}
	fmt.Fprintf(p.e.stderr, "done; samples are in %s\n", p.session.Folder.SampleFolder())
	more := []string{program(), "sample", p.session.Folder.Path()}
	switch given := outputs[0].Given; {
	case len(given) == 1 && given[0].Name == data.ClassField:
		more = append(more, "--class", "all")
	case len(given) > 0:
		return
	}
	fmt.Fprintf(p.e.stderr, "more of them: %s\n", shell.Join(more...))
}

// describe returns a record of a run of total rounds as one line of at most room
// characters. If there is too little room, it leaves out the less important parts.
func describe(r *run.Record, total int64, room int) string {
	digits := len(strconv.FormatInt(total, 10))
	kimgDigits := len(fmt.Sprintf("%.1f", r.Kimg*float64(total)/float64(max(r.Step, 1))))
	kimg := fmt.Sprintf("%*.1f kimg", kimgDigits, r.Kimg)
	bare := fmt.Sprintf("%*d/%d", digits, r.Step, total)
	step := "step " + bare
	losses := figures("loss", "%s %.2f", r.Losses)
	means := figures("", "%s %.2f", r.Statistics)
	speed := fmt.Sprintf("%5s/s", rate(r.SamplesPerS))
	left := left(r, total)
	for _, parts := range [][]string{
		{kimg, step, losses, means, speed, left},
		{step, losses, means, speed, left},
		{bare, losses, means, speed, left},
		{step, losses, means, left},
		{step, losses, left},
		{step, left},
	} {
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		if line := strings.Join(parts, "  "); utf8.RuneCountInString(line) <= room {
			return line
		}
	}
	return step[:min(len(step), max(room, 0))]
}

// figures returns numbers with their names, short names first: D(x) before D(G(z)).
func figures(title, format string, f run.Figures) string {
	var words []string
	if title != "" && len(f) > 0 {
		words = append(words, title)
	}
	names := slices.SortedFunc(maps.Keys(f), func(a, b string) int {
		return cmp.Or(len(a)-len(b), strings.Compare(a, b))
	})
	for _, name := range names {
		words = append(words, fmt.Sprintf(format, name, f[name]))
	}
	return strings.Join(words, " ")
}

// left returns the remaining time of the run.
func left(r *run.Record, total int64) string {
	rounds := total - r.Step
	if rounds <= 0 || r.SamplesPerS <= 0 || r.Step == 0 {
		return ""
	}
	return fmt.Sprintf("%6s left", words.Duration(float64(rounds)*r.Kimg*1000/float64(r.Step)/r.SamplesPerS))
}

// rate returns a number of examples in at most five characters.
func rate(perSecond float64) string {
	switch {
	case perSecond >= 999_500:
		return fmt.Sprintf("%.1fM", perSecond/1e6)
	case perSecond >= 9_950:
		return fmt.Sprintf("%.0fk", perSecond/1e3)
	case perSecond >= 999.5:
		return fmt.Sprintf("%.1fk", perSecond/1e3)
	}
	return fmt.Sprintf("%.0f", perSecond)
}

// isTerminal reports whether f is a terminal with a cursor.
func isTerminal(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}
