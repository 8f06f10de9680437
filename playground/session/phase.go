package session

// A Step is a line of Algorithm 1 of Goodfellow et al. 2014, as slow motion shows it.
type Step string

const (
	Noise    Step = "noise"    // sample a minibatch of noise; G makes its samples
	Examples Step = "examples" // sample a minibatch of real examples
	Scores   Step = "scores"   // D judges both minibatches
	Gradient Step = "gradient" // the gradient of the loss
	Update   Step = "update"   // the weights change
)

// A Phase is where slow motion is. The zero Phase is before a move.
type Phase struct {
	Step  Step  `json:"step"`
	Mover mover `json:"mover"` // D, G or both
	Move  int   `json:"move"`  // number of the move in its round, from 1
	Of    int   `json:"of"`    // moves in a round
}

// steps returns the steps of a move. G reads examples only if its loss does.
func (s Settings) steps(who mover) []Step {
	if who != moveG || s.Objective == "relativistic" || s.Objective == "feature-matching" || s.Unroll > 0 {
		return []Step{Noise, Examples, Scores, Gradient, Update}
	}
	return []Step{Noise, Scores, Gradient, Update}
}

// Next goes to the next phase of slow motion. In the phase Update the player moves, with the
// minibatch that the phases before it have shown. Moves in slow motion have the same bytes
// as at full speed.
func (s *Session) Next() {
	if s.stopped != nil {
		return
	}
	who := s.moves[s.cursor]
	steps := s.settings.steps(who)
	at := 0
	for i, step := range steps {
		if step == s.phase.Step && step != Update {
			at = i + 1
		}
	}
	s.phase = Phase{steps[at], who, s.cursor + 1, len(s.moves)}
	if s.phase.Step != Update {
		return
	}
	s.move(who)
	if s.stopped == nil {
		s.endMove()
	}
}
