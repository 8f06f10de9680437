package browsertest

import (
	"image"
	"image/color"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,"><main><h1>A page</h1>
<div style="overflow-x: auto"><div style="width: 2000px">wide, in its own box</div></div></main></html>`

// TestOutside finds a part that ends outside the window, and not what can be scrolled to.
func TestOutside(t *testing.T) {
	p := Open(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	}), "/")
	p.Size(360, 600, false)
	p.Wants(outside, "")
	p.Wants(unnamed, "")
	p.JS(`document.querySelector("main").innerHTML += '<button style="position: absolute; left: 340px; width: 40px"></button>'`)
	for what, found := range map[string]string{"outside": p.JS(outside), "unnamed": p.JS(unnamed)} {
		if !strings.HasPrefix(found, "<button") {
			t.Errorf("%s: %q, want the button", what, found)
		}
	}
}

// box returns a white picture with a black box.
func box(place image.Rectangle) image.Image {
	m := image.NewGray(image.Rect(0, 0, 330, 200))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for y := place.Min.Y; y < place.Max.Y; y++ {
		for x := place.Min.X; x < place.Max.X; x++ {
			m.SetGray(x, y, color.Gray{})
		}
	}
	return m
}

// TestDiffers compares pictures of boxes.
func TestDiffers(t *testing.T) {
	first := shrink("first", box(image.Rect(32, 32, 160, 96)))
	if size := first.Rect.Size(); size != image.Pt(21, 13) {
		t.Fatalf("size %v, want 21 x 13", size)
	}
	for _, c := range []struct {
		name  string
		place image.Rectangle
		alike bool
	}{
		{"equal", image.Rect(32, 32, 160, 96), true},
		{"moved a little", image.Rect(40, 28, 168, 92), true},
		{"moved far", image.Rect(150, 32, 278, 96), false},
		{"absent", image.Rectangle{}, false},
		{"twice as high", image.Rect(32, 32, 160, 160), false},
	} {
		if share := first.Differs(shrink("other", box(c.place))); (share <= MostShare) != c.alike {
			t.Errorf("%s: %.3f of the blocks differ", c.name, share)
		}
	}
}

// TestSheetFiles writes and reads a sheet.
func TestSheetFiles(t *testing.T) {
	var sheet Sheet
	for i := range 6 {
		sheet = append(sheet, shrink("", box(image.Rect(0, 0, 40*i, 50+10*i))))
	}
	path := filepath.Join(t.TempDir(), "new", "sheet.png")
	if err := sheet.write(path); err != nil {
		t.Fatal(err)
	}
	again, err := sheet.read(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sheet {
		if string(again[i].Pix) != string(sheet[i].Pix) {
			t.Errorf("picture %d differs after reading", i)
		}
	}
	if _, err := sheet[:2].read(path); err == nil || !strings.Contains(err.Error(), "-update") {
		t.Errorf("a sheet of another size gives error %v", err)
	}
}
