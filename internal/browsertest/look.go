package browsertest

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

var (
	shots  = flag.String("shots", "", "folder for pictures of the pages, to look at")
	update = flag.Bool("update", false, "write the looks of the pages again")
)

// Widths are the widths of the windows in which a view is looked at, in CSS pixels.
var Widths = []int{360, 900, 1600}

// lookHeight is the height of these windows. What is below is not compared.
const lookHeight = 1200

// Looks looks at a view at all widths in both themes. It fails the test if the page is wider
// than the window, if an element ends outside it, if a control has no name for screen readers,
// or if the view differs too much from testdata/looks/NAME.png: see [Small.Differs]. With the
// flag -update it writes this file again. With the flag -shots it writes pictures of the
// whole page. At the end the window has its first size.
func (p *Tab) Looks(view string) {
	p.Helper()
	sheet := p.Sheet(view, func(name string, width int) {
		p.fits(name, width)
		p.Shot(name, true)
	})
	p.named(view)
	p.compare(view, sheet)
}

// Sheet returns the small pictures of a view. It calls look, if it is not nil, for each of
// them, when the window has its size and theme.
func (p *Tab) Sheet(view string, look func(name string, width int)) Sheet {
	p.Helper()
	var sheet Sheet
	for _, dark := range []bool{false, true} {
		for _, width := range Widths {
			p.Size(width, lookHeight, dark)
			p.settle(width)
			name := fmt.Sprintf("%s-%d-%s", view, width, map[bool]string{false: "light", true: "dark"}[dark])
			sheet = append(sheet, shrink(name, p.picture(chromedp.CaptureScreenshot())))
			if look != nil {
				look(name, width)
			}
		}
	}
	p.Size(1400, 1000, false)
	return sheet
}

// settle waits until the page is drawn for a width: pictures are there, and two frames are
// over.
func (p *Tab) settle(width int) {
	p.Helper()
	p.Waits(fmt.Sprintf("innerWidth === %d", width))
	p.JS(`(async () => {
		scrollTo(0, 0);
		const frame = () => new Promise((done) => requestAnimationFrame(done));
		await frame();
		await frame();
	})()`)
	p.Waits(`[...document.images].every((i) => i.complete || i.loading === "lazy")`)
}

// fits fails the test if a part of the page is outside a window with a width.
func (p *Tab) fits(name string, width int) {
	p.Helper()
	if parts := p.JS(outside); parts != "" {
		p.Errorf("%s: outside the window:\n%s", name, parts)
	}
	if p.JS("document.documentElement.scrollWidth <= document.documentElement.clientWidth") != "true" {
		p.Errorf("%s: the page is %s pixels wide, want %d", name, p.JS("document.documentElement.scrollWidth"), width)
	}
}

// outside returns the first elements that end outside the window and cannot be scrolled to.
const outside = `[...document.querySelectorAll("body *")].filter((e) => {
	const b = e.getBoundingClientRect();
	return b.width > 0 && e.checkVisibility() && !e.closest(".only-read, .skip, svg") && (b.right > innerWidth + 1 || b.left < -1) && !scrolls(e);
	function scrolls(e) { for (e = e.parentElement; e; e = e.parentElement) if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true; return false; }
}).slice(0, 3).map((e) => e.outerHTML.slice(0, 150)).join("\n")`

// named fails the test if a control or a picture has no name, or two elements have one id.
func (p *Tab) named(view string) {
	p.Helper()
	if parts := p.JS(unnamed); parts != "" {
		p.Errorf("%s: without a name:\n%s", view, parts)
	}
	if ids := p.JS(`(() => { const ids = [...document.querySelectorAll("[id]")].map((e) => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i).join(); })()`); ids != "" {
		p.Errorf("%s: two elements have the id %s", view, ids)
	}
}

const unnamed = `[...document.querySelectorAll("button, a, input, select, textarea, img, canvas, [role=img]")].filter((e) => e.checkVisibility() && !e.closest("[aria-hidden=true]") &&
	!(e.getAttribute("aria-label") || e.textContent.trim() || e.getAttribute("alt") !== null || e.closest("label")?.textContent.trim() || e.labels?.[0]?.textContent.trim())).map((e) => e.outerHTML.slice(0, 150)).join("\n")`

// Shot writes a picture of the window, or of the whole page, if the flag -shots is given.
func (p *Tab) Shot(name string, whole bool) {
	p.Helper()
	if *shots == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, p.picture(take)); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), file.Bytes(), 0o666); err != nil {
		p.Fatal(err)
	}
}

func (p *Tab) picture(take chromedp.Action[[]byte]) image.Image {
	p.Helper()
	text, err := chromedp.Run(p.ctx, take)
	if err != nil {
		p.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		p.Fatal(err)
	}
	return m
}
