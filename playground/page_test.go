package playground

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gander-ml/gander/playground/session"
	"github.com/gander-ml/gander/web"
)

const frame = "playground.frame"

// TestPlay uses every button of training.
func TestPlay(t *testing.T) {
	p := openPage(t, "")
	p.Wants(frame+".rounds", "0")
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
	p.Click("#only-d")
	p.Waits(frame + ".updatesD === 2")
	p.Click("#only-g")
	p.Waits(frame + ".updatesG === 2")
	p.Click("#next")
	p.Waits(frame + `.phase.step === "noise"`)
	p.Wants(`document.querySelector("#algorithm li.now").textContent.startsWith("Sample m = 150 noise")`, "true")
	p.Wants(`document.querySelectorAll("#flow .now").length > 2`, "true")
	p.Click("#play")
	p.Waits(frame + ".rounds > 20 && playground.pace")
	p.Click("#play")
	p.Wants("playground.playing", "false")
	p.Wants(`document.getElementById("status").textContent.includes("Round")`, "true")
	p.Wants("playground.history.rows.length > 3", "true")
	for _, mode := range []string{"D", "G"} {
		p.Waits("!playground.loop")
		p.Set("#mode", mode)
		p.JS("window.before = " + frame)
		p.Click("#play")
		p.Waits(frame + ".updates" + mode + " > before.updates" + mode + " + 10")
		p.Click("#play")
		p.Waits("!playground.loop")
		p.Wants(frame+".rounds === before.rounds", "true")
	}
	p.Set("#mode", "both")
	p.Set("#speed", "slow")
	p.Click("#play")
	p.Waits(frame + `.phase.step === "examples"`)
	p.Click("#play")
	p.Waits("!playground.loop")
	p.Click("#reset")
	p.Waits(frame + ".rounds === 0 && " + frame + ".updatesG === 0")
	p.Do(chromedp.KeyEvent("o"))
	p.Waits(frame + ".rounds === 1")
	p.Do(chromedp.KeyEvent("p"))
	p.Waits("playground.playing")
	p.Do(chromedp.KeyEvent("p"))
	p.Waits("!playground.playing && !playground.loop")
	p.Do(chromedp.KeyEvent("r"))
	p.Waits(frame + ".rounds === 0")
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
	p.Click("#round")
	p.Waits(frame + ".rounds === 2")
	p.Click("#link")
	p.Waits(`location.hash === "#rounds=" + ` + frame + `.rounds`)
	again := openPage(t, p.JS("location.hash"))
	again.Wants(frame+".rounds", p.JS(frame+".rounds"))
	again.Wants(frame+".made.join()", p.JS(frame+".made.join()"))
}

// TestSettings changes every setting by its control.
func TestSettings(t *testing.T) {
	p := openPage(t, "#batch=10&units_g=4&units_d=4")
	p.Expect("400 (Bad Request)")
	for _, f := range session.Fields() {
		var value string
		switch {
		case f.Kind == "choice":
			value = f.Choices[len(f.Choices)-1]
			if value == "own" {
				value = "ring"
			}
		case f.Kind == "switch":
			value = "true"
		default:
			value = "1"
		}
		if f.Key == "layers_g" || f.Key == "unroll" || f.Key == "average" || f.Key == "smoothing" {
			value = map[string]string{"layers_g": "2", "unroll": "0", "average": "0.5", "smoothing": "0.1"}[f.Key]
		}
		if strings.HasPrefix(f.Key, "beta") || f.Key == "momentum" || f.Key == "decay" {
			value = "0.9"
		}
		p.Set("#set-"+f.Key, value)
		p.Waits(fmt.Sprintf("playground.settings[%q] === %q", f.Key, value))
		p.Wants(`document.getElementById("fail").hidden`, "true")
	}
	p.Wants(`location.hash.includes("objective=feature-matching")`, "true")
	p.Click("#defaults")
	p.Waits(`playground.settings.objective === "non-saturating"`)
	p.Wants("location.hash", "")

	p.Set("#set-batch", "0")
	p.Waits(`!document.getElementById("fail").hidden`)
	p.Wants(`document.getElementById("fail").textContent.includes("batch")`, "true")
	p.Wants(`document.getElementById("set-batch").getAttribute("aria-invalid")`, "true")
	p.Wants("playground.settings.batch", "150")
	p.Click("#round")
	p.Waits(frame + `.rounds === 1 && document.getElementById("fail").hidden`)
}

