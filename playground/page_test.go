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
	p.wants(frame+".rounds", "0")
	p.click("#round")
	p.waits(frame + ".rounds === 1")
	p.click("#only-d")
	p.waits(frame + ".updatesD === 2")
	p.click("#only-g")
	p.waits(frame + ".updatesG === 2")
	p.click("#next")
	p.waits(frame + `.phase.step === "noise"`)
	p.wants(`document.querySelector("#algorithm li.now").textContent.startsWith("Sample m = 150 noise")`, "true")
	p.wants(`document.querySelectorAll("#flow .now").length > 2`, "true")
	p.click("#play")
	p.waits(frame + ".rounds > 20 && playground.pace")
	p.click("#play")
	p.wants("playground.playing", "false")
	p.wants(`document.getElementById("status").textContent.includes("Round")`, "true")
	p.wants("playground.history.rows.length > 3", "true")
	for _, mode := range []string{"D", "G"} {
		p.waits("!playground.loop")
		p.set("mode", mode)
		p.js("window.before = " + frame)
		p.click("#play")
		p.waits(frame + ".updates" + mode + " > before.updates" + mode + " + 10")
		p.click("#play")
		p.waits("!playground.loop")
		p.wants(frame+".rounds === before.rounds", "true")
	}
	p.set("mode", "both")
	p.set("speed", "slow")
	p.click("#play")
	p.waits(frame + `.phase.step === "examples"`)
	p.click("#play")
	p.waits("!playground.loop")
	p.click("#reset")
	p.waits(frame + ".rounds === 0 && " + frame + ".updatesG === 0")
	p.do(chromedp.KeyEvent("o"))
	p.waits(frame + ".rounds === 1")
	p.do(chromedp.KeyEvent("p"))
	p.waits("playground.playing")
	p.do(chromedp.KeyEvent("p"))
	p.waits("!playground.playing && !playground.loop")
	p.do(chromedp.KeyEvent("r"))
	p.waits(frame + ".rounds === 0")
	p.click("#round")
	p.waits(frame + ".rounds === 1")
	p.click("#round")
	p.waits(frame + ".rounds === 2")
	p.click("#link")
	p.waits(`location.hash === "#rounds=" + ` + frame + `.rounds`)
	again := openPage(t, p.js("location.hash"))
	again.wants(frame+".rounds", p.js(frame+".rounds"))
	again.wants(frame+".made.join()", p.js(frame+".made.join()"))
}

// TestSettings changes every setting by its control.
func TestSettings(t *testing.T) {
	p := openPage(t, "#batch=10&units_g=4&units_d=4")
	p.refused = true
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
		p.set("set-"+f.Key, value)
		p.waits(fmt.Sprintf("playground.settings[%q] === %q", f.Key, value))
		p.wants(`document.getElementById("fail").hidden`, "true")
	}
	p.wants(`location.hash.includes("objective=feature-matching")`, "true")
	p.click("#defaults")
	p.waits(`playground.settings.objective === "non-saturating"`)
	p.wants("location.hash", "")

	p.set("set-batch", "0")
	p.waits(`!document.getElementById("fail").hidden`)
	p.wants(`document.getElementById("fail").textContent.includes("batch")`, "true")
	p.wants(`document.getElementById("set-batch").getAttribute("aria-invalid")`, "true")
	p.wants("playground.settings.batch", "150")
	p.click("#round")
	p.waits(frame + `.rounds === 1 && document.getElementById("fail").hidden`)
}

// TestLayers shows each layer alone and reads the cursor.
func TestLayers(t *testing.T) {
	p := openPage(t, "#show=&seed=3")
	p.wants("playground.shown.size", "0")
	blank := p.js(`playground.plane.canvas.toDataURL()`)
	p.click("#round")
	p.waits(frame + ".rounds === 1")
	boxes := `document.querySelectorAll("#layers input")`
	for i := range 7 {
		box := fmt.Sprintf("%s[%d]", boxes, i)
		p.js(box + ".click()")
		p.waits(fmt.Sprintf("playground.plane.canvas.toDataURL() !== %q", blank))
		p.js(box + ".click()")
		p.waits("playground.shown.size === 0")
	}
	p.js(boxes + "[2].click()")
	p.waits(frame + ".heat.length > 0")
	p.do(chromedp.MouseEvent("mouseMoved", 500, 500))
	p.waits(`/^\([−\d., ]+\)  D [\d.]+  D\* /.test(document.getElementById("readout").textContent)`)
}

// TestOwnPoints draws points, types them, reads a file, and opens the address again.
func TestOwnPoints(t *testing.T) {
	p := openPage(t, "")
	p.refused = true
	p.set("set-data", "own")
	p.waits(`!document.getElementById("own").hidden`)
	p.do(chromedp.ScrollIntoView("#plane"))
	p.js(`window.box = document.getElementById("plane").getBoundingClientRect()`)
	p.drawLine()
	p.waits(`playground.settings.data === "own" && playground.own.points.length >= 10`)
	p.js("window.first = playground.own.points")
	p.click("#round")
	p.waits(frame + ".rounds === 1")
	hash := p.js("location.hash")
	again := openPage(t, hash)
	again.wants("playground.own.points.length", p.js("playground.own.points.length"))
	again.wants("playground.settings.data", "own")

	p.js(`playground.own.text.value = "1,1\n2,x"; [...document.querySelectorAll("#own button")].find((b) => b.textContent === "Use this text").click()`)
	p.waits(`document.getElementById("fail").textContent.includes("line 2 of the points")`)
	p.wants("playground.own.points === first", "true")
	p.js(`playground.own.text.value = "0,0\n1,0\n0,1"; [...document.querySelectorAll("#own button")].find((b) => b.textContent === "Use this text").click()`)
	p.waits(`playground.own.points.length === 3 && document.getElementById("fail").hidden`)
	p.do(chromedp.SetUploadFiles(`#own input[type="file"]`, []string{csvFile(t)}))
	p.waits("playground.own.points.length === 20")
}

