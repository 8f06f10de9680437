package plot_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/report/plot"
)

// A drawing is any of the types that give a figure.
type drawing interface{ Figure() (*plot.Figure, error) }

// hostile is a name that would break any format that does not escape it.
const hostile = "</text></svg><script>alert('&')</script>\x00\x1b\u2028\xff\"\nhttps://example.com"

// panel returns a panel of Figure 1. The generator is moved by shift.
func panel(title string, off float64) plot.Panel {
	p := plot.Panel{Title: title}
	bell := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	for x := -4.0; x <= 4; x += .05 {
		data, model := bell(x), bell(x-off)
		p.X, p.Data, p.Model, p.D = append(p.X, x), append(p.Data, data), append(p.Model, model), append(p.D, data/(data+model))
	}
	for z := -2.0; z <= 2; z += .25 {
		p.Z, p.G = append(p.Z, z), append(p.G, z+off)
	}
	return p
}

func drawings() map[string]drawing {
	nan, inf := math.NaN(), math.Inf(1)
	x := []float64{0, 1, 2, 3, 4, 5}
	long := plot.Series{Name: "long"}
	for i := range 100_000 {
		long.X, long.Y = append(long.X, float64(i)), append(long.Y, math.Sin(float64(i)/9e3))
	}
	return map[string]drawing{
		"curves": plot.Curves{XLabel: "kimg", YLabel: "loss (nats)", YRange: [2]float64{0, 1}, Series: []plot.Series{
			{Name: "D", X: x, Y: []float64{1, .5, .25, .3, .2, .1}, StdErr: []float64{.1, .1, .1, nan, .1, .1}},
			{Name: "floor", X: x, Y: []float64{.1, .1, .1, .1, .1, .1}, Faint: true},
			{Name: "G", X: x, Y: []float64{.5, nan, .6, inf, -inf, .7}},
		}},
		"logarithmic": plot.Curves{LogX: true, LogY: true, Series: []plot.Series{
			{Name: "a", X: []float64{1e-9, 1, 1e9}, Y: []float64{1e-300, nan, 1e300}, StdErr: []float64{1, 1, 1}}}},
		"narrow decade": plot.Curves{LogY: true, Series: []plot.Series{{X: x[:2], Y: []float64{2, 9}}}},
		"no points":     plot.Curves{Series: []plot.Series{{Name: "nothing yet"}}},
		"one point":     plot.Curves{Series: []plot.Series{{Name: "one", X: x[:1], Y: []float64{7}}}},
		"one on log":    plot.Curves{LogY: true, Series: []plot.Series{{Name: "one", X: x[:1], Y: []float64{7}}}},
		"only NaN":      plot.Curves{LogY: true, Series: []plot.Series{{Name: "NaN", X: x[:2], Y: []float64{nan, nan}}}},
		"huge":          plot.Curves{Series: []plot.Series{{Name: "huge", X: x[:3], Y: []float64{-1.7e308, 0, 1.7e308}}}},
		"long":          plot.Curves{Series: []plot.Series{long}},
		"hostile":       plot.Curves{XLabel: hostile, YLabel: hostile, Series: []plot.Series{{Name: hostile, X: x[:1], Y: x[:1]}}},
		"scatter": plot.Scatter{XLabel: "x", YLabel: "y", Clouds: []plot.Cloud{
			{Name: "data", X: x, Y: x}, {Name: hostile, X: []float64{1, nan, 2}, Y: []float64{1, 1, inf}}}},
		"points in a range": plot.Scatter{Range: [2]float64{-1, 1}, Clouds: []plot.Cloud{{X: x, Y: x}}},
		"no dots":           plot.Scatter{Clouds: []plot.Cloud{{Name: "nothing"}}},
		"figure 1":          plot.Figure1{Panels: []plot.Panel{panel("(a)", 2), panel("(b)", 1), panel(hostile, .5), panel("(d)", 0)}},
	}
}

// TestFormats writes every figure in every format, twice.
func TestFormats(t *testing.T) {
	for name, d := range drawings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := formats(t, d), formats(t, d)
			for format, bytes := range first {
				if bytes != second[format] {
					t.Errorf("%s differs when it is written again", format)
				}
			}
			if m, err := png.Decode(strings.NewReader(first["png"])); err != nil {
				t.Error(err)
			} else if !hasInk(m) {
				t.Error("the PNG is empty")
			}
			for _, format := range []string{"svg", "inline"} {
				checkSVG(t, first[format])
			}
		})
	}
}

func formats(t *testing.T, d drawing) map[string]string {
	t.Helper()
	f, err := d.Figure()
	if err != nil {
		t.Fatal(err)
	}
	var raster, vector bytes.Buffer
	inline, err := f.Inline(hostile)
	if err := errors.Join(err, f.PNG(&raster), f.SVG(&vector)); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"png": raster.String(), "svg": vector.String(), "inline": inline}
}

// hasInk reports whether a pixel is not white.
func hasInk(m image.Image) bool {
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			if r, _, _, _ := m.At(x, y).RGBA(); r != 0xFFFF {
				return true
			}
		}
	}
	return false
}

