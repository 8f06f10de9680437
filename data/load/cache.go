package load

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load/internal/packed"
)

// CacheVariable is the environment variable that names the folder for packed pictures.
// Sets of pictures larger than 64 MiB are stored there. If it is not set, they are stored
// in the user's cache.
const CacheVariable = "GANDER_CACHE"

// cacheDir returns the folder of packed pictures, which it makes if need be.
func cacheDir() (string, error) {
	dir := os.Getenv(CacheVariable)
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(cache, "gander", "pictures")
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// cacheVersion changes when pictures are decoded to other pixels than before.
const cacheVersion = 1

// packedEnding ends the names of packed files. Before it come a name of the place
// and the way of reading, a hyphen, and a name of all that was read.
const packedEnding = ".pictures"

// A cachePlace is where the pictures of a part are packed.
type cachePlace struct {
	dir    string // "": nowhere
	failed error  // why nowhere
	prefix string // of the files of the same part, read in the same way
	key    packed.Key
}

// placeOf returns where the pictures of a part of a collection are packed. The place
// depends on the paths, sizes and times of all their files and on how they are read.
func placeOf(c *collection, split data.Split, items []item, o Options, want shape) cachePlace {
	root, err := filepath.Abs(c.root)
	if err != nil {
		root = c.root
	}
	dir, err := cacheDir()
	if err != nil {
		return cachePlace{failed: err}
	}
	place := sha256.New()
	fmt.Fprintf(place, "%q %v %v %q %v %v", root, split, want, o.fit(), o.SkipBroken, o.Dealt)
	p := cachePlace{dir: dir, prefix: shortName(place)}
	state := sha256.New()
	fmt.Fprintf(state, "%d %s\n", cacheVersion, p.prefix)
	for _, a := range c.archives {
		fmt.Fprintf(state, "%q %d %d\n", a.path, a.size, a.time)
	}
	for _, item := range items {
		m := item.member
		fmt.Fprintf(state, "%q %d %d\n", m.path, m.size, m.time)
	}
	state.Sum(p.key[:0])
	return p
}

func shortName(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:8]) }

// path returns the path of the packed file, "" if there is no folder for it.
func (p cachePlace) path() string {
	if p.dir == "" {
		return ""
	}
	return filepath.Join(p.dir, p.prefix+"-"+hex.EncodeToString(p.key[:8])+packedEnding)
}

// open opens the packed file, nil if it is not there or cannot be used: then it is
// made again.
func (p cachePlace) open() *packed.File {
	if p.dir == "" {
		return nil
	}
	f, err := packed.Open(p.path(), p.key)
	if err != nil {
		return nil
	}
	return f
}

// removeOthers removes packed files of the same part that were made from files as
// they were before. One that is in use stays where the system wants it to.
func (p cachePlace) removeOthers() {
	entries, _ := os.ReadDir(p.dir)
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, p.prefix+"-") && strings.HasSuffix(name, packedEnding) && name != filepath.Base(p.path()) {
			os.Remove(filepath.Join(p.dir, name))
		}
	}
}