// TestDiracView chooses methods and states.
func TestDiracView(t *testing.T) {
	p := openPage(t, "#view=dirac")
	p.waits("playground.dirac.picture")
	p.wants(`document.getElementById("plane-view").hidden`, "true")
	p.waits(`playground.dirac.text.textContent.includes("1.0050: it moves away")`)
	p.js(`playground.dirac.controls.alternating.click()`)
	p.waits(`playground.dirac.text.textContent.includes("it turns for ever")`)
	p.js(`playground.dirac.controls.method.value = "3"; playground.dirac.controls.method.dispatchEvent(new Event("change"))`)
	p.waits(`playground.dirac.text.textContent.includes("it converges")`)
	p.do(chromedp.Focus("#dirac-view canvas"), chromedp.KeyEvent(kb.ArrowLeft))
	p.waits("playground.dirac.picture.path[0][0] === 0.9")
	p.click("#dirac-view button")
	p.waits("playground.dirac.shown > 5")
	p.click(`[data-view="plane"]`)
	p.waits(`document.getElementById("dirac-view").hidden`)
}

// TestLesson plays a lesson to its end, as a reader would.
func TestLesson(t *testing.T) {
	p := openPage(t, "")
	p.click("#tour-open")
	p.waits(`document.querySelectorAll("#tour ol li").length === 12`)
	p.js(`document.querySelectorAll("#tour ol button")[1].click()`)
	p.waits(`playground.tour.current?.id === "algorithm" && playground.settings.k_d === "2"`)
	p.wants(`location.hash.includes("lesson=algorithm")`, "true")
	p.wants(`document.querySelector(".pointed").id`, "next")
	for range 5 { // noise, examples, scores, gradient, update
		p.click("#next")
	}
	p.waits("playground.tour.step === 1")
	for range 5 + 3 {
		p.click("#next")
	}
	p.waits("playground.tour.step === 2")
	p.click("#next")
	p.waits(`playground.tour.step === 3 && !playground.tour.ending.hidden`)
	p.wants(`document.querySelectorAll(".tasks li.done").length`, "3")
	p.js(`playground.tour.ending.querySelector("button").click()`)
	p.waits(`playground.tour.current?.id === "best-d"`)
	p.js(`[...document.querySelectorAll("#tour button")].find((b) => b.textContent === "Close").click()`)
	p.waits(`document.getElementById("tour").hidden && !location.hash.includes("lesson")`)
}

// TestBadAddress opens an address with mistakes.
func TestBadAddress(t *testing.T) {
	p := openPage(t, "#data=circle&frob=1")
	p.refused = true
	p.waits(`!document.getElementById("fail").hidden`)
	p.click("#round")
	p.waits(frame + ".rounds === 1")
}

// TestNarrow looks for parts that are wider than the window.
func TestNarrow(t *testing.T) {
	p := openPage(t, "")
	for _, width := range []int{360, 900, 1600} {
		p.size(width, 900, width == 900)
		p.wants("document.documentElement.scrollWidth <= innerWidth", "true")
		p.wants(`[...document.querySelectorAll("button, input, select, canvas")].filter((e) => e.offsetParent && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)).map((e) => e.outerHTML.slice(0, 90)).join()`, "")
	}
}

// TestNames checks that every control has a name for screen readers.
func TestNames(t *testing.T) {
	p := openPage(t, "")
	p.click("#tour-open")
	p.wants(`[...document.querySelectorAll("button, input, select, textarea, canvas, [role=img]")].filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).map((e) => e.outerHTML.slice(0, 90)).join()`, "")
	p.wants(`[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join()`, "")
}

// TestWord waits for the word of the referee about a collapse.
func TestWord(t *testing.T) {
	p := openPage(t, "#lesson=collapse")
	p.wants(`document.getElementById("word").hidden`, "true")
	p.click("#play")
	p.waits(`document.getElementById("word").className === "notice warn"`)
	p.click("#play")
	p.wants(`/^The referee: .+ since round \d+/.test(document.getElementById("word").textContent)`, "true")
	p.wants(`document.getElementById("word").textContent.includes("Try this: ")`, "true")
}

// TestBelowABoard opens the playground at another path, with a link to the runs.
func TestBelowABoard(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/play/", http.StripPrefix("/play", Handler("../")))
	p := openPageOf(t, web.Guard{}.Wrap(mux), "play/")
	p.wants(`document.getElementById("runs").getAttribute("href")`, "../")
	p.click("#round")
	p.waits(frame + ".rounds === 1")
}

// TestCalm checks that a page of a user who wants no motion trains, and is drawn seldom.
func TestCalm(t *testing.T) {
	p := openPage(t, "")
	p.media("prefers-reduced-motion", "reduce")
	p.js("window.count = playground.drawn")
	p.click("#play")
	p.waits(frame + ".rounds > 50")
	p.click("#play")
	p.waits("!playground.loop")
	p.wants(frame+".rounds / (playground.drawn - count) > 5", "true")
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
	p.click("#next")
	p.waits(frame + `.phase.step === "noise"`)
	p.js(`document.querySelectorAll("details").forEach((e) => { e.open = true; })`)
	for _, dark := range []bool{false, true} {
		p.size(1400, 1000, dark)
		p.wants(contrast, "")
	}
}