// TestLayers shows each layer alone and reads the cursor.
func TestLayers(t *testing.T) {
	p := openPage(t, "#show=&seed=3")
	p.Wants("playground.shown.size", "0")
	blank := p.JS(`playground.plane.canvas.toDataURL()`)
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
	boxes := `document.querySelectorAll("#layers input")`
	for i := range 7 {
		box := fmt.Sprintf("%s[%d]", boxes, i)
		p.JS(box + ".click()")
		p.Waits(fmt.Sprintf("playground.plane.canvas.toDataURL() !== %q", blank))
		p.JS(box + ".click()")
		p.Waits("playground.shown.size === 0")
	}
	p.JS(boxes + "[2].click()")
	p.Waits(frame + ".heat.length > 0")
	p.Do(chromedp.MouseEvent("mouseMoved", 500, 500))
	p.Waits(`/^\([−\d., ]+\)  D [\d.]+  D\* /.test(document.getElementById("readout").textContent)`)
}

// TestOwnPoints draws points, types them, reads a file, and opens the address again.
func TestOwnPoints(t *testing.T) {
	p := openPage(t, "")
	p.Expect("400 (Bad Request)")
	p.Set("#set-data", "own")
	p.Waits(`!document.getElementById("own").hidden`)
	p.Do(chromedp.ScrollIntoView("#plane"))
	p.JS(`window.box = document.getElementById("plane").getBoundingClientRect()`)
	drawLine(p)
	p.Waits(`playground.settings.data === "own" && playground.own.points.length >= 10`)
	p.JS("window.first = playground.own.points")
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
	hash := p.JS("location.hash")
	again := openPage(t, hash)
	again.Wants("playground.own.points.length", p.JS("playground.own.points.length"))
	again.Wants("playground.settings.data", "own")

	p.JS(`playground.own.text.value = "1,1\n2,x"; [...document.querySelectorAll("#own button")].find((b) => b.textContent === "Use this text").click()`)
	p.Waits(`document.getElementById("fail").textContent.includes("line 2 of the points")`)
	p.Wants("playground.own.points === first", "true")
	p.JS(`playground.own.text.value = "0,0\n1,0\n0,1"; [...document.querySelectorAll("#own button")].find((b) => b.textContent === "Use this text").click()`)
	p.Waits(`playground.own.points.length === 3 && document.getElementById("fail").hidden`)
	p.Do(chromedp.SetUploadFiles(`#own input[type="file"]`, []string{csvFile(t)}))
	p.Waits("playground.own.points.length === 20")
}

// TestDiracView chooses methods and states.
func TestDiracView(t *testing.T) {
	p := openPage(t, "#view=dirac")
	p.Waits("playground.dirac.picture")
	p.Wants(`document.getElementById("plane-view").hidden`, "true")
	p.Waits(`playground.dirac.text.textContent.includes("1.0050: it moves away")`)
	p.JS(`playground.dirac.controls.alternating.click()`)
	p.Waits(`playground.dirac.text.textContent.includes("it turns for ever")`)
	p.JS(`playground.dirac.controls.method.value = "3"; playground.dirac.controls.method.dispatchEvent(new Event("change"))`)
	p.Waits(`playground.dirac.text.textContent.includes("it converges")`)
	p.Do(chromedp.Focus("#dirac-view canvas"), chromedp.KeyEvent(kb.ArrowLeft))
	p.Waits("playground.dirac.picture.path[0][0] === 0.9")
	p.Click("#dirac-view button")
	p.Waits("playground.dirac.shown > 5")
	p.Click(`[data-view="plane"]`)
	p.Waits(`document.getElementById("dirac-view").hidden`)
}

