package load

import "time"

// tellEvery is how often progress is told.
const tellEvery = 100 * time.Millisecond

// A meter tells progress, not too often. The zero meter tells none.
type meter struct {
	told func(what string, done, total int)
	last time.Time
	what string
}

// newMeter returns a meter that tells what lasts longer than tellEvery.
func newMeter(told func(what string, done, total int)) *meter {
	return &meter{told: told, last: time.Now()}
}

// tell tells how much is done, of an unknown total if that is 0, unless it told
// that shortly before. All being done is told if some was.
func (m *meter) tell(what string, done, total int) {
	if m.told == nil {
		return
	}
	if now := time.Now(); now.Sub(m.last) >= tellEvery || done == total && m.what == what {
		m.last, m.what = now, what
		m.told(what, done, total)
	}
}
