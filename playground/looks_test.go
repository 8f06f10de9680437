package playground

import (
	"fmt"
	"testing"

	"github.com/gander-ml/gander/internal/browsertest"
)

// looks are the views of the playground: an address, and how many rounds or phases to play.
var looks = []struct {
	name, address  string
	rounds, phases int
	then           string // an expression to wait for, at the end
}{
	{name: "plane", address: "#data=gaussians8&layers_g=2&layers_d=2&units_g=48&units_d=48&objective=wasserstein&gradient_penalty=1&k_d=3&beta1=0&rate_g=0.002&rate_d=0.002&show=real,made,heat,arrows", rounds: 600},
	{name: "thread", address: "#latent=1&data=spiral&layers_g=3&layers_d=3&units_g=48&units_d=48&r1=0.02&beta1=0&rate_g=0.002&rate_d=0.002&show=real,warp,heat", rounds: 400},
	{name: "lesson", address: "#lesson=algorithm", phases: 13},
	{name: "lessons", address: "", then: `(document.getElementById("tour-open").click(), true)`},
	{name: "dirac", address: "#view=dirac", then: "playground.dirac.picture"},
	{name: "own", address: "#data=own"},
}

// TestLooks looks at every view.
func TestLooks(t *testing.T) {
	for _, look := range looks {
		t.Run(look.name, func(t *testing.T) {
			p := openPage(t, look.address)
			playOn(p, look.rounds, look.phases)
			if look.then != "" {
				p.Waits(look.then)
			}
			p.Looks(look.name)
		})
	}
}

// playOn plays rounds, and then phases.
func playOn(p *browsertest.Tab, rounds, phases int) {
	p.Helper()
	p.JS(fmt.Sprintf(`(async () => {
		for (let i = 0; i < %d; i += 20) await playground.ask("advance", {mode: "both", rounds: 20, ms: 0});
		for (let i = 0; i < %d; i++) await playground.step("next", {});
		playground.drawCharts();
		playground.tour.check();
	})()`, rounds, phases))
}
