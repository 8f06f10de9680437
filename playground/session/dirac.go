package session

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/gander-ml/gander/dirac"
	"github.com/gander-ml/gander/hint"
)

// DiracSide is the number of arrows along each axis of the vector field of the Dirac-GAN,
// over theta and psi in [-DiracView, DiracView].
const (
	DiracSide = 17
	DiracView = 2.0
)

// A Dirac requests a picture of the Dirac-GAN: the vector field, the exact trajectory and the
// steps of gradient descent from a state.
type Dirac struct {
	Method      int     `json:"method"` // index in dirac.Methods
	Rate        float64 `json:"rate"`   // learning rate of both players
	Theta       float64 `json:"theta"`
	Psi         float64 `json:"psi"`
	Steps       int     `json:"steps"`
	Alternating bool    `json:"alternating"` // G moves first, and D sees its move
}

// A DiracPicture is the answer. Points are pairs of theta and psi. Path and Flow end where
// they are farther than 100 from the equilibrium.
type DiracPicture struct {
	Field [][4]float64 `json:"field"` // a state and the direction there
	Path  [][2]float64 `json:"path"`  // the steps, from the state before the first
	Flow  [][2]float64 `json:"flow"`  // the exact trajectory, for the same time
	// Rate is the factor by which a small distance from the equilibrium changes in one step,
	// or 0 if the step has no derivative there.
	Rate float64 `json:"rate"`
}

func diracNames() []string {
	var names []string
	for _, m := range dirac.Methods() {
		names = append(names, m.Name)
	}
	return names
}

const (
	maxDiracSteps = 1000
	maxDiracRate  = 2
	farAway       = 100
	flowSteps     = 300
)

// Picture computes the picture. Arguments out of range are errors.
func (d Dirac) Picture() (p DiracPicture, err error) {
	methods := dirac.Methods()
	switch {
	case d.Method < 0 || d.Method >= len(methods):
		return p, hint.Add(fmt.Errorf("the Dirac-GAN has no method %d", d.Method), "methods are 0 to %d", len(methods)-1)
	case !(d.Rate > 0 && d.Rate <= maxDiracRate) || d.Steps < 1 || d.Steps > maxDiracSteps:
		return p, fmt.Errorf("%d steps with the rate %g: want 1 to %d, and a rate above 0 and at most %d", d.Steps, d.Rate, maxDiracSteps, maxDiracRate)
	case !(math.Abs(d.Theta) <= 10 && math.Abs(d.Psi) <= 10):
		return p, fmt.Errorf("theta %g and psi %g: want at most 10", d.Theta, d.Psi)
	}
	m, from := methods[d.Method], dirac.Point{Theta: d.Theta, Psi: d.Psi}
	if p.Field, err = fieldOf(m); err != nil {
		return p, err
	}
	game := m.Game(d.Rate)
	path, err := game.Path(context.Background(), from, d.Steps, d.Alternating)
	if err != nil {
		return p, err
	}
	time := d.Rate * float64(d.Steps)
	flow, err := m.Field(1).Flow(context.Background(), from, flowSteps, time/flowSteps)
	if err != nil {
		return p, err
	}
	p.Path, p.Flow = pairs(path), pairs(flow)
	if m.Rough {
		return p, nil
	}
	simultaneous, alternating, err := game.Rates()
	p.Rate = simultaneous
	if d.Alternating {
		p.Rate = alternating
	}
	return p, err
}

func (d Dirac) reply() ([]byte, error) {
	p, err := d.Picture()
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

// fieldOf returns the vector field of a method.
func fieldOf(m dirac.Method) ([][4]float64, error) {
	var states []dirac.Point
	at := func(i int) float64 { return DiracView * (2*float64(i)/(DiracSide-1) - 1) }
	for i := range DiracSide {
		for j := range DiracSide {
			states = append(states, dirac.Point{Theta: at(j), Psi: at(i)})
		}
	}
	directions, err := m.Field(len(states)).At(states...)
	if err != nil {
		return nil, err
	}
	field := make([][4]float64, len(states))
	for i, s := range states {
		field[i] = [4]float64{s.Theta, s.Psi, directions[i].Theta, directions[i].Psi}
	}
	return field, nil
}

// pairs returns the points up to the first that is far away.
func pairs(points []dirac.Point) [][2]float64 {
	var list [][2]float64
	for _, p := range points {
		if !(p.Radius() <= farAway) {
			break
		}
		list = append(list, [2]float64{p.Theta, p.Psi})
	}
	return list
}
