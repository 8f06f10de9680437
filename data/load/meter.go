package load

import (
	"sync"
	"time"
)

// tellEvery is how often progress is told.
const tellEvery = 100 * time.Millisecond

// A meter keeps how far reading is, to be told by another goroutine.
type meter struct {
	mutex       sync.Mutex
	what        string // "" at first
	done, total int
}

// set keeps how much is done of what is being done. The total is 0 if it is not
// known.
func (m *meter) set(what string, done, total int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.what, m.done, m.total = what, done, total
}

// tell tells how much is done.
func (m *meter) tell(told func(what string, done, total int)) {
	m.mutex.Lock()
	what, done, total := m.what, m.done, m.total
	m.mutex.Unlock()
	if what != "" {
		told(what, done, total)
	}
}

// watch tells how far do is, again and again, until it ends. What ends soon is not
// told.
func (m *meter) watch(told func(what string, done, total int), do func() error) error {
	if told == nil {
		return do()
	}
	result := make(chan error, 1)
	go func() { result <- do() }()
	ticker := time.NewTicker(tellEvery)
	defer ticker.Stop()
	for wasTold := false; ; wasTold = true {
		select {
		case <-ticker.C:
			m.tell(told)
		case err := <-result:
			if wasTold {
				m.tell(told)
			}
			return err
		}
	}
}
