package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// parseSweep reads NAME, NAME.NUMBER, and both with =FROM,TO.
func parseSweep(sampler *run.Sampler, text string) (run.Sweep, error) {
	const advice = "as in c2, c2=-1,1 or z.3"
	name, limits, ranged := text, "", false
	if at := strings.LastIndex(text, "="); at >= 0 && sampler.Size(text) == 0 {
		name, limits, ranged = text[:at], text[at+1:], true
	}
	sweep := run.Sweep{Name: name, From: -2, To: 2}
	if before, number, ok := cutLast(name, "."); ok && sampler.Size(name) == 0 {
		n, err := strconv.Atoi(number)
		if err != nil {
			return sweep, hint.Add(fmt.Errorf("--sweep %s: %q is not a number of %s", text, number, before), "%s", advice)
		}
		sweep.Name, sweep.Number = before, n
	}
	if !ranged {
		return sweep, nil
	}
	ends, err := floats(limits)
	if err != nil {
		return sweep, hint.Add(fmt.Errorf("--sweep %s: %w", text, err), "%s", advice)
	}
	if len(ends) != 2 {
		return sweep, hint.Add(fmt.Errorf("--sweep %s: %d numbers, want the first and the last value", text, len(ends)), "%s", advice)
	}
	sweep.From, sweep.To = float64(ends[0]), float64(ends[1])
	return sweep, nil
}

// cutLast cuts text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}
