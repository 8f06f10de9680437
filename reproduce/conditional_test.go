package reproduce

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
)

// tinyConditional is settings for a very short run.
var tinyConditional = []string{"hidden=8", "batch=8", "train.steps=2", "train.tick_kimg=0.01", "train.grid=16"}

func TestConditionalPages(t *testing.T) {
	dir := writeLabelled(t)
	for _, c := range []struct {
		target Target
		set    []string
		want   []string
	}{
		{conditionalGAN, []string{"maxout=4"}, []string{
			`^\| \*\*seed 3, [0-9.]+ epochs\*\* \| 0\.[0-9]{4} ± 0\.[0-9]{4} \| 0\.`, `^\| test images with their own classes \| [01]\.[0-9]+ \|`,
			`^\| \*\*seed 3\*\* \| -?[0-9.]+ ± [0-9.]+ \| [0-9.]+ \|$`, "^- `model.maxout = 4` instead of 240$", `^\| 2 \| [01]\.[0-9]{3} \|`,
		}},
		{auxiliaryGAN, []string{"width=2"}, []string{`^D's own classifier finds the class of [0-9.]+ % of the test images`, `^\| 3 \| [0-9.]+ \| 2 \| [0-9.]+ % \|`}},
	} {
		s := Settings{Out: t.TempDir(), Command: "gander reproduce " + c.target.Name, Data: dir, Seeds: []uint64{3}, Set: append(c.set, tinyConditional...)}
		text := wantPage(t, c.target, s, c.want...)
		if strings.Contains(text, "132 ± 1.8") || strings.Contains(text, "NaN") {
			t.Errorf("the page of other data has figures of MNIST, or NaN:\n%s", text)
		}
		if info, err := os.Stat(filepath.Join(s.Out, "digits.png")); err != nil || info.Size() == 0 {
			t.Errorf("no picture: %v", err)
		}
	}
}

func TestInfoGANPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce infogan", Data: writeLabelled(t), Seeds: []uint64{3, 4}, Set: append([]string{"width=2", "hidden_q=4"}, tinyConditional...)}
	wantPage(t, infoGAN, s, `^\| \*\*seed 3, 2 rounds\*\* \| -?[0-9.]+ \| -?[0-9.]+ \| -?[0-9.]+ \| \*\*[0-9.]+\*\* \| [0-9.]+ \| [1-3] \|`,
		`^\| k-means of pixels, 5 seeds \| \| \| \| [0-9.]+ ± [0-9.]+ \| \| \|`, `^\| the most frequent class \| \| \| \| 33.3 \| \| 1 \|`, `^!\[Sweep of c3\]\(c3.png\)`)
	s.Out, s.Set = t.TempDir(), append(s.Set, "categorical=0")
	if err := infoGAN.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "c1 is judged as a classifier, and it is a continuous code (hint: leave it out)") {
		t.Errorf("without a category: %v", err)
	}
	s.Set[len(s.Set)-1] = "categories=101"
	if err := infoGAN.Make(t.Context(), s); err == nil || !strings.Contains(err.Error(), "there are at most 100") {
		t.Errorf("101 categories: %v", err)
	}
	if err := infoGAN.Make(t.Context(), Settings{Out: t.TempDir(), Data: "ring8"}); err == nil {
		t.Error("InfoGAN of points was trained")
	}
}

// TestKMeans finds four clusters that are far apart, and maps two of them to one class.
func TestKMeans(t *testing.T) {
	s := &measure.Set{Name: "clusters", Field: data.Point(2), Classes: 3}
	for i := range 200 {
		k := i % 4
		s.Values = append(s.Values, float32(10*(k/2))+float32(i%7)/10, float32(10*(k%2))+float32(i%5)/10)
		s.Labels = append(s.Labels, int32([]int{0, 1, 2, 2}[k]))
	}
	means := kMeans(s, 4, 1)
	accuracy, of := majority(nearestMeans(s, means), 4, s)
	slices.Sort(of)
	if accuracy != 1 || !slices.Equal(of, []int32{0, 1, 2, 2}) {
		t.Errorf("accuracy %g, clusters of the classes %v", accuracy, of)
	}
	if accuracy, _ := majority(make([]int, 200), 1, s); accuracy != .5 {
		t.Errorf("one cluster has the accuracy %g, want the share of the most frequent class", accuracy)
	}
}
