package reproduce

import (
	"math"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/random"
)

// tinySemi is settings for very short runs.
var tinySemi = []string{"labelled=6", "batch=20", "train.tick_kimg=0.1", "train.grid=4"}

// TestSemiSupervisedPages writes the page of each target from very short runs. The length
// is the same for all methods of a target.
func TestSemiSupervisedPages(t *testing.T) {
	set := writeLabelled(t)
	for _, c := range []struct {
		target Target
		set    []string
		lines  []string
	}{
		{ssl, []string{"hidden=8", "hidden_g=8"}, []string{
			`^A classifier of .* learns 6 labelled images`, `^\| \*\*feature matching\*\*, recipe ssl-feature-matching \| 2 \| \*\*[0-9]+ ± [0-9]+\*\*`,
			`^\| feature matching \| 2 \| 2 \| 20 \| [0-9]+ \| [0-9.]+ to [0-9.]+ % \| [0-9]+ \| [0-9]+ \|`, `^\| supervised \| 1 \| 2 \| 20 \|`,
			`^The runs have 2 epochs|The runs have 2 epochs; the protocol has 300`, `^\| nearest labelled image, by pixels \| 2 \| [0-9]+ ± [0-9]+ \| [0-9.]+ ± `, "^- `model.labelled = 6` instead of 100$",
		}},
		{badGAN, []string{"hidden=8", "hidden_g=8", "pixelcnn_filters=2", "pixelcnn_blocks=1", "pixelcnn_mixtures=2", "pixelcnn_after=2", "pixelcnn_every=3"}, []string{
			`^\| with the PixelCNN \| 1 \| 2 \| 20 \| [0-9]+ \| [0-9.]+ to [0-9.]+ % \|  \|  \|`, `^\| without \| 2 \| 2 \| 20 \|`,
		}},
		{sgan, []string{"width=2"}, []string{`^\| sgan \| 1 \| 2 \| 20 \|`, `^\| supervised \| 2 \| 2 \| 20 \|`}},
	} {
		t.Run(c.target.Name, func(t *testing.T) {
			s := Settings{Out: t.TempDir(), Command: "gander reproduce " + c.target.Name, Data: set, Seeds: []uint64{1, 2}, Epochs: 2, Threads: 1, Set: append(c.set, tinySemi...)}
			if c.target.Name == "badgan" {
				s.Set = append(s.Set, "pixelcnn_kimg=0.1")
				c.lines[0] = strings.Replace(c.lines[0], "| 2 \\| 20 \\|", "| 2 \\| 23 \\|", 1) // three rounds more
			}
			text := wantPage(t, c.target, s, c.lines...)
			if strings.Contains(text, "Published") {
				t.Error("the page of other data has figures of MNIST")
			}
		})
	}
}

// TestSemiSupervisedFailure trains with a learning rate of 0. The page names the failure of the run with
// a generator, and says nothing of the control.
func TestSemiSupervisedFailure(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce ssl", Data: writeLabelled(t), Seeds: []uint64{1}, Epochs: 2, Threads: 1,
		Set: []string{"hidden=8", "hidden_g=8", "labelled=6", "batch=20", "train.tick_kimg=0.04", "train.grid=4", "learning_rate=0"}}
	text := wantPage(t, ssl, s, `^In the run of feature matching with the seed 1 the referee finds a failure: nothing moves\.$`)
	if n := strings.Count(text, "the referee finds"); n != 1 {
		t.Errorf("%d failures, want 1:\n%s", n, text)
	}
}

func TestSemiSupervisedRefuses(t *testing.T) {
	s := Settings{Out: t.TempDir(), Data: writeLabelled(t), Seeds: []uint64{1}, Epochs: 1, Set: append([]string{"supervised=true"}, tinySemi...)}
	if err := ssl.Make(t.Context(), s); err == nil || !strings.HasPrefix(err.Error(), "--set model.supervised = true: the methods of ssl differ in it") || hint.Of(err) == "" {
		t.Errorf("error %v", err)
	}
}

// TestRidge classifies points around three means, which it knows from two points each.
func TestRidge(t *testing.T) {
	s := random.New(1, "ridge")
	draw := func(n int, sd float64) *measure.Set {
		set := &measure.Set{Name: "points", Field: data.Point(2), Classes: 3}
		for i := range n {
			class := i % 3
			angle := 2 * math.Pi * float64(class) / 3
			set.Values = append(set.Values, float32(math.Cos(angle)+sd*s.Normal()), float32(math.Sin(angle)+sd*s.Normal()))
			set.Labels = append(set.Labels, int32(class))
		}
		return set
	}
	few, validation, test := draw(6, .05), draw(300, .05), draw(300, .05)
	if e := ridgeError(few, validation, test); e != 0 {
		t.Errorf("error %g of three separate classes", e)
	}
	for i := range few.Labels {
		few.Labels[i] = (few.Labels[i] + 1) % 3
	}
	if e := ridgeError(few, validation, test); e != 1 {
		t.Errorf("error %g with wrong labels", e)
	}
}

func TestSolve(t *testing.T) {
	a := [][]float64{{4, 1, 0}, {1, 3, -1}, {0, -1, 2}}
	x := [][]float64{{1, -2}, {.5, 3}, {-4, 0}}
	b := make([][]float64, 3)
	for i := range b {
		b[i] = make([]float64, 2)
		for c := range b[i] {
			for k := range 3 {
				b[i][c] += a[i][k] * x[k][c]
			}
			b[i][c] += .5 * x[i][c]
		}
	}
	for i, row := range solve(a, .5, b) {
		for c, v := range row {
			if math.Abs(v-x[i][c]) > 1e-12 {
				t.Errorf("x[%d][%d] is %g, want %g", i, c, v, x[i][c])
			}
		}
	}
}
