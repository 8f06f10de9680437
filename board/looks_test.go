package board_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gander-ml/gander/internal/browsertest"
)

// TestBrokenLooks checks that the comparison of pictures finds a broken layout: a page without
// one of its style sheets at every width in both themes, and parts that are not side by side
// wherever they should be.
func TestBrokenLooks(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "digits", "hidden=8", "latent=4")
	for _, c := range []struct {
		name, missing, script string
		narrow                bool // it is seen also in the narrowest window
	}{
		{"without web/style.css", "web/style.css", "", true},
		{"without board.css", "board.css", "", true},
		{"in one column", "", `document.querySelector(".overview").style.display = "block"`, false},
		{"empty", "", `document.querySelector("#part").hidden = true`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t, dir)
			whole := s.Handler
			s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if c.missing != "" && strings.HasSuffix(r.URL.Path, c.missing) {
					http.NotFound(w, r)
					return
				}
				whole.ServeHTTP(w, r)
			})
			p := s.open(t)
			p.Expect("404", "Refused to apply style")
			p.Goes("#/run?id="+folder.Name(), "svg.chart path.line")
			p.Waits(`document.querySelector("img.grid").naturalWidth > 0`)
			if c.script != "" {
				p.JS(c.script)
			}
			sheet := p.Sheet("run", nil)
			shares, err := sheet.Compare("run")
			if err != nil {
				t.Fatal(err)
			}
			for i, share := range shares {
				t.Logf("%s: %.1f%%", sheet[i].Name, 100*share)
				if share <= browsertest.MostShare && (c.narrow || !strings.Contains(sheet[i].Name, "-360-")) {
					t.Errorf("%s: only %.1f%% differ", sheet[i].Name, 100*share)
				}
			}
		})
	}
}
