package run

import "github.com/gander-ml/gander/referee"

// An Event is a message from a session to its watchers: a [*Round], a [*Tick], a
// [*Measuring] or an [*Alarm].
type Event interface{ event() }

// A Round comes after each round. The figures of its record are those of that round
// alone.
type Round struct{ Record *Record }

// A Tick comes after each tick, when the samples and the checkpoint are saved. The
// figures of its record are means over the rounds since the previous tick.
type Tick struct{ Record *Record }

// A Measuring comes while the measures of a tick run, because they can take long.
// Done of Total units of the operation What are finished. The unit depends on the
// operation: examples, subsets of examples, or training steps of a classifier. Done
// and Total start again with each operation.
type Measuring struct {
	What        string
	Done, Total int
}

// An Alarm comes when the referee finds a failure for the first time: before the Tick that
// records it. If the training stops because a number is no longer finite, Err is a
// *[game.DivergedError], and the Alarm comes at once. Train saves the broken state after it, and
// then returns the error. Otherwise Err is nil and the training goes on.
type Alarm struct {
	Finding referee.Finding
	Err     error
}

func (*Round) event()     {}
func (*Tick) event()      {}
func (*Measuring) event() {}
func (*Alarm) event()     {}

// A Watcher receives the events of a session, in the goroutine that trains. It must
// return soon, because the training waits for it. It must not keep an event or its
// record, because the session reuses them: copy what you need, including the maps of
// the record.
type Watcher interface{ Watch(Event) }

// Watch adds a watcher.
func (s *Session) Watch(w Watcher) { s.watchers = append(s.watchers, w) }

func (s *Session) publish(e Event) {
	for _, w := range s.watchers {
		w.Watch(e)
	}
}

// measuring publishes the progress of a measure.
func (s *Session) measuring(what string, done, total int) {
	s.publish(&Measuring{what, done, total})
}
