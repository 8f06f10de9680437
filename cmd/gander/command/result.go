package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gander-ml/gander/measure"
)

// textWidth is the width of results in characters.
const textWidth = 80

// maxRows is the largest number of classes or modes that are shown.
const maxRows = 30

// resultText returns a result as text. If before is not nil, it is an earlier result,
// and the text contains the changes. Warnings come before the figures that they are about.
func resultText(r, before *measure.Result) string {
	var b strings.Builder
	head := fmt.Sprintf("%s in %s: %d samples, %s", r.Measure, r.Space, r.N, r.Samples)
	if r.Reference != "" {
		head += fmt.Sprintf(", against %d of %s", r.M, r.Reference)
	}
	b.WriteString(wrap(head, "", "  "))
	for _, w := range r.Warnings {
		b.WriteString(wrap("warning: "+w, "  ", "    "))
	}
	if before == nil {
		b.WriteString(align(figureRows(r)))
	} else {
		b.WriteString(wrap("compared with "+before.Samples, "  ", "  "))
		b.WriteString(align(changeRows(r, before)))
	}
	for _, g := range r.Groups {
		b.WriteString(groupText(g))
	}
	b.WriteString(wrap(stdErrs(r), "  ", "  "))
	b.WriteString(wrap(draws(r), "  ", "  "))
	b.WriteString(wrap(r.Protocol, "  ", "  "))
	b.WriteByte('\n')
	return b.String()
}

// figureRows returns a table of the figures.
func figureRows(r *measure.Result) [][]string {
	rows := [][]string{{"figure", "value", "±", "baseline", "better"}}
	for _, v := range r.Values {
		rows = append(rows, []string{title(v), figure(v.Value), optional(v.StdErr), optional(v.Baseline), string(v.Better)})
	}
	return rows
}

// changeRows returns a table of the figures and their changes.
func changeRows(r, before *measure.Result) [][]string {
	rows := [][]string{{"figure", "value", "±", "before", "change", ""}}
	for _, v := range r.Values {
		row := []string{title(v), figure(v.Value), optional(v.StdErr), "-", "-", ""}
		if was, ok := before.Find(v.Name); ok {
			row[3], row[4], row[5] = figure(was.Value), difference(v.Value, was.Value), verdict(v, was)
		}
		rows = append(rows, row)
	}
	return rows
}

// verdict returns "better" or "worse", or "alike" for a change that is within the standard
// errors of both figures together.
func verdict(now, was measure.Value) string {
	change := float64(now.Value - was.Value)
	if now.Better == measure.NearBaseline && now.Baseline != nil && was.Baseline != nil {
		change = math.Abs(float64(now.Value-*now.Baseline)) - math.Abs(float64(was.Value-*was.Baseline))
	}
	noise := 0.0
	for _, s := range []*measure.Number{now.StdErr, was.StdErr} {
		if s != nil {
			noise = math.Hypot(noise, float64(*s))
		}
	}
	switch {
	case math.IsNaN(change):
		return ""
	case math.Abs(change) <= noise:
		return "alike"
	case (change > 0) == (now.Better == measure.Higher):
		return "better"
	}
	return "worse"
}

func title(v measure.Value) string {
	if v.Unit == "" {
		return v.Name
	}
	return fmt.Sprintf("%s (%s)", v.Name, v.Unit)
}

func optional(n *measure.Number) string {
	if n == nil {
		return "-"
	}
	return figure(*n)
}

// stdErrs returns how the standard errors were estimated, and which figure has which if
// they differ. It returns "" if there are none.
func stdErrs(r *measure.Result) string {
	var kinds []string
	figures := map[string][]string{} // by kind
	for _, v := range r.Values {
		if v.StdErrOf == "" {
			continue
		}
		if figures[v.StdErrOf] == nil {
			kinds = append(kinds, v.StdErrOf)
		}
		figures[v.StdErrOf] = append(figures[v.StdErrOf], v.Name)
	}
	switch len(kinds) {
	case 0:
		return ""
	case 1:
		return "± " + kinds[0]
	}
	var texts []string
	for _, kind := range kinds {
		texts = append(texts, "of "+strings.Join(figures[kind], " and ")+": "+kind)
	}
	return "± " + strings.Join(texts, "; ")
}

// draws returns what was drawn at random, and from which seed, or "" if all examples were
// taken.
func draws(r *measure.Result) string {
	if len(r.Drawn) == 0 {
		return ""
	}
	return fmt.Sprintf("drawn without replacement from seed %d: %s", r.Seed, strings.Join(r.Drawn, "; "))
}

// figure returns a number as text, with about four significant digits.
func figure(n measure.Number) string {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, notation(v), digits(v), 64)
}

// difference returns now - was as text, with the decimals of the two numbers.
func difference(now, was measure.Number) string {
	change := float64(now - was)
	if math.IsNaN(change) || math.IsInf(change, 0) {
		return "-"
	}
	text := strconv.FormatFloat(change, notation(float64(now)), max(digits(float64(now)), digits(float64(was))), 64)
	if change > 0 {
		text = "+" + text
	}
	return text
}

// notation returns 'e' for a number that is written with an exponent, otherwise 'f'.
func notation(v float64) byte {
	if a := math.Abs(v); v != 0 && a < 1e-3 || a >= 1e9 {
		return 'e'
	}
	return 'f'
}

// digits returns the number of decimals of a number.
func digits(v float64) int {
	switch a := math.Abs(v); {
	case v == math.Trunc(v) && a < 1e9:
		return 0
	case notation(v) == 'e':
		return 2
	case a < 10:
		return 4
	case a < 1000:
		return 2
	}
	return 1
}

// groupText returns a table with the figure of each class or mode.
func groupText(g measure.Group) string {
	rows := [][]string{{g.Name, "samples", "baseline"}}
	for i, name := range g.Of[:min(len(g.Of), maxRows)] {
		row := []string{name, "-", "-"}
		if i < len(g.Samples) {
			row[1] = figure(g.Samples[i])
		}
		if i < len(g.Real) {
			row[2] = figure(g.Real[i])
		}
		rows = append(rows, row)
	}
	text := align(rows)
	if rest := len(g.Of) - maxRows; rest > 0 {
		text += fmt.Sprintf("  and %d more, which --json tells\n", rest)
	}
	return text
}

// align returns a table as text, with names aligned to the left and numbers to the
// right.
func align(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 || i == len(row)-1 && len(row) > 3 { // names and words
				line += "  " + cell + pad
			} else {
				line += "  " + pad + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// wrap breaks text into lines of at most textWidth characters. The first line begins
// with first, the others with rest.
func wrap(text, first, rest string) string { return wrapTo(textWidth, text, first, rest) }

func wrapTo(width int, text, first, rest string) string {
	var b strings.Builder
	line, indent := "", first
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = indent + word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(line + "\n")
			indent = rest
			line = indent + word
		default:
			line += " " + word
		}
	}
	if line != "" {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// measured returns the figures of a result as one line, for the progress of training.
func measured(r *measure.Result) string {
	var figures []string
	for _, v := range r.Values {
		text := fmt.Sprintf("%s %s", v.Name, figure(v.Value))
		if v.StdErr != nil {
			text += " ± " + figure(*v.StdErr)
		}
		figures = append(figures, text)
	}
	return fmt.Sprintf("  %s: %s", r.Measure, strings.Join(figures, ", "))
}

// clip returns the first room characters of a line.
func clip(line string, room int) string {
	if utf8.RuneCountInString(line) <= room {
		return line
	}
	return string([]rune(line)[:max(room, 0)])
}
