package board_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gander-ml/gander/internal/browsertest"
	"github.com/gander-ml/gander/run"
)

// TestEmptyView opens a board without runs, and waits for the first one.
func TestEmptyView(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, dir)
	p := s.open(t)
	p.Waits(`document.querySelector(".empty h2")?.checkVisibility()`)
	p.Wants(`document.querySelector(".empty code").textContent`, "gander train --out 'my runs'")
	p.Looks("empty")
	fake(t, dir, "0001-first")
	p.Waits(`document.querySelectorAll("tbody tr").length === 1`)
	p.Wants(`document.querySelector(".empty").hidden`, "true")
}

// TestTableView filters, sorts and follows the table of runs.
func TestTableView(t *testing.T) {
	dir := t.TempDir()
	first := fake(t, dir, "0001-first")
	write(t, line(10, 1, "0.5"), first, "journal.jsonl")
	write(t, png(t, 400, 400), first, "samples", "step-00000010.png")
	write(t, join(line(10, 1, "0.5"), line(100, 10, "0.25")), fake(t, dir, "0002-second", "seed=3"), "journal.jsonl")
	fake(t, dir, `0003-<b>bold<`)
	for _, name := range []string{"0001-first", "0002-second", `0003-<b>bold<`} { // begun at the same time
		if err := os.Chtimes(filepath.Join(dir, name, "config.toml"), time.Time{}, time.UnixMilli(1e12)); err != nil {
			t.Fatal(err)
		}
	}
	s := newSite(t, dir)
	p := s.open(t)
	p.Waits(`document.querySelectorAll("tbody tr").length === 3`)
	p.Wants(`[...document.querySelectorAll("tbody .name")].map((e) => e.textContent).join()`, "0003-<b>bold<,0002-second,0001-first")
	p.Wants(`document.querySelector("main b")?.textContent ?? ""`, "")
	p.Waits(`document.querySelector("img.thumb").naturalWidth > 0`)
	p.Looks("table")

	p.Set(`input[type=search]`, "second")
	p.Wants(`[...document.querySelectorAll("tbody .name")].map((e) => e.textContent).join()`, "0002-second")
	p.Set(`input[type=search]`, "")
	p.Set(`select[aria-label=State]`, "finished")
	p.Wants(`[...document.querySelectorAll("tbody .name")].map((e) => e.textContent).join()`, "0002-second")
	p.Set(`select[aria-label=State]`, "")
	p.JS(`document.querySelector(".c-name button").click()`)
	p.Wants(`document.querySelector("th.c-name").getAttribute("aria-sort")`, "ascending")
	p.Wants(`document.querySelector("tbody .name").textContent`, "0001-first")

	// A tick of a run that another process trains, and a new run.
	write(t, join(line(10, 1, "0.5"), line(20, 2, "0.5")), first, "journal.jsonl")
	p.Waits(`document.querySelector("tbody tr .c-progress").textContent.includes("2 of 10 kimg")`)
	fake(t, dir, "0004-new")
	p.Waits(`document.querySelectorAll("tbody tr").length === 4`)

	// Tags, by the keyboard.
	p.JS(`document.querySelector("tbody .c-menu button").focus()`)
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Waits(`document.querySelector(".menu:popover-open")?.contains(document.activeElement)`)
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Waits(`document.querySelector("dialog[open] input[name=tags]")`)
	p.Set(`dialog input`, "good, <i>")
	p.Click(`dialog button[type=submit]`)
	p.Waits(`document.querySelectorAll("tbody .tag").length === 2 && !document.querySelector("dialog")`)
	p.Wants(`[...document.querySelectorAll("tbody .tag")].map((e) => e.textContent).join()`, "<i>,good")

	// Deleted, and brought back.
	p.JS(`[...document.querySelectorAll("tbody tr:first-child .menu button")].find((e) => e.textContent === "Delete").click()`)
	p.Waits(`document.querySelector("dialog[open]")`)
	p.Click(`dialog button[type=submit]`)
	p.Waits(`document.querySelectorAll("tbody tr").length === 3`)
	p.Button("Bring it back")
	p.Waits(`document.querySelectorAll("tbody tr").length === 4`)

	for _, name := range []string{"0001-first", "0002-second"} {
		p.JS(fmt.Sprintf(`document.querySelector('input[aria-label="Compare %s"]').click()`, name))
	}
	p.Button("Compare 2")
	p.Waits(`location.hash.startsWith("#/compare?id=0001-first&id=0002-second")`)
}

