package reproduce

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		{auxiliaryGAN, []string{"width=2"}, []string{`^The classifier of D itself finds the class of [0-9.]+ % of the test images`, `^\| 3 \| [0-9.]+ \| 2 \| [0-9.]+ % \|`}},
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
