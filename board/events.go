package board

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Intervals of events.
const (
	heartbeat = 15 * time.Second // of a comment that shows that the server lives
	gather    = 50 * time.Millisecond
	maxRowsAt = 50 // rows in one event
)

// serveRuns answers with all rows.
func (b *Board) serveRuns(w http.ResponseWriter, r *http.Request) error {
	b.fresh()
	b.mu.RLock()
	all := make([]json.RawMessage, 0, len(b.rows))
	for _, text := range b.rows {
		all = append(all, text)
	}
	notes := slices.Clone(b.skipped)
	b.mu.RUnlock()
	slices.SortFunc(all, func(a, b json.RawMessage) int { return bytes.Compare(a, b) }) // they begin with the id
	return writeJSON(w, map[string]any{"runs": all, "notes": notes, "board": b.about()})
}

// about describes the board to the page.
func (b *Board) about() map[string]any {
	return map[string]any{"dir": b.options.Dir, "first": b.options.First, "training": b.trainers.allowed(), "play": b.options.Play != nil}
}

// serveEvents sends the rows of all runs and then those that change, as server-sent
// events: "board" with [Board.about], "runs" with a list of rows, "gone" with a list of
// ids, "notes" with a list of sentences, and "ready" when all files were looked at.
func (b *Board) serveEvents(w http.ResponseWriter, r *http.Request) {
	p := b.hub.join()
	if p == nil {
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer b.hub.leave(p)
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Time{}) // the request is read; a server without deadlines has no such call
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	read := make(chan struct{}) // closed when the files were looked at
	go func() {
		b.fresh()
		close(read)
	}()
	s := stream{w: w, control: control}
	s.send("board", b.about())
	p.take() // all rows are sent now
	b.sendRows(&s, b.ids())
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for s.err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
			s.write(": here\n\n")
		case <-read:
			read = nil
			b.sendRows(&s, p.take())
			s.send("ready", len(b.ids()))
		case <-p.wake:
			select { // more may change at the same time
			case <-r.Context().Done():
				return
			case <-time.After(gather):
			}
			b.sendRows(&s, p.take())
		}
	}
}

// ids returns the ids of all runs, sorted.
func (b *Board) ids() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Sorted(maps.Keys(b.rows))
}

// sendRows sends the rows of runs, and the notes of the last search.
func (b *Board) sendRows(s *stream, ids []string) {
	var gone []string
	for part := range slices.Chunk(ids, maxRowsAt) {
		rows := []json.RawMessage{}
		for _, id := range part {
			if text := b.text(id); text != nil {
				rows = append(rows, text)
			} else {
				gone = append(gone, id)
			}
		}
		if len(rows) > 0 {
			s.send("runs", rows)
		}
	}
	if len(gone) > 0 {
		s.send("gone", gone)
	}
	b.mu.RLock()
	notes := slices.Clone(b.skipped)
	b.mu.RUnlock()
	if !slices.Equal(notes, s.notes) {
		s.notes = notes
		s.send("notes", notes)
	}
}

// A stream sends events to a page until an error.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	notes   []string // that were sent
	err     error
}

func (s *stream) send(event string, value any) {
	text, err := json.Marshal(value) // JSON has no newlines
	if err != nil {
		s.err = err
		return
	}
	s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, text))
}

// write sends text. Every write must end within [web.WriteTimeout].
func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = s.control.Flush()
	}
}