// TestRunView joins samples and curves of a run, and goes on when it is damaged and deleted.
func TestRunView(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "digits", "hidden=8", "latent=4")
	s := newSite(t, dir)
	p := s.open(t)
	p.Goes("#/run?id="+folder.Name(), "svg.chart path.line")
	p.Waits(`document.querySelector("img.grid").naturalWidth > 0`)
	p.Wants(`document.querySelector(".scrub input").max`, "2")
	p.Wants(`document.querySelector(".framelabel").textContent.includes("step 4")`, "true")
	p.Looks("run")

	// The slider moves the line in the curves, and a click in a curve moves the slider.
	before := p.JS(`document.querySelector(".marker").getAttribute("x1")`)
	p.Set(".scrub input", "1")
	p.Wants(`document.querySelector(".framelabel").textContent.includes("step 2")`, "true")
	p.Wants(fmt.Sprintf(`document.querySelector(".marker").getAttribute("x1") !== %q`, before), "true")
	p.Wants(`document.querySelector("img.grid").src.includes("step-00000002")`, "true")
	p.JS(`(() => { const c = document.querySelector("svg.chart"), b = c.getBoundingClientRect(), at = {clientX: b.right - 12, clientY: b.top + 50, bubbles: true, button: 0, pointerId: 1};
		c.setPointerCapture = () => {}; c.dispatchEvent(new PointerEvent("pointerdown", at)); c.dispatchEvent(new PointerEvent("pointerup", at)); })()`)
	p.Wants(`document.querySelector(".framelabel").textContent.includes("step 4")`, "true")

	// The crosshair shows the values of all curves at its place.
	last := p.JS(`document.querySelector(".key output").textContent`)
	p.JS(`document.querySelector("svg.chart").focus()`)
	p.Do(chromedp.KeyEvent(kb.Home))
	p.Wants(`[...document.querySelectorAll(".cross")].every((e) => e.getAttribute("visibility") === "visible")`, "true")
	p.Wants(fmt.Sprintf(`document.querySelector(".key output").textContent !== %q`, last), "true")
	p.Set(`.smoothing input`, "0.6")
	p.Wants(`document.querySelectorAll("path.faint").length > 0`, "true")
	p.Set(`input[type=checkbox]`, "true")
	p.Set(`select[aria-label="Horizontal axis"]`, "step")
	p.Waits(`[...document.querySelectorAll("svg.chart text")].some((e) => e.textContent === "4")`)
	p.JS(`document.querySelector('button[aria-label="Zoom in"]').click()`)
	p.Button("Whole run")

	// A sample, its neighbours, a path and its latent.
	p.Waits(`document.querySelector(".stage")`)
	p.JS(`(() => { const b = document.querySelector("img.grid").getBoundingClientRect(); document.querySelector(".stage").dispatchEvent(new MouseEvent("click", {clientX: b.left + b.width * .5, clientY: b.top + b.height * .3})); })()`)
	p.Waits(`document.querySelector(".inspector h2").textContent === "Sample 7"`)
	p.Waits(`document.querySelectorAll(".inspector canvas").length === 2 && document.querySelector(".bars")`)
	p.JS(`document.querySelector(".inspector").scrollIntoView()`)
	p.Shot("sample", false)
	p.JS(`document.querySelector(".stage").focus()`)
	p.Do(chromedp.KeyEvent(kb.ArrowRight))
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Waits(`document.querySelector(".inspector h2").textContent === "Sample 8"`)

	// Other parts.
	p.Goes("#/run?id="+folder.Name()+"&tab=settings", "table.settings")
	p.Wants(`document.querySelectorAll(".settings tr.differs").length > 3`, "true")
	p.Looks("settings")
	p.Goes("#/run?id="+folder.Name()+"&tab=log", "table.log")
	p.Wants(`document.querySelectorAll("table.log tbody tr").length`, "2")
	p.Looks("log")
	p.Goes("#/run?id="+folder.Name()+"&tab=files", `a[href*="format=npy"]`)
	p.Wants(`document.querySelector("select[name=step]").value`, "4")
	p.Looks("files")

	damage(p, folder)
}

