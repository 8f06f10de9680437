package reproduce

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// A failuresFound is the input of the page of failures.
type failuresFound struct {
	Trials   int
	Provoked []*provoked
	healthy  map[string]spread // by system
}

// A provoked is the runs of a provocation.
type provoked struct {
	provocation
	Runs     []*failedRun
	Shown    bool // there is a picture
	Treated  bool // there is a picture after the remedy
	Remedies []string
}

// System returns the recipe.
func (p *provoked) System() string { return p.system.recipe }

// A failedRun is one run with the findings of the referee, and the runs with the remedies.
type failedRun struct {
	Seed    uint64
	Verdict referee.Failure // of the finished run
	Named   int64           // the step at which the referee first found it; 0: only after the training
	Late    bool            // it was found after more than twice the time that a person needs
	Accused bool            // it found a failure at some tick
	figures map[string]float64

	folder   run.Folder
	remedies []referee.Remedy
	Cured    []bool // by the first remedy, by the second: until one cures
	after    run.Folder
}

// pictureTicks is the number of pictures of samples that a person needs to distinguish a lasting
// failure from a young training.
const pictureTicks = 4

// provoke trains and judges the runs of a provocation.
func (j *job) provoke(ctx context.Context, p provocation) ([]*failedRun, error) {
	var configs []*run.Config
	for i := range j.Trials * p.share {
		c, err := j.config(p, firstFailingSeed+uint64(i), nil)
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	folders, err := j.trainFailing(ctx, p.Name, configs)
	if err != nil {
		return nil, err
	}
	var runs []*failedRun
	for i, f := range folders {
		r, err := judgeRun(f)
		if err != nil {
			return nil, err
		}
		r.Seed = configs[i].Train.Seed
		runs = append(runs, r)
	}
	return runs, nil
}

// trainFailing trains runs in a folder of their own. A run whose numbers are no longer finite
// has ended as provoked.
func (j *job) trainFailing(ctx context.Context, folder string, configs []*run.Config) ([]run.Folder, error) {
	of := j.within(folder)
	of.diverges = true
	return of.trainAll(ctx, configs)
}

// judgeRun lets the referee judge a finished run: at its end, and at each tick as in training.
func judgeRun(f run.Folder) (*failedRun, error) {
	history, err := f.History()
	if err != nil {
		return nil, err
	}
	verdict := referee.Judge(history)[0]
	r := &failedRun{Verdict: verdict.Failure, folder: f, remedies: verdict.Remedies, figures: lastFigures(history), Accused: verdict.Failure.Bad()}
	if verdict.Failure == referee.NotANumber { // it ends the training, between two ticks
		r.Named = verdict.Since
		return r, nil
	}
	for n := range history.Rows {
		short := *history
		short.Rows = history.Rows[:n+1]
		for _, finding := range referee.Judge(&short) {
			r.Accused = r.Accused || finding.Failure.Bad()
			if finding.Failure == verdict.Failure && finding.Failure.Bad() && r.Named == 0 {
				r.Named = history.Rows[n].Step
				tick := history.Rows[min(1, len(history.Rows)-1)].Step - history.Rows[0].Step
				r.Late = r.Named > 2*(finding.Since+pictureTicks*tick)
			}
		}
	}
	return r, nil
}

// lastFigures returns the medians of the probes of the last three ticks.
func lastFigures(h *referee.History) map[string]float64 {
	figures := map[string]float64{}
	for _, name := range []string{referee.Coverage, referee.Near, referee.Overfit} {
		var last []float64
		for _, row := range h.Rows[max(0, len(h.Rows)-3):] {
			v, ok := row.Values[referee.ProbePrefix+name]
			if name == referee.Overfit { // the share times the gap: D(train) - D(held out)
				v *= row.Values[referee.ProbePrefix+referee.Gap]
			}
			if ok {
				last = append(last, v)
			}
		}
		if len(last) > 0 {
			slices.Sort(last)
			figures[name] = last[len(last)/2]
		}
	}
	return figures
}

// A spread is the range of the figures of healthy runs: two standard deviations around their
// mean.
type spread map[string][2]float64

// spreadsOf returns the spreads of the healthy runs by recipe.
func spreadsOf(all []*provoked) map[string]spread {
	values := map[string]map[string][]float64{}
	for _, p := range all {
		if p.Failure != referee.Healthy {
			continue
		}
		if values[p.system.recipe] == nil {
			values[p.system.recipe] = map[string][]float64{}
		}
		for _, r := range p.Runs {
			for name, v := range r.figures {
				values[p.system.recipe][name] = append(values[p.system.recipe][name], v)
			}
		}
	}
	spreads := map[string]spread{}
	for system, figures := range values {
		spreads[system] = spread{}
		for name, list := range figures {
			m := meanErrorOf(list)
			sd := 0.0
			if m.N > 1 {
				sd = m.Error * math.Sqrt(float64(m.N))
			}
			spreads[system][name] = [2]float64{m.Mean - 2*sd, m.Mean + 2*sd}
		}
	}
	return spreads
}

// cured reports whether the coverage of a run is that of healthy runs, or better, and for a D
// that overfitted also what it knows of training examples alone.
func (s spread) cured(failure referee.Failure, figures map[string]float64) bool {
	if failure == referee.DOverfits && !(figures[referee.Overfit] <= s[referee.Overfit][1]) {
		return false
	}
	v, ok := figures[referee.Coverage]
	return ok && v >= s[referee.Coverage][0]
}

// mostRemedies is the number of remedies that are tried on a run, each in addition to those before.
const mostRemedies = 2

// treat takes the first runs whose failure was named, and trains each again with the first remedy
// of the referee. A run that is not cured is trained again with the second remedy in addition.
func (j *job) treat(ctx context.Context, p *provoked, healthy map[string]spread) error {
	if p.Failure == referee.Healthy {
		return nil
	}
	for k := range mostRemedies {
		var configs []*run.Config
		var of []*failedRun
		for _, r := range p.Runs[:min(len(p.Runs), j.Trials)] {
			settings := settingsOf(r.remedies)
			if r.Verdict != p.Failure || len(r.Cured) != k || slices.Contains(r.Cured, true) || k >= len(settings) {
				continue
			}
			var more []string // the remedies before, and this one
			for _, remedy := range settings[:k+1] {
				more = append(more, remedy.Settings...)
			}
			c, err := j.config(p.provocation, r.Seed, more)
			if err != nil {
				return err
			}
			configs, of = append(configs, c), append(of, r)
			if text := fmt.Sprintf("%s (`%s`)", settings[k].What, strings.Join(settings[k].Settings, " ")); len(p.Remedies) == k {
				p.Remedies = append(p.Remedies, text)
			}
		}
		folders, err := j.trainFailing(ctx, fmt.Sprintf("%s-remedy-%d", p.Name, k+1), configs)
		if err != nil {
			return err
		}
		for i, f := range folders {
			after, err := judgeRun(f)
			if err != nil {
				return err
			}
			of[i].Cured = append(of[i].Cured, !after.Verdict.Bad() && healthy[p.system.recipe].cured(p.Failure, after.figures))
			of[i].after = f
		}
	}
	return nil
}

// settingsOf returns the remedies that change settings.
func settingsOf(remedies []referee.Remedy) []referee.Remedy {
	return slices.DeleteFunc(slices.Clone(remedies), func(r referee.Remedy) bool { return len(r.Settings) == 0 })
}

// showProvoked copies the last pictures of the first run, before and after the remedy.
func (j *job) showProvoked(p *provoked) error {
	r := p.Runs[0]
	for _, r = range p.Runs {
		if r.Verdict == p.Failure && slices.Contains(r.Cured, true) {
			break
		}
	}
	var err error
	if p.Shown, err = j.copyLast(r.folder, p.Name+".png"); err != nil {
		return err
	}
	if r.after != (run.Folder{}) {
		p.Treated, err = j.copyLast(r.after, p.Name+"-treated.png")
	}
	return err
}

// copyLast copies the last picture of a run. It reports whether there is one.
func (j *job) copyLast(f run.Folder, name string) (bool, error) {
	pictures, err := filepath.Glob(filepath.Join(f.SampleFolder(), "step-*.png"))
	if err != nil || len(pictures) == 0 {
		return false, err
	}
	content, err := os.ReadFile(pictures[len(pictures)-1])
	if err != nil {
		return false, err
	}
	return true, j.write(name, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
