package report

import (
	"fmt"
	"html/template"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// A page is the input of page.html. Values with a type of package template are not escaped:
// this package made them. All other text is escaped.
type page struct {
	Style      template.CSS
	Script     template.JS
	ScriptHash string

	Name, Title, Source string
	Facts               []Fact
	Timeline            timeline
	Ticks               string
	Charts              []chart
	Referee             []referee.Finding
	Measures            []measured
	Pictures            []shown
	Settings            []setting
	Environment         []Fact
}

// A shown is a picture on the page with its title and caption.
type shown struct {
	Title, Caption string
	Shown          *embedded
}

// A setting is a row of the table of settings.
type setting struct{ Key, Value, Doc string }

// newPage reads the folder of a run.
func newPage(f run.Folder, o Options) (*page, error) {
	config, err := f.Config()
	if err != nil {
		return nil, err
	}
	records, err := readJournal(f)
	if err != nil {
		return nil, err
	}
	p := &page{
		Style: template.CSS(style), Script: template.JS(script), ScriptHash: scriptHash,
		Name: f.Name(), Title: config.Recipe.Title, Source: config.Recipe.Source, Facts: facts(f, config, records),
		Ticks:       "Means between ticks. " + words.There(len(records), "tick", "ticks") + ".",
		Environment: o.Environment,
	}
	examples := "examples"
	switch f := config.Data.Info().First(); {
	case f.IsImage():
		examples = "images"
	case len(config.Data.Low) > 0:
		examples = "points"
	}
	history, err := f.History()
	if err != nil {
		return nil, err
	}
	p.Referee = referee.Judge(history)
	if p.Timeline, err = readTimeline(f, records); err != nil {
		return nil, err
	}
	if p.Charts, err = charts(records, examples); err != nil {
		return nil, err
	}
	if p.Measures, err = measures(records, examples); err != nil {
		return nil, err
	}
	if p.Pictures, err = show(o.Pictures); err != nil {
		return nil, err
	}
	for _, row := range config.Table() {
		if strings.HasPrefix(row.Key, "from.") && config.From.Run == "" {
			continue // the run begins with random values alone
		}
		p.Settings = append(p.Settings, setting{row.Key, row.Value, row.Doc})
	}
	return p, nil
}

// facts returns the main properties of the run and its progress.
func facts(f run.Folder, config *run.Config, records []run.Record) []Fact {
	var last run.Record
	if len(records) > 0 {
		last = records[len(records)-1]
	}
	progress := fmt.Sprintf("%s of %s kimg", number(last.Kimg), number(config.Train.Kimg))
	if config.Train.Steps > 0 {
		progress = fmt.Sprintf("step %d of %d", last.Step, config.Train.Steps)
	}
	list := []Fact{{"recipe", config.Recipe.Name}}
	for _, role := range slices.Sorted(maps.Keys(config.Sets)) {
		d := config.Sets[role]
		list = append(list, Fact{role, d.Name})
		if d.Examples > 0 {
			list = append(list, Fact{"examples", fmt.Sprintf("%d of %v", d.Examples, d.Info().First())})
		}
	}
	list = append(list, Fact{"progress", progress}, Fact{"step", fmt.Sprint(last.Step)}, Fact{"trained", words.Duration(last.Seconds)})
	if last.SamplesPerS > 0 {
		list = append(list, Fact{"speed", number(last.SamplesPerS) + " per second"})
	}
	if config.From.Run != "" {
		what := fmt.Sprintf("step %d of %s: %s", config.From.Step, filepath.Base(config.From.Run), strings.Join(config.From.Taken, "; "))
		list = append(list, Fact{"begins with", what})
	}
	if config.Train.Best != "" {
		list = append(list, Fact{"best by " + config.Train.Best, best(f)})
	}
	return list
}

// best returns the best checkpoint as text.
func best(f run.Folder) string {
	b, err := f.Best()
	if err != nil {
		return "none: " + err.Error()
	}
	return fmt.Sprintf("%s at step %d", number(float64(b.Figure.Value)), b.Step)
}

// show returns pictures for the page.
func show(pictures []Picture) ([]shown, error) {
	var all []shown
	for _, p := range pictures {
		s := shown{Title: p.Title, Caption: p.Caption}
		if p.Image != nil {
			e, err := embedImage(p.Image, p.Title)
			if err != nil {
				return nil, fmt.Errorf("picture %q: %w", p.Title, err)
			}
			s.Shown = &e
		}
		all = append(all, s)
	}
	return all, nil
}
