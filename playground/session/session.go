package session

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
)

// A Session is a game of G and D in the plane. Equal settings, points and moves give equal
// frames. A Session is not safe for concurrent use.
type Session struct {
	settings Settings
	own      [][2]float64
	device   *engine.Device
	source   *source
	table    *table
	view     *view
	witness  *witness

	moves  []mover // of a round
	cursor int     // index in moves of the next one
	phase  Phase   // the last one of slow motion

	rounds         int64 // rounds that are finished
	updatesD       int64
	updatesG       int64
	lossD, lossG   float64 // of the last move of each player, NaN before it
	slopeD, slopeG float64 // the norms of the gradients
	stopped        error   // why training cannot go on
}

// New returns a session before its first move. own are the points of the data "own", in the
// units of the view; other data do not use them. An error is one of the settings or the
// points. Close releases the memory.
func New(s Settings, own [][2]float64) (*Session, error) {
	session := &Session{device: engine.NewDevice(1)}
	if err := session.open(s, own); err != nil {
		session.device.Close()
		return nil, err
	}
	return session, nil
}

// Close ends the session, which must not be used afterwards.
func (s *Session) Close() { s.device.Close() }

// Settings returns the settings.
func (s *Session) Settings() Settings { return s.settings }

// Rounds returns the number of finished rounds.
func (s *Session) Rounds() int64 { return s.rounds }

// open replaces everything by a new game. After an error nothing has changed.
func (s *Session) open(settings Settings, own [][2]float64) error {
	if err := settings.Check(); err != nil {
		return err
	}
	if settings.Data == "own" {
		if err := checkPoints(own); err != nil {
			return err
		}
	}
	data := shapeOf(settings, own)
	fill := newSource(settings, data)
	p := players{Settings: settings, G: settings.generator(), D: settings.discriminator()}
	t, err := newTable(p, fill, func(g *game.Game) (*game.Trainer, error) {
		return game.NewTrainer(s.device, g, []game.Source{fill}, settings.Seed, true)
	})
	if err != nil {
		return fmt.Errorf("playground: %w", err)
	}
	look, err := newView(s.device, t, fill, data)
	if err != nil {
		return fmt.Errorf("playground: %w", err)
	}
	s.settings, s.own, s.source, s.table, s.view = settings, own, fill, t, look
	s.witness = newWitness(settings, look.real)
	s.moves, s.cursor, s.phase = settings.moves(), 0, Phase{}
	s.rounds, s.updatesD, s.updatesG, s.stopped = 0, 0, 0, nil
	s.lossD, s.lossG, s.slopeD, s.slopeG = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	return nil
}

// Change changes the settings. If the networks and the seed remain the same, training goes
// on with the present weights, and Change returns true. Otherwise the session begins again.
// After an error nothing has changed.
func (s *Session) Change(settings Settings, own [][2]float64) (kept bool, err error) {
	before := *s
	if err := s.open(settings, own); err != nil {
		return false, err
	}
	if before.stopped != nil || settings.weightsOf() != before.settings.weightsOf() {
		return false, nil
	}
	before.handOver(s.table.trainer, before.settings.slots() == settings.slots())
	if err := s.source.SetPosition(before.source.Position()); err != nil {
		return false, err
	}
	s.rounds, s.updatesD, s.updatesG = before.rounds, before.updatesD, before.updatesG
	s.lossD, s.lossG, s.slopeD, s.slopeG = before.lossD, before.lossG, before.slopeD, before.slopeG
	return true, nil
}

// weightsOf returns what the names, shapes and initial values of the weights depend on.
func (s Settings) weightsOf() Settings {
	return Settings{Seed: s.Seed, Latent: s.Latent, LayersG: s.LayersG, UnitsG: s.UnitsG, LayersD: s.LayersD, UnitsD: s.UnitsD, NormG: s.NormG, NormD: s.NormD}
}

// slots returns what the state of the optimisers depends on.
func (s Settings) slots() string {
	return fmt.Sprint(s.Optimizer, s.optimizerOfD(), s.History > 0)
}

// handOver copies the variables of the session to another trainer: weights, averages and
// the number of the move, and with optimisers their state. An average that is new begins at
// the present weight.
func (s *Session) handOver(to *game.Trainer, optimizers bool) {
	old := map[string]engine.Memory{}
	for _, v := range s.table.trainer.Variables() {
		old[v.Name] = v.Memory
	}
	for _, v := range to.Variables() {
		weight := strings.TrimPrefix(v.Name, game.AveragePrefix)
		name := v.Name
		if _, ok := old[name]; !ok && weight != name {
			name = weight
		}
		from, ok := old[name]
		if ok && (optimizers || v.Name == "step" || strings.HasPrefix(weight, "G.") || strings.HasPrefix(weight, "D.")) {
			copy(v.Memory.Bytes, from.Bytes)
		}
	}
}

// A Mode is who is trained.
type Mode string

const (
	Both  Mode = "both" // whole rounds
	OnlyD Mode = "D"    // updates of D; G does not change
	OnlyG Mode = "G"    // updates of G; D does not change
)

// Advance plays rounds, or updates of one player. It ends early, after at least one, when
// the time budget is used up; 0 means no limit. Slow motion that is in the middle of a round
// continues from there. It returns the number played. If training diverges, the session
// stops: [Frame.Stopped] has the reason.
func (s *Session) Advance(mode Mode, rounds int, budget time.Duration) (played int) {
	began := time.Now()
	for played < rounds && s.stopped == nil {
		s.phase = Phase{}
		switch mode {
		case OnlyD:
			s.move(moveD)
		case OnlyG:
			s.move(moveG)
		default:
			s.round()
		}
		played++
		if budget > 0 && time.Since(began) >= budget {
			break
		}
	}
	return played
}

// round finishes the present round.
func (s *Session) round() {
	for ended := false; !ended && s.stopped == nil; {
		s.move(s.moves[s.cursor])
		ended = s.endMove()
	}
}

// endMove counts a move of the round and reports whether it was the last one.
func (s *Session) endMove() bool {
	s.cursor++
	if s.cursor < len(s.moves) {
		return false
	}
	s.cursor = 0
	s.rounds++
	if s.rounds%roundsBetween == 0 {
		s.look()
	}
	return true
}

// move makes a move and reads its statistics.
func (s *Session) move(who mover) {
	if err := s.table.move(who); err != nil {
		s.stopped = err
		return
	}
	if who != moveG {
		s.updatesD++
	}
	if who != moveD {
		s.updatesG++
	}
	s.table.trainer.Statistics(func(name string, value float64) {
		switch name {
		case game.LossPrefix + "D":
			s.lossD = value
		case game.LossPrefix + "G":
			s.lossG = value
		case game.GradientPrefix + "D":
			s.slopeD = value
		case game.GradientPrefix + "G":
			s.slopeG = value
		}
	})
}

// Points returns a copy of the session's own points.
func (s *Session) Points() [][2]float64 { return slices.Clone(s.own) }
