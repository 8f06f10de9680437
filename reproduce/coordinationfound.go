package reproduce

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// clearly is the number of standard errors of a difference from which the page calls it
// clear.
const clearly = 3

// coordinationFound is the input of the page.
type coordinationFound struct {
	Parts      []*coordinated
	Truncation *truncation
}

// A coordinated is the results of a part.
type coordinated struct {
	coordinationPart
	Rounds  int64   // of the baseline
	Seconds float64 // of processor time of each run
	Rows    []coordinatedRow
	Better  []string // sentences: which methods are clearly better than the baseline, by figure
	Worse   []string
}

// A coordinatedRow is the results of a method.
type coordinatedRow struct {
	coordinationMethod
	Cost    roundCost
	Rounds  int64
	Ratio   float64     // updates of D for one of G, mean over the runs
	Figures []meanError // over the seeds, in the order of the part's Figures

	configs []*run.Config
	folders []run.Folder
}

// train trains the runs of a method, and reads what they measured.
func (p *coordinated) train(ctx context.Context, j *job, row *coordinatedRow) (err error) {
	j.say("%s: %s", p.Title, row.Name)
	if row.folders, err = j.within(p.folder(row.coordinationMethod)).trainAll(ctx, row.configs); err != nil {
		return err
	}
	for _, figure := range p.Figures {
		var values []float64
		for _, folder := range row.folders {
			_, past, err := history(folder, figure.Measure, figure.Figure)
			if err != nil {
				return err
			}
			if len(past) == 0 {
				return fmt.Errorf("%s has no figure %s of %s", folder.JournalFile(), figure.Figure, figure.Measure)
			}
			values = append(values, meanErrorOf(past[len(past)/2:]).Mean)
		}
		row.Figures = append(row.Figures, meanErrorOf(values))
	}
	var ratios []float64
	for _, folder := range row.folders {
		ratio, err := updatesOfD(folder, row.K)
		if err != nil {
			return err
		}
		ratios = append(ratios, ratio)
	}
	row.Ratio = meanErrorOf(ratios).Mean
	return nil
}

// updatesOfD returns the number of updates of D for one of G in a run. If k is 0, it reads it
// from the journal.
func updatesOfD(folder run.Folder, k float64) (float64, error) {
	if k > 0 {
		return k, nil
	}
	_, share, err := statistic(folder, recipe.MovesOfD)
	if err != nil {
		return 0, err
	}
	if len(share) > 0 {
		mean := meanErrorOf(share).Mean
		return mean / (1 - mean), nil
	}
	_, skipped, err := statistic(folder, game.SkippedPrefix+"D")
	if err != nil || len(skipped) == 0 {
		return 0, fmt.Errorf("%s does not have the number of updates of D: %w", folder.JournalFile(), err)
	}
	return 1 - meanErrorOf(skipped).Mean, nil
}

// compare writes which methods differ clearly from the baseline.
func (p *coordinated) compare() {
	base := p.Rows[0]
	for i, figure := range p.Figures {
		var better, worse []string
		for _, row := range p.Rows[1:] {
			a, b := row.Figures[i], base.Figures[i]
			away := (a.Mean - b.Mean) / math.Hypot(a.Error, b.Error)
			if figure.Lower {
				away = -away
			}
			switch { // a NaN, of one seed, is neither
			case away > clearly:
				better = append(better, row.Name)
			case away < -clearly:
				worse = append(worse, row.Name)
			}
		}
		if len(better) > 0 {
			p.Better = append(p.Better, fmt.Sprintf("%s: %s", figure.Heading, strings.Join(better, "; ")))
		}
		if len(worse) > 0 {
			p.Worse = append(p.Worse, fmt.Sprintf("%s: %s", figure.Heading, strings.Join(worse, "; ")))
		}
	}
}

// Cell returns figure i of a row as text.
func (p *coordinated) Cell(row coordinatedRow, i int) string {
	if math.IsInf(row.Figures[i].Mean, 0) {
		return "infinite"
	}
	return row.Figures[i].Times(p.Figures[i].Factor).Text(p.Figures[i].Digits)
}

// Infinite reports whether a figure of a row is infinite: a reverse KL is, if no sample of a
// measuring has high quality.
func (p *coordinated) Infinite() bool {
	for _, row := range p.Rows {
		for _, figure := range row.Figures {
			if math.IsInf(figure.Mean, 0) {
				return true
			}
		}
	}
	return false
}

// Milliseconds returns the processor time of a round.
func (r coordinatedRow) Milliseconds() float64 { return 1000 * r.Cost.Seconds }
