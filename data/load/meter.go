package load

import (
	"sync"
	"time"
)

// tellEvery is the time between two reports of progress.
const tellEvery = 100 * time.Millisecond

// A meter stores the progress of reading. Another goroutine reports it.
type meter struct {
	mutex       sync.Mutex
	what        string // "" at first
	done, total int
}

// set stores the name of the current work and how much of it is done. The total is 0
// if it is not known.
func (m *meter) set(what string, done, total int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.what, m.done, m.total = what, done, total
}

// tell reports the progress.
func (m *meter) tell(told func(what string, done, total int)) {
	m.mutex.Lock()
	what, done, total := m.what, m.done, m.total
	m.mutex.Unlock()
	if what != "" {
		told(what, done, total)
	}
}

// watch calls do, and reports its progress regularly until it ends. If do ends within
// tellEvery, nothing is reported.
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
