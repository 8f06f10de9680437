package playground

import (
	"flag"
	"fmt"
	"testing"
)

var only = flag.String("only", "", "the one view that TestShots draws")

// views are the addresses of the pictures that people look at, and what to do there.
var views = []struct{ name, address, then string }{
	{"plane", "#data=gaussians8&layers_g=2&layers_d=2&units_g=48&units_d=48&objective=wasserstein&gradient_penalty=1&k_d=3&beta1=0&rate_g=0.002&rate_d=0.002&show=real,made,heat,arrows", "advance 600"},
	{"grid", "#data=ring&layers_g=2&layers_d=2&units_g=32&units_d=32&r1=0.1&beta1=0&rate_g=0.003&rate_d=0.003&show=real,made,warp,best", "advance 500"},
	{"slow", "#lesson=algorithm", "next 13"},
	{"dirac", "#view=dirac", ""},
	{"thread", "#latent=1&data=spiral&layers_g=3&layers_d=3&units_g=48&units_d=48&r1=0.02&beta1=0&rate_g=0.002&rate_d=0.002&show=real,warp,heat", "advance 1500"},
	{"own", "#data=own", ""},
}

// TestShots draws every view in both themes at four widths. With the flag -shots DIR it writes
// the pictures, for people to look at; those of docs/playground are among them.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Skip("the flag -shots is not given")
	}
	for _, view := range views {
		if *only != "" && view.name != *only {
			continue
		}
		p := openPage(t, view.address)
		var call string
		var count int
		if _, err := fmt.Sscan(view.then, &call, &count); err == nil {
			if call == "advance" {
				p.js(fmt.Sprintf(`(async () => { for (let i = 0; i < %d; i += 20) await playground.ask("advance", {mode: "both", rounds: 20, ms: 0}); })()`, count))
			} else {
				p.js(fmt.Sprintf(`(async () => { for (let i = 0; i < %d; i++) await playground.step("next", {}); })()`, count))
			}
			p.js("playground.drawCharts(); playground.tour.check()")
		}
		for _, width := range []int{360, 900, 1250, 1600} {
			for _, dark := range []bool{false, true} {
				p.size(width, 1000, dark)
				p.js(`dispatchEvent(new Event("themechange")); playground.draw()`)
				p.shot(fmt.Sprintf("%s-%d-%s", view.name, width, map[bool]string{false: "light", true: "dark"}[dark]), width < 1000)
			}
		}
	}
}