// checkSVG checks that an SVG is well-formed XML with only the elements that gander draws,
// valid numbers, no URL, and an acceptable size.
func checkSVG(t *testing.T, text string) {
	t.Helper()
	const most = 200_000
	if len(text) > most {
		t.Errorf("SVG of %d bytes, want at most %d", len(text), most)
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("SVG: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "svg", "g", "path", "text":
		default:
			t.Errorf("SVG has an element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if a.Name.Local == "aria-label" || a.Name.Local == "xmlns" {
				continue
			}
			for _, never := range []string{"NaN", "Inf", "http", "javascript"} {
				if strings.Contains(a.Value, never) {
					t.Errorf("SVG has %s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

// TestColours checks that a figure, and its copy for a page, has the colours and dashes
// that distinguish its lines.
func TestColours(t *testing.T) {
	texts := formats(t, drawings()["curves"])
	for format, want := range map[string][]string{
		"svg":    {"stroke:#0072B2", "stroke:#D55E00;stroke-width:1.3;stroke-dasharray:5,2.5", "stroke:#000000", "fill:#FFFFFF", "textLength=\""},
		"inline": {"stroke:#0072B2", "stroke:#D55E00", "stroke:currentColor", `fill="currentColor"`},
	} {
		for _, w := range want {
			if !strings.Contains(texts[format], w) {
				t.Errorf("%s has no %s", format, w)
			}
		}
	}
	for _, never := range []string{"#000000", "#FFFFFF", "<?xml", "xmlns"} {
		if strings.Contains(texts["inline"], never) {
			t.Errorf("the figure for a page has %s", never)
		}
	}
}

func TestRefusals(t *testing.T) {
	x, nan := []float64{0, 1}, math.NaN()
	good := panel("", 1)
	short := good
	short.D = short.D[1:]
	still := good
	still.Z = make([]float64, len(good.Z))
	for _, test := range []struct {
		name string
		drawing
		say string
	}{
		{"no series", plot.Curves{}, "no series"},
		{"lengths", plot.Curves{Series: []plot.Series{{Name: "a", X: x, Y: x[:1]}}}, `series "a": 2 positions for 1 numbers`},
		{"standard errors", plot.Curves{Series: []plot.Series{{X: x, Y: x, StdErr: x[:1]}}}, "1 standard errors for 2 numbers"},
		{"falling", plot.Curves{Series: []plot.Series{{X: []float64{1, 0}, Y: x}}}, "fall from 1 to 0"},
		{"position NaN", plot.Curves{Series: []plot.Series{{X: []float64{nan, 0}, Y: x}}}, "position 0 is NaN"},
		{"log of 0", plot.Curves{LogY: true, Series: []plot.Series{{X: x, Y: x}}}, "(hint: use a linear one)"},
		{"log at 0", plot.Curves{LogX: true, Series: []plot.Series{{X: x, Y: x}}}, "(hint: use a linear one)"},
		{"tiny", plot.Curves{Width: 3, Series: []plot.Series{{X: x, Y: x}}}, "3 x 1.5 mm"},
		{"no cloud", plot.Scatter{}, "no points"},
		{"odd cloud", plot.Scatter{Clouds: []plot.Cloud{{Name: "c", X: x, Y: x[1:]}}}, `cloud "c": 2 numbers sideways and 1 upwards`},
		{"no panel", plot.Figure1{}, "no panel"},
		{"short panel", plot.Figure1{Panels: []plot.Panel{good, short}}, "panel 2"},
		{"one latent", plot.Figure1{Panels: []plot.Panel{still}}, "z of 0"},
	} {
		if _, err := test.Figure(); err == nil || !strings.Contains(hint.Text(err), test.say) {
			t.Errorf("%s: error %v, want one that says %q", test.name, err, test.say)
		}
	}
}

func TestGIF(t *testing.T) {
	var frames []*plot.Figure
	for _, off := range []float64{2, 1, 0} {
		f, err := plot.Figure1{Panels: []plot.Panel{panel("", off)}, Width: 40, Height: 40}.Figure()
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f)
	}
	var file bytes.Buffer
	if err := plot.GIF(&file, 100*time.Millisecond, time.Second, frames...); err != nil {
		t.Fatal(err)
	}
	all, err := gif.DecodeAll(&file)
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Image) != 3 || all.Delay[0] != 10 || all.Delay[2] != 100 || all.LoopCount != 0 {
		t.Errorf("%d frames of delays %v, loops %d", len(all.Image), all.Delay, all.LoopCount)
	}
	if !hasColour(all.Image[0], color.RGBA{0x00, 0x9E, 0x73, 0xFF}) || !hasColour(all.Image[0], color.RGBA{0x00, 0x72, 0xB2, 0xFF}) {
		t.Error("a frame lacks the colours of p_g and D")
	}
	if bytes.Equal(all.Image[0].Pix, all.Image[2].Pix) {
		t.Error("nothing moves")
	}
	other, err := plot.Figure1{Panels: []plot.Panel{panel("", 0)}, Width: 41, Height: 40}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		plot.GIF(io.Discard, time.Second, time.Second),
		plot.GIF(io.Discard, time.Millisecond, time.Second, frames...),
		plot.GIF(io.Discard, time.Second, time.Second, frames[0], other),
	} {
		if err == nil {
			t.Error("an animation that cannot be was written")
		}
	}
}

func hasColour(m *image.Paletted, c color.RGBA) bool {
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			if m.At(x, y) == c {
				return true
			}
		}
	}
	return false
}