// TestLesson plays a lesson to its end, as a reader would.
func TestLesson(t *testing.T) {
	p := openPage(t, "")
	p.Click("#tour-open")
	p.Waits(`document.querySelectorAll("#tour ol li").length === 12`)
	p.JS(`document.querySelectorAll("#tour ol button")[1].click()`)
	p.Waits(`playground.tour.current?.id === "algorithm" && playground.settings.k_d === "2"`)
	p.Wants(`location.hash.includes("lesson=algorithm")`, "true")
	p.Wants(`document.querySelector(".pointed").id`, "next")
	for range 5 { // noise, examples, scores, gradient, update
		p.Click("#next")
	}
	p.Waits("playground.tour.step === 1")
	for range 5 + 3 {
		p.Click("#next")
	}
	p.Waits("playground.tour.step === 2")
	p.Click("#next")
	p.Waits(`playground.tour.step === 3 && !playground.tour.ending.hidden`)
	p.Wants(`document.querySelectorAll(".tasks li.done").length`, "3")
	p.JS(`playground.tour.ending.querySelector("button").click()`)
	p.Waits(`playground.tour.current?.id === "best-d"`)
	p.JS(`[...document.querySelectorAll("#tour button")].find((b) => b.textContent === "Close").click()`)
	p.Waits(`document.getElementById("tour").hidden && !location.hash.includes("lesson")`)
}

// TestBadAddress opens an address with mistakes.
func TestBadAddress(t *testing.T) {
	p := openPage(t, "#data=circle&frob=1")
	p.Expect("400 (Bad Request)")
	p.Waits(`!document.getElementById("fail").hidden`)
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
}

// TestWord waits for the word of the referee about a collapse.
func TestWord(t *testing.T) {
	p := openPage(t, "#lesson=collapse")
	p.Wants(`document.getElementById("word").hidden`, "true")
	p.Click("#play")
	p.Waits(`document.getElementById("word").className === "notice warn"`)
	p.Click("#play")
	p.Wants(`/^The referee: .+ since round \d+/.test(document.getElementById("word").textContent)`, "true")
	p.Wants(`document.getElementById("word").textContent.includes("Try this: ")`, "true")
}

// TestBelowABoard opens the playground at another path, with a link to the runs.
func TestBelowABoard(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/play/", http.StripPrefix("/play", Handler("../")))
	p := openPageOf(t, web.Guard{}.Wrap(mux), "play/")
	p.Wants(`document.getElementById("runs").getAttribute("href")`, "../")
	p.Click("#round")
	p.Waits(frame + ".rounds === 1")
}

// TestCalm checks that a page of a user who wants no motion trains, and is drawn seldom.
func TestCalm(t *testing.T) {
	p := openPage(t, "")
	p.Media("prefers-reduced-motion", "reduce")
	p.JS("window.count = playground.drawn")
	p.Click("#play")
	p.Waits(frame + ".rounds > 50")
	p.Click("#play")
	p.Waits("!playground.loop")
	p.Wants(frame+".rounds / (playground.drawn - count) > 5", "true")
}

// contrast is a program that returns the texts whose contrast with what is behind them is
// below 4.5, which WCAG 2 wants at level AA. Colours behind a text are those of its ancestors.
const contrast = `(() => {
	const read = (c) => { const x = new OffscreenCanvas(1, 1).getContext("2d"); x.fillStyle = c; x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data]; };
	const over = (top, below) => { const a = top[3] / 255; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
	const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
	const behind = (e) => e ? over(read(getComputedStyle(e).backgroundColor), behind(e.parentElement)) : [255, 255, 255];
	const low = [];
	for (const e of document.querySelectorAll("body *")) {
		if (!e.offsetParent || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.closest(":disabled")) continue;
		const a = light(behind(e)), b = light(over(read(getComputedStyle(e).color), behind(e)));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) low.push(e.tagName + " " + e.textContent.trim().slice(0, 30) + " " + ratio.toFixed(2));
	}
	return low.join("; ");
})()`

// TestContrast measures the contrast of all texts, in both themes.
func TestContrast(t *testing.T) {
	p := openPage(t, "#lesson=algorithm")
	p.Click("#next")
	p.Waits(frame + `.phase.step === "noise"`)
	p.JS(`document.querySelectorAll("details").forEach((e) => { e.open = true; })`)
	for _, dark := range []bool{false, true} {
		p.Size(1400, 1000, dark)
		p.Wants(contrast, "")
	}
}
