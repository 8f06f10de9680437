package board_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gander-ml/gander/run"
)

// TestTableView filters, sorts and follows the table of runs.
func TestTableView(t *testing.T) {
	dir := t.TempDir()
	first := fake(t, dir, "0001-first")
	write(t, line(10, 1, "0.5"), first, "journal.jsonl")
	write(t, png(t, 400, 400), first, "samples", "step-00000010.png")
	write(t, join(line(10, 1, "0.5"), line(100, 10, "0.25")), fake(t, dir, "0002-second", "seed=3"), "journal.jsonl")
	fake(t, dir, `0003-<b>bold<`)
	s := newSite(t, dir)
	p := s.open(t)
	p.waits(`document.querySelectorAll("tbody tr").length === 3`)
	p.wants(`document.querySelector("main b")?.textContent ?? ""`, "")
	p.waits(`document.querySelector("img.thumb").naturalWidth > 0`)
	p.fits("table")

	p.set(`input[type=search]`, "second")
	p.wants(`[...document.querySelectorAll("tbody .name")].map((e) => e.textContent).join()`, "0002-second")
	p.set(`input[type=search]`, "")
	p.set(`select[aria-label=State]`, "finished")
	p.wants(`[...document.querySelectorAll("tbody .name")].map((e) => e.textContent).join()`, "0002-second")
	p.set(`select[aria-label=State]`, "")
	p.js(`document.querySelector(".c-name button").click()`)
	p.wants(`document.querySelector("th.c-name").getAttribute("aria-sort")`, "ascending")
	p.wants(`document.querySelector("tbody .name").textContent`, "0001-first")

	// A tick of a run that another process trains, and a new run.
	write(t, join(line(10, 1, "0.5"), line(20, 2, "0.5")), first, "journal.jsonl")
	p.waits(`document.querySelector("tbody tr .c-progress").textContent.includes("2 of 10 kimg")`)
	fake(t, dir, "0004-new")
	p.waits(`document.querySelectorAll("tbody tr").length === 4`)

	// Tags, by the keyboard.
	p.js(`document.querySelector("tbody .c-menu button").focus()`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.waits(`document.querySelector(".menu:popover-open")?.contains(document.activeElement)`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.waits(`document.querySelector("dialog[open] input[name=tags]")`)
	p.set(`dialog input`, "good, <i>")
	p.click(`dialog button[type=submit]`)
	p.waits(`document.querySelectorAll("tbody .tag").length === 2 && !document.querySelector("dialog")`)
	p.wants(`[...document.querySelectorAll("tbody .tag")].map((e) => e.textContent).join()`, "<i>,good")

	// Deleted, and brought back.
	p.js(`[...document.querySelectorAll("tbody tr:first-child .menu button")].find((e) => e.textContent === "Delete").click()`)
	p.waits(`document.querySelector("dialog[open]")`)
	p.click(`dialog button[type=submit]`)
	p.waits(`document.querySelectorAll("tbody tr").length === 3`)
	p.button("Bring it back")
	p.waits(`document.querySelectorAll("tbody tr").length === 4`)

	for _, name := range []string{"0001-first", "0002-second"} {
		p.js(fmt.Sprintf(`document.querySelector('input[aria-label="Compare %s"]').click()`, name))
	}
	p.button("Compare 2")
	p.waits(`location.hash.startsWith("#/compare?id=0001-first&id=0002-second")`)
}

// TestRunView joins samples and curves of a run, and goes on when it is damaged and deleted.
func TestRunView(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "digits", "hidden=8", "latent=4")
	s := newSite(t, dir)
	p := s.open(t)
	p.goes("#/run?id="+folder.Name(), "svg.chart path.line")
	p.waits(`document.querySelector("img.grid").naturalWidth > 0`)
	p.wants(`document.querySelector(".scrub input").max`, "2")
	p.wants(`document.querySelector(".framelabel").textContent.includes("step 4")`, "true")
	p.fits("run")

	// The slider moves the line in the curves, and a click in a curve moves the slider.
	before := p.js(`document.querySelector(".marker").getAttribute("x1")`)
	p.set(".scrub input", "1")
	p.wants(`document.querySelector(".framelabel").textContent.includes("step 2")`, "true")
	p.wants(fmt.Sprintf(`document.querySelector(".marker").getAttribute("x1") !== %q`, before), "true")
	p.wants(`document.querySelector("img.grid").src.includes("step-00000002")`, "true")
	p.js(`(() => { const c = document.querySelector("svg.chart"), b = c.getBoundingClientRect(), at = {clientX: b.right - 12, clientY: b.top + 50, bubbles: true, button: 0, pointerId: 1};
		c.setPointerCapture = () => {}; c.dispatchEvent(new PointerEvent("pointerdown", at)); c.dispatchEvent(new PointerEvent("pointerup", at)); })()`)
	p.wants(`document.querySelector(".framelabel").textContent.includes("step 4")`, "true")

	// The crosshair shows the values of all curves at its place.
	last := p.js(`document.querySelector(".key output").textContent`)
	p.js(`document.querySelector("svg.chart").focus()`)
	p.do(chromedp.KeyEvent(kb.Home))
	p.wants(`[...document.querySelectorAll(".cross")].every((e) => e.getAttribute("visibility") === "visible")`, "true")
	p.wants(fmt.Sprintf(`document.querySelector(".key output").textContent !== %q`, last), "true")
	p.set(`.smoothing input`, "0.6")
	p.wants(`document.querySelectorAll("path.faint").length > 0`, "true")
	p.set(`input[type=checkbox]`, "true")
	p.set(`select[aria-label="Horizontal axis"]`, "step")
	p.waits(`[...document.querySelectorAll("svg.chart text")].some((e) => e.textContent === "4")`)
	p.js(`document.querySelector('button[aria-label="Zoom in"]').click()`)
	p.button("Whole run")

	// A sample, its neighbours, a path and its latent.
	p.waits(`document.querySelector(".stage")`)
	p.js(`(() => { const b = document.querySelector("img.grid").getBoundingClientRect(); document.querySelector(".stage").dispatchEvent(new MouseEvent("click", {clientX: b.left + b.width * .5, clientY: b.top + b.height * .3})); })()`)
	p.waits(`document.querySelector(".inspector h2").textContent === "Sample 7"`)
	p.waits(`document.querySelectorAll(".inspector canvas").length === 2 && document.querySelector(".bars")`)
	p.js(`document.querySelector(".inspector").scrollIntoView()`)
	p.shot("sample")
	p.js(`document.querySelector(".stage").focus()`)
	p.do(chromedp.KeyEvent(kb.ArrowRight))
	p.do(chromedp.KeyEvent(kb.Enter))
	p.waits(`document.querySelector(".inspector h2").textContent === "Sample 8"`)

	// Other parts.
	p.goes("#/run?id="+folder.Name()+"&tab=settings", "table.settings")
	p.wants(`document.querySelectorAll(".settings tr.differs").length > 3`, "true")
	p.fits("settings")
	p.goes("#/run?id="+folder.Name()+"&tab=log", "table.log")
	p.wants(`document.querySelectorAll("table.log tbody tr").length`, "2")
	p.fits("log")
	p.goes("#/run?id="+folder.Name()+"&tab=files", `a[href*="format=npy"]`)
	p.wants(`document.querySelector("select[name=step]").value`, "4")
	p.fits("files")

	p.damage(folder)
}

// damage writes a damaged line and half a picture into the folder of the shown run, and
// then deletes it. The page says so and goes on.
func (p *tab) damage(folder run.Folder) {
	p.Helper()
	p.goes("#/run?id="+folder.Name(), "svg.chart path.line")
	journal, err := os.ReadFile(folder.JournalFile())
	if err != nil {
		p.Fatal(err)
	}
	write(p, string(journal)+"damaged\n", folder.Path(), "journal.jsonl")
	p.waits(`document.querySelector(".notice.bad")?.textContent.includes("line 3 of the journal")`)
	p.wants(`document.querySelectorAll("svg.chart path.line").length > 3`, "true")
	write(p, "half", folder.Path(), "samples", "step-00000009.png")
	p.waits(`[...document.querySelectorAll(".notice.warn")].some((e) => !e.hidden && e.textContent.includes("cannot be shown"))`)
	if err := os.RemoveAll(folder.Path()); err != nil {
		p.Fatal(err)
	}
	p.waits(`document.querySelector("main").textContent.includes("This run is gone")`)
	p.mu.Lock() // the browser reports what it asked for after the deletion
	for i := len(p.problems) - 1; i >= 0; i-- {
		if strings.Contains(p.problems[i], "404") || strings.Contains(p.problems[i], "500") {
			p.problems = append(p.problems[:i], p.problems[i+1:]...)
		}
	}
	p.mu.Unlock()
}

// TestExplorerView moves in latent space, by the mouse, the keyboard and sliders.
func TestExplorerView(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "cgan", "data.name=digits", "hidden_z=8", "hidden_y=8", "hidden=8", "maxout_x=8", "maxout_y=8", "maxout=8", "latent=5")
	s := newSite(t, dir)
	p := s.open(t)
	p.goes("#/run?id="+folder.Name()+"&tab=explore", ".pad")
	made := 0
	moved := func() {
		t.Helper()
		p.waits(fmt.Sprintf(`Number(document.querySelector("canvas.sample").dataset.made) > %d`, made))
		if _, err := fmt.Sscan(p.js(`document.querySelector("canvas.sample").dataset.made`), &made); err != nil {
			t.Fatal(err)
		}
	}
	moved()
	p.wants(`document.querySelector("canvas.sample").width`, "28")
	p.waits(`document.querySelector("canvas.map").width === 7 * 28`)
	p.js(`(() => { const c = document.querySelector(".pad"), b = c.getBoundingClientRect(), at = (x, y) => ({clientX: b.left + x * b.width, clientY: b.top + y * b.height, pointerId: 1});
		c.setPointerCapture = () => {}; c.hasPointerCapture = () => true;
		c.dispatchEvent(new PointerEvent("pointerdown", at(.5, .5))); c.dispatchEvent(new PointerEvent("pointermove", at(.8, .2))); })()`)
	moved()
	p.wants(`Math.round(parseFloat(document.querySelector(".handle").style.left))`, "80")
	p.js(`document.querySelector(".pad").focus()`)
	p.do(chromedp.KeyEvent(kb.ArrowLeft))
	moved()
	p.wants(`Math.round(parseFloat(document.querySelector(".handle").style.left))`, "75")
	p.button("Add a slider")
	p.waits(`document.querySelector(".slide input")`)
	p.set(".slide input", "2")
	moved()
	p.set(`select[data-condition=class]`, "4")
	moved()
	p.waits(`document.querySelector("canvas.picture")`)
	p.button("Another plane")
	moved()
	p.fits("explore")
}

