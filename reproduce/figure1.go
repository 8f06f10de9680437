package reproduce

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/report/plot"
)

var figure1 = Target{
	Name:   "figure1",
	Title:  "Figure 1: p_data, p_g, D and the map from z to x",
	Source: "Goodfellow et al. 2014, Generative Adversarial Nets (arXiv 1406.2661), Figure 1",
	Takes:  "half a minute",
	Uses:   []string{"seeds"},
	make:   makeFigure1,
}

// A stage is a part of the training. It ends with a panel and has several frames.
type stage struct {
	Panel  string // "a"
	What   string // description of the panel
	Way    string // description of the stage
	Rounds int
	Frames int
	play   func(l *line, ctx context.Context, n int) error
}

// figure1Stages is the training up to each of the four panels of the figure.
var figure1Stages = []stage{
	{"a", "near the beginning, D partly accurate", "the beginning", 12, 6, both},
	{"b", "D trained to its optimum against this G", "only D moves", 2000, 14, onlyD},
	{"c", "G has moved against this D", "only G moves", 8, 8, onlyG},
	{"d", "converged", "both move on", 5000, 30, both},
}

func both(l *line, ctx context.Context, n int) error  { return l.train(ctx, n) }
func onlyD(l *line, ctx context.Context, n int) error { return l.only(ctx, l.d, n) }
func onlyG(l *line, ctx context.Context, n int) error { return l.only(ctx, l.g, n) }

// figure1Found is the input of the page of Figure 1.
type figure1Found struct {
	Seed   uint64
	K      int
	Batch  int
	Zs     int
	Rate   float64 // learning rate of both players at first
	Last   float64 // learning rate at the end
	States []state
}

// A state is the figures of a panel.
type state struct {
	stage
	Value, Criterion, JSD, Away, Worst float64
}

func makeFigure1(ctx context.Context, j *job) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	steady, last := gameSteady, figure1Stages[len(figure1Stages)-1]
	for _, s := range figure1Stages[:len(figure1Stages)-1] {
		steady += s.Rounds
	}
	l, err := newLine(device, seed, steady)
	if err != nil {
		return err
	}
	found := figure1Found{Seed: seed, K: lineK, Batch: lineBatch, Zs: lineZs, Rate: lineRate, Last: lineRateAfter(last.Rounds - gameSteady)}
	var panels, frames []plot.Panel
	for _, s := range figure1Stages {
		j.say("(%s) %s: %d rounds", s.Panel, s.What, s.Rounds)
		done, rounds := 0, j.rounds(s.Rounds)
		for f := 1; f <= s.Frames; f++ {
			// Most changes are at the beginning of a stage.
			until := rounds * f * f / (s.Frames * s.Frames)
			if err := s.play(l, ctx, until-done); err != nil {
				return err
			}
			done = until
			frames = append(frames, l.panel(fmt.Sprintf("to (%s): %s", s.Panel, s.Way)))
		}
		panels = append(panels, l.panel("("+s.Panel+")"))
		cells, _ := l.evaluate()
		found.States = append(found.States, state{s, value(cells), criterion(cells), jsd(cells), away(cells), worst(cells, knownShare)})
	}
	if err := j.draw("figure1", plot.Figure1{Panels: panels, Top: figure1Top}); err != nil {
		return err
	}
	if err := j.animate("figure1.gif", frames); err != nil {
		return err
	}
	return j.finish(found)
}

// figure1Top is the upper end of the axis of densities. The maximum of the data's density
// is 0.4.
const figure1Top = 0.65

// animate writes the frames as an animation.
func (j *job) animate(name string, frames []plot.Panel) error {
	var figures []*plot.Figure
	for _, f := range frames {
		figure, err := plot.Figure1{Panels: []plot.Panel{f}, Top: figure1Top}.Figure()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		figures = append(figures, figure)
	}
	return j.write(name, func(w io.Writer) error {
		return plot.GIF(w, 120*time.Millisecond, 2*time.Second, figures...)
	})
}

// The part of the line that Figure 1 shows.
const (
	shownLo, shownHi = -3.5, 4.5
	shownZs          = 17
)

// panel returns the current state of the game.
func (l *line) panel(title string) plot.Panel {
	p := plot.Panel{Title: title}
	cells, gz := l.evaluate()
	for _, c := range cells {
		if x := c.x[0]; x >= shownLo && x <= shownHi {
			p.X, p.Data, p.Model, p.D = append(p.X, x), append(p.Data, c.p), append(p.Model, c.q), append(p.D, c.d())
		}
	}
	for i := range shownZs { // evenly spread
		k := (2*i + 1) * len(l.zs) / (2 * shownZs)
		p.Z, p.G = append(p.Z, l.zs[k]), append(p.G, float64(gz[k]))
	}
	return p
}
