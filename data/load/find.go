package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// find looks for the dataset, by its name or its path.
func (p *Parts) find(ctx context.Context) (*source, error) {
	if err := p.o.check(); err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	entry, unknown := data.Lookup(p.name)
	if unknown == nil {
		return p.findEntry(ctx, entry)
	}
	path, array, info, err := p.stat()
	switch {
	case errors.Is(err, fs.ErrNotExist) && !looksLikePath(p.name):
		return nil, fmt.Errorf("%w; there is no file or folder with this name", unknown)
	case errors.Is(err, fs.ErrNotExist):
		return nil, hint.Add(fmt.Errorf("dataset %s: %w", p.name, noFile{}), "give the path of a folder or file, or a name of gander data list")
	case err != nil:
		return nil, hint.Add(fmt.Errorf("dataset %s: %w", p.name, err), "give the path of a folder or file, or a name of gander data list")
	}
	err = checkRegular(path, info)
	var found *source
	switch {
	case err != nil:
	case info.IsDir():
		found, err = p.findFolder(ctx, path)
	default:
		found, err = p.findFile(ctx, path, array)
	}
	if err != nil {
		return nil, inDataset(p.name, err)
	}
	return found, nil
}

// stat looks for the path that the dataset's name is, or that its name is before
// the colon if it ends in the name of an array.
func (p *Parts) stat() (path, array string, info fs.FileInfo, err error) {
	info, err = os.Stat(p.name)
	if err == nil {
		return p.name, "", info, nil
	}
	if i := strings.LastIndexByte(p.name, ':'); i >= 0 {
		if info, err := os.Stat(p.name[:i]); err == nil && !info.IsDir() {
			return p.name[:i], p.name[i+1:], info, nil
		}
	}
	return "", "", nil, err
}

// looksLikePath reports whether a name is a path: it has a separator or an ending.
func looksLikePath(name string) bool {
	return strings.ContainsAny(name, `/\.`)
}

// noFile is [fs.ErrNotExist] in plainer words.
type noFile struct{}

func (noFile) Error() string { return "there is no such file or folder" }
func (noFile) Unwrap() error { return fs.ErrNotExist }

// findFile looks at what kind of file there is at path. array is the name of one of
// its arrays, "" if none is given.
func (p *Parts) findFile(ctx context.Context, path, array string) (*source, error) {
	kind, gzipped, err := sniffFile(path)
	if err != nil {
		return nil, err
	}
	if array != "" && kind != format.KindNPZ && kind != format.KindMAT {
		return nil, hint.Add(fmt.Errorf("%w: %s is a file of kind %v, which has no array %s", data.ErrFormat, path, kind, array), "leave out :%s", array)
	}
	if kind == format.KindZip || kind == format.KindTar {
		c, err := openArchive(ctx, path, kind, gzipped, &p.meter)
		if err != nil {
			return nil, err
		}
		return p.pictures(ctx, c)
	}
	if kind == format.KindNPZ || kind == format.KindMAT {
		return p.readArrays(ctx, path, kind, array)
	}
	found := &source{}
	found.parts[data.Train] = func(ctx context.Context) (data.Set, error) { return p.readFile(ctx, path, kind) }
	return found, nil
}

// openArchive returns the files in an archive.
func openArchive(ctx context.Context, path string, kind format.Kind, gzipped bool, progress *meter) (*collection, error) {
	switch {
	case kind == format.KindTar:
		return openTar(ctx, path, gzipped, progress)
	case gzipped:
		return nil, hint.Add(fmt.Errorf("%w: %s is a zip archive that is gzipped", data.ErrFormat, path), "unpack it once")
	}
	return openZip(path)
}