// TestCompareView draws two runs over each other.
func TestCompareView(t *testing.T) {
	dir := t.TempDir()
	a := trained(t, dir, "digits", "hidden=8", "latent=4").Name()
	b := trained(t, dir, "digits", "hidden=9", "latent=4", "steps=6").Name()
	s := newSite(t, dir)
	p := s.open(t)
	p.goes("#/compare?"+url.Values{"id": {a, b}}.Encode(), "svg.chart path.line.s2")
	p.waits(`[...document.querySelectorAll(".strip img")].filter((e) => e.naturalWidth > 0).length === 2`)
	p.waits(`[...document.querySelectorAll("main td code")].map((e) => e.textContent).join().includes("8,9")`)
	p.wants(`document.querySelectorAll(".chartbox h3")[0].textContent`, "Losses: D")
	p.set(`input[aria-label="Time of the samples"]`, "0.008")
	p.wants(`[...document.querySelectorAll(".strip img")].every((e) => e.src.includes("step-00000002"))`, "true")
	p.fits("compare")
	p.js(`document.querySelector(".chip button").click()`)
	p.waits(`document.querySelectorAll(".strip figure").length === 1`)
}

// TestTrainView starts, stops and continues training.
func TestTrainView(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "0001-a")
	s := newTrainingSite(t, dir)
	p := s.open(t)
	p.goes("#/train", `[data-key="model.hidden"] input`)
	p.fits("train")
	p.set(`[data-key="model.hidden"] input`, "32")
	p.wants(`document.querySelectorAll(".form .differs").length`, "1")
	p.click("form button[type=submit]")
	p.waits(`document.querySelector("article code")?.textContent.endsWith("--set=model.hidden=32")`)
	p.waits(`document.querySelector("article .state").textContent === "ended"`)

	p.goes("#/run?id=0001-a", ".runhead button")
	p.button("Continue")
	p.waits(`document.querySelector("dialog[open] input[name=length]")`)
	p.click(`dialog button[type=submit]`)
	p.waits(`document.querySelector(".runhead .state").textContent === "training"`)
	p.button("Stop")
	p.waits(`document.querySelector(".runhead .state").textContent === "interrupted"`)
	f, err := run.OpenFolder(filepath.Join(dir, "0001-a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, held, err := f.Holder(); err != nil || held {
		t.Errorf("the run is held: %v, error %v", held, err)
	}
}
