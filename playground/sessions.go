package playground

import (
	"sync"

	"github.com/gander-ml/gander/playground/session"
)

// sessions holds the sessions of pages by the name that each page has chosen.
type sessions struct {
	limit  int
	mu     sync.Mutex
	byName map[string]*seat
	uses   int64
}

// A seat is the place of one page.
type seat struct {
	last  int64      // number of the last use; guarded by sessions.mu
	mu    sync.Mutex // held during a call
	freed bool       // guarded by mu
	session.Caller
}

func newSessions(limit int) *sessions { return &sessions{limit: limit, byName: map[string]*seat{}} }

// call makes a call of the session of that name. Calls of one session wait for each other.
func (s *sessions) call(name, call string, body []byte) ([]byte, error) {
	seat := s.take(name)
	seat.mu.Lock()
	for seat.freed { // while this call waited
		seat.mu.Unlock()
		seat = s.take(name)
		seat.mu.Lock()
	}
	defer seat.mu.Unlock()
	return seat.Call(call, body)
}

// take returns the seat of a page. If there is none, and all are taken, the one that has not
// been used for the longest time is freed.
func (s *sessions) take(name string) *seat {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses++
	found := s.byName[name]
	if found == nil {
		found = &seat{}
		if len(s.byName) >= s.limit {
			s.free()
		}
		s.byName[name] = found
	}
	found.last = s.uses
	return found
}

// free closes the session with the oldest last use, when its call has ended.
func (s *sessions) free() {
	var name string
	var oldest *seat
	for n, seat := range s.byName {
		if oldest == nil || seat.last < oldest.last {
			name, oldest = n, seat
		}
	}
	delete(s.byName, name)
	go func() {
		oldest.mu.Lock()
		defer oldest.mu.Unlock()
		oldest.freed = true
		oldest.Close()
	}()
}
