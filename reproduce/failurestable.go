package reproduce

import (
	"fmt"
	"slices"

	"github.com/gander-ml/gander/referee"
)

// A confusionRow counts the verdicts on the runs of a failure.
type confusionRow struct {
	Failure                             referee.Failure
	N                                   int
	Right, Something, InTime            int // named right, named at all, right and in time
	Accused                             int // of something at a tick, maybe not at the end
	Counts                              []int
	Treated, First, Second, SecondTried int
}

// Verdicts returns the names of all verdicts, in the order of the failures.
func (f *failuresFound) Verdicts() []referee.Failure {
	var names []referee.Failure
	for _, name := range append([]referee.Failure{referee.Healthy, referee.Unknown}, referee.Failures()...) {
		if slices.ContainsFunc(f.Provoked, func(p *provoked) bool {
			return slices.ContainsFunc(p.Runs, func(r *failedRun) bool { return r.Verdict == name })
		}) {
			names = append(names, name)
		}
	}
	return names
}

// Confusion returns a row for each failure that was provoked.
func (f *failuresFound) Confusion() []confusionRow { return confusionOf(f.Provoked, f.Verdicts()) }

func confusionOf(all []*provoked, verdicts []referee.Failure) []confusionRow {
	var rows []confusionRow
	for _, p := range all {
		at := slices.IndexFunc(rows, func(r confusionRow) bool { return r.Failure == p.Failure })
		if at < 0 {
			at = len(rows)
			rows = append(rows, confusionRow{Failure: p.Failure, Counts: make([]int, len(verdicts))})
		}
		for _, r := range p.Runs {
			rows[at].count(r, slices.Index(verdicts, r.Verdict))
		}
	}
	return rows
}

func (c *confusionRow) count(r *failedRun, verdict int) {
	c.N++
	c.Counts[verdict]++
	if r.Verdict == c.Failure || c.Failure == referee.Healthy && !r.Verdict.Bad() {
		c.Right++
		if r.Named > 0 && !r.Late {
			c.InTime++
		}
	}
	if r.Verdict.Bad() {
		c.Something++
	}
	if r.Accused {
		c.Accused++
	}
	if len(r.Cured) == 0 {
		return
	}
	c.Treated++
	switch {
	case r.Cured[0]:
		c.First++
	case len(r.Cured) > 1:
		c.SecondTried++
		if r.Cured[1] {
			c.Second++
		}
	}
}

// A totalRow is the figures of all provoked failures and of all healthy runs. Passing is the
// healthy runs that were accused at some tick and not at the end.
type totalRow struct {
	Failed, Right, Something, InTime, Healthy, Accused, Passing, Treated, First, SecondTried, Second int
}

// Totals returns these figures.
func (f *failuresFound) Totals() totalRow { return totalsOf(f.Confusion()) }

// Fresh returns the figures of the recipes that took no part in the choice of the limits.
func (f *failuresFound) Fresh() totalRow {
	fresh := slices.DeleteFunc(slices.Clone(f.Provoked), func(p *provoked) bool { return !p.system.fresh })
	return totalsOf(confusionOf(fresh, f.Verdicts()))
}

func totalsOf(rows []confusionRow) totalRow {
	var t totalRow
	for _, c := range rows {
		if c.Failure == referee.Healthy {
			t.Healthy += c.N
			t.Accused += c.Something
			t.Passing += c.Accused - c.Something
			continue
		}
		t.Failed += c.N
		t.Right += c.Right
		t.Something += c.Something
		t.InTime += c.InTime
		t.Treated += c.Treated
		t.First += c.First
		t.SecondTried += c.SecondTried
		t.Second += c.Second
	}
	return t
}

// Share writes a number of a total with its percentage.
func (totalRow) Share(k, n int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%d of %d (%.0f%%)", k, n, 100*float64(k)/float64(n))
}
