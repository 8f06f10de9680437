package plot

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Figure is a drawing of a fixed size that can be written in several formats.
// Equal figures give equal bytes.
type Figure struct {
	width, height vg.Length
	draw          func(draw.Canvas) // on any background
}

// newFigure returns a figure with a size in mm. A size of 0 means the default.
func newFigure(width, height, defaultWidth, defaultHeight float64, draws func(draw.Canvas)) (*Figure, error) {
	if width == 0 {
		width = defaultWidth
	}
	if height == 0 {
		height = defaultHeight
	}
	if !(width >= 20 && width <= 1000 && height >= 20 && height <= 1000) {
		return nil, fmt.Errorf("a figure of %g x %g mm cannot be drawn, want 20 to 1000 a side", width, height)
	}
	return &Figure{vg.Length(width) * millimetre, vg.Length(height) * millimetre, func(c draw.Canvas) {
		draws(draw.Crop(c, margin, -margin, margin, -margin))
	}}, nil
}

// PNG writes the figure on white at 200 dots per inch.
func (f *Figure) PNG(w io.Writer) error { return png.Encode(w, f.raster(pngDPI)) }

// raster draws the figure on white.
func (f *Figure) raster(dpi int) image.Image {
	c := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(color.White))
	f.draw(draw.New(c))
	return c.Image()
}

// SVG writes the figure on white as an SVG file. Text uses the fonts of the machine that
// shows it. If that has neither Liberation Sans nor Arial nor Helvetica, the text is
// stretched to the widths that the layout assumed.
func (f *Figure) SVG(w io.Writer) error {
	body, err := f.vectors(func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		f.draw(c)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"+
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.5gmm\" height=\"%.5gmm\" viewBox=\"0 0 %.5g %.5g\">\n%s",
		f.width/millimetre, f.height/millimetre, f.width.Points(), f.height.Points(), body)
	return err
}

// Inline returns the figure as an element of an HTML page. It fills the width of its
// container and has no background. Axes and text have the colour of the surrounding text.
// Label is a description for people who cannot see the figure.
func (f *Figure) Inline(label string) (string, error) {
	body, err := f.vectors(f.draw)
	if err != nil {
		return "", err
	}
	// Elements that vgsvg draws in black have no fill attribute, or this stroke.
	body = strings.ReplaceAll(body, "stroke:#000000", "stroke:currentColor")
	return fmt.Sprintf("<svg viewBox=\"0 0 %.5g %.5g\" fill=\"currentColor\" role=\"img\" aria-label=\"%s\">\n%s",
		f.width.Points(), f.height.Points(), html.EscapeString(clean(label)), body), nil
}

// vectors returns the drawing as SVG, without the first tag.
func (f *Figure) vectors(draws func(draw.Canvas)) (string, error) {
	c := vgsvg.New(f.width, f.height)
	draws(draw.New(c))
	var all bytes.Buffer
	if _, err := c.WriteTo(&all); err != nil {
		return "", err
	}
	_, rest, ok := strings.Cut(all.String(), "<svg ")
	_, body, closed := strings.Cut(rest, ">\n")
	if !ok || !closed {
		return "", fmt.Errorf("drawing SVG: it does not begin with a tag")
	}
	body = strings.ReplaceAll(body, "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
	return svgText.ReplaceAllStringFunc(body, fixWidth), nil
}

// svgText matches text as vgsvg writes it. Its groups are the size and the text.
var svgText = regexp.MustCompile(`<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]*)</text>`)

// fixWidth gives each text the width that the layout assumed, with any font.
func fixWidth(element string) string {
	parts := svgText.FindStringSubmatch(element)
	size, err := strconv.ParseFloat(parts[2], 64)
	width := textStyle(size).Width(html.UnescapeString(parts[3])).Points()
	if err != nil || width == 0 {
		return element
	}
	return fmt.Sprintf(`<text textLength="%.5g" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, width, parts[1], parts[3])
}

// clean returns the text on one line, without characters that a format cannot hold.
func clean(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(words, "\uFFFD"))
}
