package command

import (
	"fmt"
	"time"

	"github.com/gander-ml/gander/run"
)

// quietFor is how long loading says nothing where there is no terminal, and how long
// from one line to the next.
const quietFor = 3 * time.Second

// A loading tells how far datasets are read: on a terminal in one line that is
// rewritten, elsewhere in a line every few seconds.
type loading struct {
	liveLine
	said time.Time
}

func newLoading(e *env) *loading { return &loading{liveLine{e: e}, time.Now()} }

// tell tells how much is done, of an unknown total if that is 0.
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

// loadData reads the datasets of a run and tells how far it is. It ends within a
// second when the context of e ends.
func loadData(e *env, config *run.Config) error {
	l := newLoading(e)
	defer l.end()
	return config.Load(e.ctx, l.tell)
}

// sayNotes tells what is worth knowing about the data of a run.
func sayNotes(e *env, config *run.Config) {
	for _, note := range config.Notes() {
		fmt.Fprintf(e.stderr, "note: %s\n", note)
	}
}
