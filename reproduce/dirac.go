package reproduce

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/dirac"
	"github.com/gander-ml/gander/report/plot"
)

var diracTarget = Target{
	Name:   "dirac",
	Title:  "The Dirac-GAN: which methods converge in the simplest game",
	Source: "Mescheder et al. 2018, Which Training Methods for GANs do actually Converge? (arXiv 1801.04406), sections 2 and 3",
	Takes:  "a second",
	make:   makeDirac,
}

// The settings of the games.
const (
	diracRate  = .2 // learning rate of both players
	diracSteps = 500
	diracDrawn = 100 // steps in the picture
)

// diracStart is the state at first.
var diracStart = dirac.Point{Theta: 1, Psi: 1}

// diracAside are the methods that are not in the picture: with more lines it would be hard to
// read.
var diracAside = []string{"GAN, R1 with gamma 0.3", "non-saturating GAN, R1 with gamma 0.3"}

// A diracRow is the results of a method.
type diracRow struct {
	Name                  string
	First, Tenth, Last    dirac.Point // after 1, 10 and 500 simultaneous steps
	Alternating           dirac.Point // after 500 alternating steps
	Rate, AlternatingRate float64     // NaN if the step has no derivative at the equilibrium
	path                  []dirac.Point
}

// diracTable plays the game with every method.
func diracTable(ctx context.Context) ([]diracRow, error) {
	var rows []diracRow
	for _, m := range dirac.Methods() {
		g := m.Game(diracRate)
		path, err := g.Path(ctx, diracStart, diracSteps, false)
		if err != nil {
			return nil, err
		}
		turns, err := g.Path(ctx, diracStart, diracSteps, true)
		if err != nil {
			return nil, err
		}
		row := diracRow{Name: m.Name, First: path[1], Tenth: path[10], Last: path[diracSteps], Alternating: turns[diracSteps],
			Rate: math.NaN(), AlternatingRate: math.NaN(), path: path}
		if !m.Rough {
			if row.Rate, row.AlternatingRate, err = g.Rates(); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// RateText returns both rates, or a dash.
func (r diracRow) RateText() string {
	if math.IsNaN(r.Rate) {
		return "- | -"
	}
	return fmt.Sprintf("%.6f | %.6f", r.Rate, r.AlternatingRate)
}

// diracFound is the input of the page.
type diracFound struct {
	Rate  float64
	Steps int
	Rows  []diracRow
}

func makeDirac(ctx context.Context, j *job) error {
	rows, err := diracTable(ctx)
	if err != nil {
		return err
	}
	curves := plot.Curves{XLabel: "simultaneous steps", YLabel: "distance from the equilibrium", LogY: true}
	for _, r := range rows {
		if slices.Contains(diracAside, r.Name) {
			continue
		}
		s := plot.Series{Name: r.Name}
		for i, p := range r.path[:diracDrawn+1] {
			s.X, s.Y = append(s.X, float64(i)), append(s.Y, p.Radius())
		}
		curves.Series = append(curves.Series, s)
	}
	if err := j.draw("distance", curves); err != nil {
		return err
	}
	return j.finish(diracFound{diracRate, diracSteps, rows})
}
