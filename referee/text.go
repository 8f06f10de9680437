package referee

import (
	"fmt"
	"strings"
)

// Line returns a finding in one line: "the discriminator wins (likely), since step 4000;
// D(x): 0.998 (above 0.95), loss.G: 9.12".
func (f Finding) Line() string {
	var figures []string
	for _, g := range f.Figures {
		figures = append(figures, g.String())
	}
	text := f.Failure.Title()
	if f.Failure.Bad() {
		text += fmt.Sprintf(" (%s), since %s", f.Confidence(), f.At())
	}
	if len(figures) > 0 {
		text += "; " + strings.Join(figures, ", ")
	}
	return text
}

// String returns a figure as text: "loss.G: 9.12 (above 4)".
func (g Figure) String() string {
	text := fmt.Sprintf("%s: %.3g", g.Name, g.Value)
	if g.Limit != "" {
		text += " (" + g.Limit + ")"
	}
	return text
}

// At returns when the failure began, as text: "step 4000".
func (f Finding) At() string {
	if f.When != "" {
		return f.When
	}
	return fmt.Sprintf("step %d", f.Since)
}