// damage writes a damaged line and half a picture into the folder of the shown run, and
// then deletes it. The page says so and goes on.
func damage(p *browsertest.Tab, folder run.Folder) {
	p.Helper()
	p.Goes("#/run?id="+folder.Name(), "svg.chart path.line")
	journal, err := os.ReadFile(folder.JournalFile())
	if err != nil {
		p.Fatal(err)
	}
	write(p, string(journal)+"damaged\n", folder.Path(), "journal.jsonl")
	p.Waits(`document.querySelector(".notice.bad")?.textContent.includes("line 3 of the journal")`)
	p.Wants(`document.querySelectorAll("svg.chart path.line").length > 3`, "true")
	write(p, "half", folder.Path(), "samples", "step-00000009.png")
	p.Waits(`[...document.querySelectorAll(".notice.warn")].some((e) => !e.hidden && e.textContent.includes("cannot be shown"))`)
	if err := os.RemoveAll(folder.Path()); err != nil {
		p.Fatal(err)
	}
	p.Waits(`document.querySelector("main").textContent.includes("This run is gone")`)
	p.Expect("404", "500") // the browser reports what the page requested after the deletion
}

// TestRefereeView reads a finding: its samples, its curves and its remedies.
func TestRefereeView(t *testing.T) {
	dir := t.TempDir()
	folder := fake(t, dir, "0001-a")
	write(t, collapsing()+found(10, "d-wins", .95)+line(20, 2, "1")+found(30, "collapse", .8), folder, "journal.jsonl")
	write(t, found(10, "stuck", .95), fake(t, dir, "old/0002-b"), "journal.jsonl") // it has too few probes for a verdict
	for _, step := range []int{5, 10, 20, 25, 30} {
		write(t, png(t, 200, 200), folder, "samples", fmt.Sprintf("step-%08d.png", step))
	}
	p := newSite(t, dir).open(t)
	p.Waits(`document.querySelector(".c-state .warn")?.textContent === "mode collapse, likely"`)
	p.Waits(`document.querySelector(".c-state div.soft")?.textContent === "earlier: nothing moves"`)
	p.Goes("#/run?id=0001-a", "svg.chart path.line")
	p.Waits(`document.querySelectorAll("article.notice").length === 2`)
	p.Wants(`document.querySelector("article.notice b").textContent`, "Mode collapse, likely")
	p.Wants(`[...document.querySelectorAll(".charts")[0].querySelectorAll("h3")].slice(0, 3).map((e) => e.textContent).join()`, "coverage,near,Losses")
	p.Wants(`[...document.querySelectorAll(".charts")[1].querySelectorAll("h3")].map((e) => e.textContent).join()`, "drift")
	p.Click("article.notice .spread button")
	p.Waits(`document.querySelector(".framelabel").textContent.includes("step 25")`)
	p.Looks("referee")
	p.Wants(`document.querySelector(".remedies li > code").textContent`, "pack=2")
	p.Click(".remedies button")
	p.Waits(`document.querySelector(".remedies li > code:last-child").checkVisibility()`)
	p.Wants(`document.querySelector(".remedies li > code:last-child").textContent`, "gander train --set pack=2")
	p.Goes("#/run?id=0001-a&tab=settings", "table.settings")
	p.Wants(`document.querySelector(".notice b").textContent`, "The referee: mode collapse (likely), since step 1. ")
}

// TestExplorerView moves in latent space, by the mouse, the keyboard and sliders.
func TestExplorerView(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "cgan", "data.name=digits", "hidden_z=8", "hidden_y=8", "hidden=8", "maxout_x=8", "maxout_y=8", "maxout=8", "latent=5")
	s := newSite(t, dir)
	p := s.open(t)
	p.Goes("#/run?id="+folder.Name()+"&tab=explore", ".pad")
	made := 0
	moved := func() {
		t.Helper()
		p.Waits(fmt.Sprintf(`Number(document.querySelector("canvas.sample").dataset.made) > %d`, made))
		if _, err := fmt.Sscan(p.JS(`document.querySelector("canvas.sample").dataset.made`), &made); err != nil {
			t.Fatal(err)
		}
	}
	moved()
	p.Wants(`document.querySelector("canvas.sample").width`, "28")
	p.Waits(`document.querySelector("canvas.map").width === 7 * 28`)
	p.JS(`(() => { const c = document.querySelector(".pad"), b = c.getBoundingClientRect(), at = (x, y) => ({clientX: b.left + x * b.width, clientY: b.top + y * b.height, pointerId: 1});
		c.setPointerCapture = () => {}; c.hasPointerCapture = () => true;
		c.dispatchEvent(new PointerEvent("pointerdown", at(.5, .5))); c.dispatchEvent(new PointerEvent("pointermove", at(.8, .2))); })()`)
	moved()
	p.Wants(`Math.round(parseFloat(document.querySelector(".handle").style.left))`, "80")
	p.JS(`document.querySelector(".pad").focus()`)
	p.Do(chromedp.KeyEvent(kb.ArrowLeft))
	moved()
	p.Wants(`Math.round(parseFloat(document.querySelector(".handle").style.left))`, "75")
	p.Button("Add a slider")
	p.Waits(`document.querySelector(".slide input")`)
	p.Set(".slide input", "2")
	moved()
	p.Set(`select[data-condition=class]`, "4")
	moved()
	p.Waits(`document.querySelector("canvas.picture")`)
	p.Button("Another plane")
	moved()
	p.Looks("explore")
}

