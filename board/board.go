package board

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gander-ml/gander/hint"
)

// Options is what a board is made from.
type Options struct {
	Dir     string       // the folder with the folders of runs, at any depth up to 4; it is made if it does not exist
	First   string       // a command that trains a run in Dir, which the page shows if there is no run; "": none
	Threads int          // for samples; 0: one for each processor
	Play    http.Handler // the playground, at play/; nil: there is none

	// Train is the beginning of the command that trains: a program and its first
	// arguments. If it is empty, the page cannot start or stop training.
	Train []string
}

// A Board reads the runs below a folder and serves their page.
type Board struct {
	options  Options
	root     *os.Root
	hub      *hub
	painter  *painter
	trainers *trainers
	caches   *histories

	scanning sync.Mutex // held while the entries are read
	scanned  time.Time

	mu      sync.RWMutex
	entries map[string]*entry
	rows    map[string][]byte // by id: the row as JSON
	skipped []string
}

// errNoRun is the error for an id that the board does not know.
var errNoRun = errors.New("there is no such run; it may have been renamed or deleted")

// Intervals between two looks at the files.
const (
	lookInterval = 500 * time.Millisecond
	freshFor     = 300 * time.Millisecond
)

// New returns a board. It reads no runs yet.
func New(o Options) (*Board, error) {
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, hint.Add(fmt.Errorf("folder of runs: %w", err), "name a folder")
	}
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return nil, hint.Add(fmt.Errorf("folder of runs: %w", err), "name a folder")
	}
	b := &Board{options: o, root: root, entries: map[string]*entry{}, rows: map[string][]byte{}}
	b.hub = newHub()
	b.painter = newPainter(o.Threads)
	b.caches = newHistories(root)
	b.trainers = newTrainers(o.Train, root.Name())
	return b, nil
}

// Watch looks at the files of the runs, as long as a page is open, until ctx ends.
func (b *Board) Watch(ctx context.Context) {
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if b.hub.size() > 0 {
				b.scan()
			}
		}
	}
}

// Close stops the trainings that the board has started, which save their state, and
// releases its memory.
func (b *Board) Close() error {
	b.trainers.close()
	b.painter.close()
	return b.root.Close()
}

// fresh looks at the files, unless it did a moment ago.
func (b *Board) fresh() {
	b.scanning.Lock()
	recent := time.Since(b.scanned) < freshFor
	b.scanning.Unlock()
	if !recent {
		b.scan()
	}
}

// touch makes the next request look at the files.
func (b *Board) touch() {
	b.scanning.Lock()
	b.scanned = time.Time{}
	b.scanning.Unlock()
	b.scan()
}

// scan looks for runs, reads the changes, and notifies the open pages.
func (b *Board) scan() {
	b.scanning.Lock()
	defer b.scanning.Unlock()
	b.mu.RLock()
	known := make(map[string]*entry, len(b.entries))
	for id, e := range b.entries {
		known[id] = e
	}
	b.mu.RUnlock()
	ids, skipped, err := findRuns(b.root.Name(), known)
	if err != nil {
		skipped = append(skipped, withHint(err))
	}
	found := make(map[string]bool, len(ids))
	for _, id := range ids {
		found[id] = true
	}
	for id := range known {
		if !found[id] {
			b.remove(id)
		}
	}
	for _, id := range shortFirst(b.root.Name(), ids, known) {
		e := known[id]
		if e == nil {
			if e, err = newEntry(b.root, id); err != nil {
				continue // it was deleted in the meantime
			}
		}
		if e.refresh() {
			b.put(e)
		}
	}
	b.mu.Lock()
	b.skipped = skipped
	b.mu.Unlock()
	b.scanned = time.Now()
}

// shortFirst returns the ids with new runs at the end, those with a long journal last, so
// that the page soon shows the others.
func shortFirst(dir string, ids []string, known map[string]*entry) []string {
	size := map[string]int64{}
	for _, id := range ids {
		if known[id] == nil {
			size[id] = stampOf(filepath.Join(dir, id, "journal.jsonl")).size
		}
	}
	return slices.SortedStableFunc(slices.Values(ids), func(a, b string) int { return cmp.Compare(size[a], size[b]) })
}

func (b *Board) put(e *entry) {
	b.mu.Lock()
	b.entries[e.id], b.rows[e.id] = e, e.text
	b.mu.Unlock()
	b.hub.mark(e.id)
}

func (b *Board) remove(id string) {
	b.mu.Lock()
	delete(b.entries, id)
	delete(b.rows, id)
	b.mu.Unlock()
	b.caches.drop(id)
	b.hub.mark(id)
}

// entry returns the entry of a run, nil if there is none.
func (b *Board) entry(id string) *entry {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.entries[id]
}

// text returns the row of a run as JSON, nil if there is none.
func (b *Board) text(id string) []byte {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.rows[id]
}

// withHint returns the text of an error with its hint.
func withHint(err error) string {
	if h := hint.Of(err); h != "" {
		return err.Error() + " (" + h + ")"
	}
	return err.Error()
}
