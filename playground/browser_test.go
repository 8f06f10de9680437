package playground

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/browsertest"
	"github.com/gander-ml/gander/web"
)

var site = flag.String("site", "", "folder of the static site of cmd/playground; the tests open it instead of a server")

// openPage opens the playground at an address such as "#data=ring".
func openPage(t testing.TB, address string) *browsertest.Tab {
	t.Helper()
	if *site != "" {
		return openPageOf(t, http.FileServer(http.Dir(*site)), address)
	}
	return openPageOf(t, web.Guard{}.Wrap(Handler("")), address)
}

// openPageOf opens a page of another server.
func openPageOf(t testing.TB, handler http.Handler, address string) *browsertest.Tab {
	t.Helper()
	p := browsertest.Open(t, handler, "/"+address)
	p.Waits(`document.documentElement.dataset.ready === "true"`)
	return p
}

// csvFile returns a file of points on a circle.
func csvFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.csv")
	text := "x,y\n" + strings.Repeat("1,0\n0,1\n-1,0\n0,-1\n", 5)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// drawLine draws a line in the plane with the mouse. The page has its place in box.
func drawLine(p *browsertest.Tab) {
	p.Helper()
	var x, y, width float64
	if _, err := fmt.Sscan(p.JS("`${box.x} ${box.y} ${box.width}`"), &x, &y, &width); err != nil {
		p.Fatal(err)
	}
	p.Drag(x+width*.3, y+width*.4, x+width*.7, y+width*.6)
}
