package board

import (
	"slices"
	"sync"
)

// A hub notifies the open pages which runs have changed. It keeps for each page only the
// set of changed runs, so that a page that does not read holds little memory.
type hub struct {
	mu    sync.Mutex
	pages map[*page]bool
}

// A page is an open page.
type page struct {
	hub     *hub
	changed map[string]bool
	wake    chan struct{} // has an element if changed is not empty
}

// maxPages is the largest number of pages that wait for events.
const maxPages = 256

func newHub() *hub { return &hub{pages: map[*page]bool{}} }

// join adds a page. It returns nil if there are too many.
func (h *hub) join() *page {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.pages) >= maxPages {
		return nil
	}
	p := &page{h, map[string]bool{}, make(chan struct{}, 1)}
	h.pages[p] = true
	return p
}

func (h *hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, p)
}

func (h *hub) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.pages)
}

// mark notifies all pages that a run has changed.
func (h *hub) mark(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		p.changed[id] = true
		select {
		case p.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// take returns the runs that have changed since the last call.
func (p *page) take() []string {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	var ids []string
	for id := range p.changed {
		ids = append(ids, id)
	}
	clear(p.changed)
	slices.Sort(ids)
	return ids
}
