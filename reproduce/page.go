package reproduce

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/gander-ml/gander/internal/machine"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
)

//go:embed pages
var pages embed.FS

// writers is the functions that templates use to write numbers.
var writers = template.FuncMap{
	"fixed":    func(digits int, v float64) string { return fmt.Sprintf("%.*f", digits, v) },
	"brief":    brief,
	"percent":  func(v float64) string { return fmt.Sprintf("%.1f", 100*v) },
	"percent2": func(v float64) string { return fmt.Sprintf("%.2f", 100*v) },
	"duration": words.Duration,
	"numbers":  numbers,
	"count":    func(n int, what string) string { return words.Count(n, what, what+"s") },
	"sentence": func(s string) string { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] + "." },
	"figure":   func(v measure.Value) string { return fmt.Sprintf("%.3f", float64(v.Value)) },
	"baseline": func(v measure.Value) string {
		if v.Baseline == nil {
			return ""
		}
		return fmt.Sprintf("%.3f", float64(*v.Baseline))
	},
	"plus": func(a, b int) int { return a + b },
	"number": func(v any) float64 {
		if p, ok := v.(*measure.Number); ok {
			return float64(*p)
		}
		return float64(v.(measure.Number))
	},
	"stderr": func(v measure.Value) float64 {
		if v.StdErr == nil {
			return math.NaN()
		}
		return float64(*v.StdErr)
	},
}

// brief returns a number with three digits, or more if it is a large one, without an exponent.
func brief(v float64) string {
	if math.Abs(v) >= 999.5 && math.Abs(v) < 1e15 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// templates returns the pages of all targets. They are parsed when the first page is written,
// so that the command starts without them.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(writers).ParseFS(pages, "pages/*.md"))
})

// numbers writes seeds: "1, 2, 3".
func numbers(list []uint64) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}

// A page is the input of every template.
type page struct {
	Target  Target
	Command string
	Machine string // with its threads, and those of a run if they are fewer
	Threads int
	Took    float64 // seconds, of this call
	Earlier *earlierTraining
	Is      any // the results of the target
}

// finish writes the page of the target. It is the last file that a target writes.
func (j *job) finish(found any) error {
	m := machine.Describe()
	if m.Processor == "" {
		m.Processor = "an unnamed processor"
	}
	p := page{
		Target: j.target, Command: j.Command, Threads: j.Threads, Is: found, Took: time.Since(j.began).Seconds(), Earlier: j.earlier,
		Machine: fmt.Sprintf("%s, %s, %s", m.System, m.Processor, words.Count(m.Threads, "thread", "threads")),
	}
	if 0 < j.Threads && j.Threads < m.Threads {
		p.Machine += fmt.Sprintf(" (%d for each run)", j.Threads)
	}
	var text bytes.Buffer
	if err := templates().ExecuteTemplate(&text, j.target.Page(), p); err != nil {
		return fmt.Errorf("the page of %s: %w", j.target.Name, err)
	}
	return j.write(j.target.Page(), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n", bytes.TrimSpace(text.Bytes()))
		return err
	})
}

// A drawing is a figure of package plot.
type drawing interface{ Figure() (*plot.Figure, error) }

// draw writes name.png and name.svg.
func (j *job) draw(name string, d drawing) error {
	figure, err := d.Figure()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := j.write(name+".png", figure.PNG); err != nil {
		return err
	}
	return j.write(name+".svg", figure.SVG)
}

// A meanError is a mean and its standard error.
type meanError struct {
	Mean  float64
	Error float64 // sd / sqrt(n); NaN for fewer than two values
	N     int
}

// meanErrorOf returns the mean of values and its standard error.
func meanErrorOf(values []float64) meanError {
	n := float64(len(values))
	s := meanError{N: len(values), Error: math.NaN()}
	for _, v := range values {
		s.Mean += v / n
	}
	if len(values) > 1 {
		square := 0.0
		for _, v := range values {
			square += (v - s.Mean) * (v - s.Mean)
		}
		s.Error = math.Sqrt(square / (n - 1) / n)
	}
	return s
}

// Text returns "225.0 ± 2.0", or only the mean if there is no error.
func (s meanError) Text(digits int) string {
	if math.IsNaN(s.Error) {
		return fmt.Sprintf("%.*f", digits, s.Mean)
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, s.Mean, digits, s.Error)
}

// Times returns the mean and error multiplied by a factor.
func (s meanError) Times(factor float64) meanError {
	return meanError{s.Mean * factor, s.Error * factor, s.N}
}
