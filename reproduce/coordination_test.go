package reproduce

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// tinyCoordination is the smallest comparison: two methods on points, three on images.
func tinyCoordination(t *testing.T) Target {
	pixels := make([]uint8, 300*8*8)
	for i := range pixels {
		pixels[i] = uint8(i * (i/64 + 3))
	}
	path := filepath.Join(t.TempDir(), "images.npy")
	file, err := os.Create(path)
	if err == nil {
		err = errors.Join(format.EncodeNPY(file, []int{300, 8, 8}, pixels), file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	points, images := coordinationPoints, coordinationImages
	points.Base = []string{"model.hidden=4", "model.maxout=2", "model.batch=20"}
	points.Methods = append(points.Methods[:1:1], points.Methods[8])
	points.Epochs, points.Trials, points.Ticks = .004, 2, 2
	images.Dataset, images.Title, images.Base = path, "images", []string{"model.hidden=4", "model.batch=20"}
	images.Methods = append(images.Methods[:1:1], images.Methods[2], images.Methods[5])
	images.Epochs, images.Trials, images.Ticks = 1, 2, 2
	images.Measure, images.Figures = []string{"prdc@20"}, images.Figures[1:]
	target := coordinate
	target.make = coordination{Parts: []coordinationPart{points, images}, Psi: []float64{.5, 2}}.make
	return target
}

// TestCoordinationPage makes the smallest comparison twice: the second call uses the runs
// and the costs of the first.
func TestCoordinationPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce coordination", hurry: 100}
	lines := []string{
		`^# Better coordination`, `^## 25 Gaussians on a grid$`, `^\| simultaneous, z normal in 2 dimensions \| \d+\.\d\d \| 20 \| 1\.00 \| \d+\.\d ± `,
		`^\| adaptive k, loss change, lambda 1 \| \d+\.\d\d \| \d+ \| \d+\.\d\d \|`, `^\| alternating, k = 3 \| \d+\.\d\d \| \d+ \| 3\.00 \|`,
		`^\| gate of 3D-GAN, accuracy 0.8 \| \d+\.\d\d \| \d+ \| [01]\.\d\d \|`, `^\| none \| \d\.\d{3} ± `, `^\| 0.5 \| \d\.\d{3} ± `, `three standard errors`,
	}
	target := tinyCoordination(t)
	want := wantPage(t, target, s, lines...)
	if got := wantPage(t, target, s, lines...); untimed(got) != untimed(want) {
		t.Errorf("the second call gives\n%s\nthe first\n%s", got, want)
	}
	costs := filepath.Join(s.Out, "runs", "points-costs.json")
	for content, want := range map[string]string{
		"[]":  "does not have the costs of the methods of this comparison (hint: remove the file",
		"no{": "invalid character 'o' in literal null (expecting 'u') (hint: remove the file",
	} {
		if err := os.WriteFile(costs, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := target.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("costs %q: error %v, want %q", content, err, want)
		}
	}
}

// TestCoordinationFits builds the settings of all methods.
func TestCoordinationFits(t *testing.T) {
	for _, p := range []coordinationPart{coordinationPoints, coordinationImages} {
		p.Dataset = map[string]string{"mnist": "digits"}[p.Dataset] + strings.TrimPrefix(p.Dataset, "mnist")
		folders := map[string]bool{}
		for _, m := range p.Methods {
			if _, err := p.config(m, 1); err != nil {
				t.Error(err)
			}
			if f := p.folder(m); folders[f] {
				t.Errorf("two methods have the folder %s", f)
			} else {
				folders[f] = true
			}
		}
	}
}

// TestCoordinationCompares finds the methods that differ clearly from the baseline.
func TestCoordinationCompares(t *testing.T) {
	row := func(name string, modes, kl meanError) coordinatedRow {
		return coordinatedRow{coordinationMethod: coordinationMethod{Name: name}, Figures: []meanError{modes, kl}}
	}
	p := &coordinated{
		coordinationPart: coordinationPart{Figures: []coordinationFigure{{Heading: "modes"}, {Heading: "KL", Lower: true}}},
		Rows: []coordinatedRow{
			row("base", meanError{20, 1, 5}, meanError{.5, .1, 5}),
			row("a", meanError{26, 1, 5}, meanError{1.2, .1, 5}),
			row("b", meanError{24, 1, 5}, meanError{0, .1, 5}),
			row("c", meanErrorOf([]float64{30}), meanErrorOf([]float64{0})),
			row("d", meanErrorOf([]float64{0, 1}), meanErrorOf([]float64{math.Inf(1), 0})),
		},
	}
	p.compare()
	if p.Figures[1].Factor = 1; !p.Infinite() || p.Cell(p.Rows[4], 1) != "infinite" || p.Cell(p.Rows[0], 1) != "0 ± 0" {
		t.Errorf("the cells are %s and %s", p.Cell(p.Rows[4], 1), p.Cell(p.Rows[0], 1))
	}
	if got := strings.Join(p.Better, "|") + "/" + strings.Join(p.Worse, "|"); got != "modes: a|KL: b/modes: d|KL: a" {
		t.Errorf("got %s", got)
	}
}