// TestPlanesKeepProportions opens planes of images that are no squares, and of volumes.
func TestPlanesKeepProportions(t *testing.T) {
	dir := t.TempDir()
	wide := trained(t, dir, "images", "data.name="+arrayFile(t, 20, 16, 32), "width=2").Name()
	volumes := trained(t, dir, "volumes", "data.name="+arrayFile(t, 20, 8, 8, 8), "width=2").Name()
	p := newSite(t, dir).open(t)
	for _, c := range []struct {
		run           string
		width, height int
		ratio         string
	}{{wide, 7 * 32, 7 * 16, "2.0"}, {volumes, 7 * 64, 7 * 64, "1.0"}} {
		p.Goes("#/run?id="+c.run+"&tab=explore", ".pad")
		p.Waits(fmt.Sprintf(`document.querySelector("canvas.map").width === %d && document.querySelector("canvas.map").height === %d`, c.width, c.height))
		p.Wants(`(() => { const b = document.querySelector("canvas.map").getBoundingClientRect(); return (b.width / b.height).toFixed(1); })()`, c.ratio)
	}
}

// TestCompareView draws two runs over each other.
func TestCompareView(t *testing.T) {
	dir := t.TempDir()
	a := trained(t, dir, "digits", "hidden=8", "latent=4").Name()
	b := trained(t, dir, "digits", "hidden=9", "latent=4", "steps=6").Name()
	s := newSite(t, dir)
	p := s.open(t)
	p.Goes("#/compare?"+url.Values{"id": {a, b}}.Encode(), "svg.chart path.line.s2")
	p.Waits(`[...document.querySelectorAll(".strip img")].filter((e) => e.naturalWidth > 0).length === 2`)
	p.Waits(`[...document.querySelectorAll("main td code")].map((e) => e.textContent).join().includes("8,9")`)
	p.Wants(`document.querySelectorAll(".chartbox h3")[0].textContent`, "Losses: D")
	p.Set(`input[aria-label="Time of the samples"]`, "0.008")
	p.Wants(`[...document.querySelectorAll(".strip img")].every((e) => e.src.includes("step-00000002"))`, "true")
	p.Looks("compare")
	p.JS(`document.querySelector(".chip button").click()`)
	p.Waits(`document.querySelectorAll(".strip figure").length === 1`)
}

// TestTrainView starts, stops and continues training.
func TestTrainView(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "0001-a")
	s := newTrainingSite(t, dir)
	p := s.open(t)
	p.Goes("#/train", `[data-key="model.hidden"] input`)
	p.Looks("train")
	p.Set(`[data-key="model.hidden"] input`, "32")
	p.Wants(`document.querySelectorAll(".form .differs").length`, "1")
	p.Click("form button[type=submit]")
	p.Waits(`document.querySelector("article code")?.textContent.endsWith("--set=model.hidden=32")`)
	p.Waits(`document.querySelector("article .state").textContent === "ended"`)

	p.Goes("#/run?id=0001-a", ".runhead button")
	p.Button("Continue")
	p.Waits(`document.querySelector("dialog[open] input[name=length]")`)
	p.Click(`dialog button[type=submit]`)
	p.Waits(`document.querySelector(".runhead .state").textContent === "training"`)
	p.Button("Stop")
	p.Waits(`document.querySelector(".runhead .state").textContent === "interrupted"`)
	f, err := run.OpenFolder(filepath.Join(dir, "0001-a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, held, err := f.Holder(); err != nil || held {
		t.Errorf("the run is held: %v, error %v", held, err)
	}
}
