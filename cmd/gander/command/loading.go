package command

import (
	"fmt"
	"time"

	"github.com/gander-ml/gander/run"
)

// quietFor is the time before the first line of loading, and between two lines, if
// standard error is not a terminal.
const quietFor = 3 * time.Second

// A loading prints the progress of reading datasets: on a terminal a line that is
// rewritten, otherwise a line every few seconds.
type loading struct {
	liveLine
	said time.Time
}

func newLoading(e *env) *loading { return &loading{liveLine{e: e}, time.Now()} }

// tell prints how much is done. A total of 0 is unknown.
func (l *loading) tell(what string, done, total int) {
	text := fmt.Sprintf("%s: %d", what, done)
	if total > 0 {
		text += fmt.Sprintf(" of %d", total)
	}
	switch {
	case l.e.interactive:
		l.draw(text)
	case time.Since(l.said) >= quietFor:
		l.said = time.Now()
		fmt.Fprintln(l.e.stderr, text)
	}
}

// loadData reads the datasets of a run and prints its progress. It ends within a second
// when the context of e ends.
func loadData(e *env, config *run.Config) error {
	l := newLoading(e)
	defer l.end()
	return config.Load(e.ctx, l.tell)
}

// sayNotes prints the notes about the data of a run.
func sayNotes(e *env, config *run.Config) {
	for _, note := range config.Notes() {
		fmt.Fprintf(e.stderr, "note: %s\n", note)
	}
}
