package playground

import (
	"embed"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/gander-ml/gander/web"
)

//go:embed files
var embedded embed.FS

// Files returns the contents of all files of the page by their path. engine.js connects the
// page to a server. A site without a server replaces it; see cmd/playground.
func Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	add := func(root fs.FS, from, to string) error {
		return fs.WalkDir(root, from, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			rest := name
			if from != "." {
				rest = name[len(from)+1:]
			}
			files[path.Join(to, rest)], err = fs.ReadFile(root, name)
			return err
		})
	}
	if err := add(embedded, "files", "."); err != nil {
		return nil, err
	}
	return files, add(web.Files, ".", "web")
}

// Names returns the paths of files in order.
func Names(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }
