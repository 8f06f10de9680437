// Package web contains what the pages of Gander share: the style sheet with its
// colours for light and dark, the guard that protects a server on the user's own
// machine, and the limits of connections. It exists so that all pages look alike and
// are protected alike.
//
// It must not know runs, games, or what a page shows.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed files
var embedded embed.FS

// Files are the shared files of the pages: style.css, dom.js and theme.js. Pages
// refer to them below web/, such as web/style.css.
var Files = sub(embedded, "files")

func sub(files fs.FS, folder string) fs.FS {
	inner, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // the folder is embedded
	}
	return inner
}

// Handler serves the files of a page. A browser must ask again before it uses a copy,
// so that a page never mixes files of two versions of the program. Folders are not
// listed.
func Handler(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this address is only read", http.StatusMethodNotAllowed)
			return
		}
		if path := r.URL.Path; path != "" && path != "/" && path[len(path)-1] == '/' {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}
