package run

// An Event is a message from a session to its watchers: a [*Round], a [*Tick], a
// [*Measuring] or an [*Alarm].
type Event interface{ event() }

// A Round comes after each round. The figures of its record are those of that round
// alone.
type Round struct{ Record *Record }

// A Tick comes after each tick, when the samples and the checkpoint are saved. The
// figures of its record are means over the rounds since the previous tick.
type Tick struct{ Record *Record }

// Measuring tells how far the measures of a tick are.
type Measuring struct {
	What        string
	Done, Total int
}

// An Alarm tells that something goes wrong, such as a *game.DivergedError.
type Alarm struct{ Err error }

func (*Round) event()     {}
func (*Tick) event()      {}
func (*Measuring) event() {}
func (*Alarm) event()     {}

// A Watcher is told of the events of a session, in the goroutine that trains. It
// must not keep an event or its record.
type Watcher interface{ Watch(Event) }

// Watch adds a watcher.
func (s *Session) Watch(w Watcher) { s.watchers = append(s.watchers, w) }

func (s *Session) publish(e Event) {
	for _, w := range s.watchers {
		w.Watch(e)
	}
}

// measuring publishes how far a measure is.
func (s *Session) measuring(what string, done, total int) {
	s.publish(&Measuring{what, done, total})
}
