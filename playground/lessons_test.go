package playground

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gander-ml/gander/playground/session"
)

// A lesson is one of files/lessons.json, as tour.js reads it.
type lesson struct {
	ID, Title, Source, Learned, View, Mode string
	Settings                               map[string]string
	Text                                   []string
	Tasks                                  []struct {
		Text, Control string
		Wants         []want
	}
}

type want struct {
	Number, Count, Phase, Setting string
	Difference                    []string
	Set                           map[string]string
	Dirac                         map[string]any
	Points                        bool
	AtLeast, AtMost               *float64
}

func lessons(t *testing.T) []lesson {
	t.Helper()
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	var list []lesson
	if err := json.Unmarshal(files["lessons.json"], &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// A pupil does the tasks of a lesson.
type pupil struct {
	*testing.T
	session  *session.Session
	settings session.Settings
	mode     session.Mode
	points   [][2]float64
}

// TestLessons does every task of every lesson: the settings must be valid, and what the
// reader waits for must come soon.
func TestLessons(t *testing.T) {
	list := lessons(t)
	if len(list) != 12 {
		t.Errorf("there are %d lessons, want twelve", len(list))
	}
	for _, l := range list {
		t.Run(l.ID, func(t *testing.T) {
			if l.Title == "" || l.Source == "" || l.Learned == "" || len(l.Text) == 0 || len(l.Tasks) == 0 {
				t.Error("the lesson is incomplete")
			}
			p := &pupil{T: t, settings: session.Default(), mode: session.Both}
			for i := range 40 {
				at := 2 * math.Pi * float64(i) / 40
				p.points = append(p.points, [2]float64{.8 * math.Cos(at), .6 * math.Sin(at)})
			}
			p.assign(l.Settings)
			p.reset()
			if l.Mode == "D" {
				p.mode = session.OnlyD
			}
			for i, task := range l.Tasks {
				if task.Control == "mode" { // of the two lessons that begin with D alone
					p.mode = map[bool]session.Mode{true: session.OnlyD, false: session.Both}[i == 0]
				}
				if task.Control == "reset" {
					p.reset()
				}
				p.do(task.Wants, task.Text)
			}
		})
	}
}

// reset begins a new session.
func (p *pupil) reset() {
	p.Helper()
	s, err := session.New(p.settings, p.points)
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(s.Close)
	p.session = s
}

func (p *pupil) assign(settings map[string]string) {
	p.Helper()
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if err := p.settings.Set(key + "=" + settings[key]); err != nil {
			p.Fatal(err)
		}
	}
}

// do changes the settings that a task names and plays until its wants hold.
func (p *pupil) do(wants []want, text string) {
	p.Helper()
	before := p.settings
	slow := false
	for _, w := range wants {
		p.assign(w.Set)
		if w.Setting != "" {
			p.assign(map[string]string{w.Setting: fmt.Sprint(*w.AtLeast)})
		}
		slow = slow || w.Phase != ""
	}
	if p.settings != before {
		if _, err := p.session.Change(p.settings, p.points); err != nil {
			p.Fatal(err)
		}
	}
	const patience = 12_000 // rounds: about two seconds on a page
	for played := 0; ; {
		f := p.session.Frame(session.Layers{})
		if f.Stopped != "" {
			p.Fatalf("%s: %s", text, f.Stopped)
		}
		if !slices.ContainsFunc(wants, func(w want) bool { return !p.holds(w, f) }) {
			p.Logf("%d rounds: %s", played, text)
			return
		}
		if played >= patience {
			p.Errorf("not done after %d rounds: %s\n%+v", played, text, f.Numbers)
			return
		}
		if slow {
			p.session.Next()
			played += 100
			continue
		}
		played += p.session.Advance(p.mode, 20, 0)
	}
}

func (p *pupil) holds(w want, f *session.Frame) bool {
	within := func(v float64) bool {
		return (w.AtLeast == nil || v >= *w.AtLeast) && (w.AtMost == nil || v <= *w.AtMost)
	}
	numbers := map[string]float64{}
	for i, v := range f.Numbers.List() {
		numbers[session.NumberNames[i]] = float64(v)
	}
	switch {
	case w.Number != "":
		return within(numbers[w.Number])
	case len(w.Difference) == 2:
		return within(math.Abs(numbers[w.Difference[0]] - numbers[w.Difference[1]]))
	case w.Count != "":
		return within(map[string]float64{"rounds": float64(f.Rounds), "updatesD": float64(f.UpdatesD), "updatesG": float64(f.UpdatesG)}[w.Count])
	case w.Phase != "":
		return fmt.Sprintf("%s.%s", f.Phase.Mover, f.Phase.Step) == w.Phase
	case w.Points:
		return within(float64(len(p.points)))
	}
	return true // a setting, which do has changed, or the view of the Dirac-GAN
}

// TestLessonNames checks that lessons name existing settings, figures and controls.
func TestLessonNames(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, f := range session.Fields() {
		keys[f.Key] = true
	}
	seen := map[string]bool{}
	for _, l := range lessons(t) {
		if seen[l.ID] {
			t.Errorf("two lessons are called %s", l.ID)
		}
		seen[l.ID] = true
		for _, task := range l.Tasks {
			if c := task.Control; c != "" && !keys[c] && !containsID(files["index.html"], c) {
				t.Errorf("%s: there is no control %s", l.ID, c)
			}
			for _, w := range task.Wants {
				for _, name := range append(slices.Clone(w.Difference), w.Number) {
					if name != "" && !slices.Contains(session.NumberNames, name) {
						t.Errorf("%s: there is no figure %s", l.ID, name)
					}
				}
				if w.Setting != "" && !keys[w.Setting] {
					t.Errorf("%s: there is no setting %s", l.ID, w.Setting)
				}
			}
		}
	}
}
