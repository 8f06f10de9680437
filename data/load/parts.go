package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// Parts opens the parts of one dataset and decodes each of its files once: the
// sets share memory. Parts are not safe for concurrent use, the sets are.
type Parts struct {
	name    string
	seed    uint64
	decoded map[string]data.Set // by the path of a file, or of a folder of pictures
}

// NewParts returns the parts of the dataset that the function [Open] would open by
// that name and seed. It reads nothing.
func NewParts(name string, seed uint64) *Parts {
	return &Parts{name, seed, map[string]data.Set{}}
}

// Open returns a part, as the function [Open] does, with its errors.
func (p *Parts) Open(split data.Split) (data.Set, error) {
	if split < data.Train || split > data.Test {
		return nil, hint.Add(fmt.Errorf("dataset %s: unknown split %v", p.name, split), "use train, validation or test")
	}
	if set, ok := data.Drawn(p.name, split, p.seed); ok {
		return set, nil
	}
	entry, unknown := data.Lookup(p.name)
	if unknown == nil {
		return p.openEntry(entry, split)
	}
	info, err := os.Stat(p.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !looksLikePath(p.name):
		return nil, unknown
	case err != nil:
		return nil, hint.Add(fmt.Errorf("dataset %s: %w", p.name, err), "give the path of a folder or file, or a name of gander data list")
	case info.IsDir():
		return p.openFolder(p.name, split)
	default:
		return p.openFile(p.name, split)
	}
}

// once returns what decode made of path when it was first asked for. An error is
// not kept.
func (p *Parts) once(path string, decode func() (data.Set, error)) (data.Set, error) {
	if set, ok := p.decoded[path]; ok {
		return set, nil
	}
	set, err := decode()
	if err != nil {
		return nil, err // and not an interface that holds a nil *Table
	}
	p.decoded[path] = set
	return set, nil
}

// looksLikePath tells a path from a name, by a separator or a file's ending.
func looksLikePath(name string) bool {
	return strings.ContainsAny(name, `/\.`)
}

// openEntry opens a set of the catalogue and checks that it is as described there.
func (p *Parts) openEntry(e data.Entry, split data.Split) (data.Set, error) {
	dir, err := Locate(e)
	if err != nil {
		return nil, err
	}
	set, err := p.openFolder(dir, split)
	if err != nil {
		return nil, err
	}
	if !set.Info().Same(e.Info) {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: %s holds examples of %s, want %s", e.Info.Name, data.ErrFormat, dir, fieldsText(set.Info()), fieldsText(e.Info)),
			"remove the folder, then gander data get %s", e.Info.Name)
	}
	return set, nil
}

// fieldsText describes the fields of a set: "1x28x28 and one of 10 classes".
func fieldsText(i data.Info) string {
	var fields []string
	for _, f := range i.Fields {
		fields = append(fields, f.String())
	}
	return strings.Join(fields, " and ")
}

// openFolder opens the files in dir.
func (p *Parts) openFolder(dir string, split data.Split) (data.Set, error) {
	train, err := findIDX(dir, trainStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	test, err := findIDX(dir, testStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	switch {
	case train.images == "" && test.images == "":
		return p.openOnlyNPY(dir, split)
	case train.images == "" && split != data.Test:
		return nil, fmt.Errorf("dataset %s: %s holds test images but no %s%s: %w",
			p.name, dir, trainStem, imagesGrey, fs.ErrNotExist)
	case test.images != "" && split == data.Test:
		return p.once(test.images, func() (data.Set, error) { return test.load(p.name, train) })
	}
	all, err := p.once(train.images, func() (data.Set, error) { return train.load(p.name, test) })
	if err != nil {
		return nil, err
	}
	if test.images == "" {
		return data.Deal(all, split)
	}
	return data.HoldOut(all, split)
}

// openOnlyNPY opens the single npy file in dir.
func (p *Parts) openOnlyNPY(dir string, split data.Split) (data.Set, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".npy" && !e.IsDir() {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	if len(paths) == 0 {
		return p.openPictures(dir, split)
	}
	if len(paths) != 1 {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and %d npy files", p.name, data.ErrEmpty, trainStem, imagesGrey, len(paths)),
			"name one file, or rename the files as MNIST's")
	}
	return p.openFile(paths[0], split)
}

// openPictures opens the pictures in dir, where nothing else was found.
func (p *Parts) openPictures(dir string, split data.Split) (data.Set, error) {
	all, err := p.once(dir, func() (data.Set, error) { return ReadImageFolder(p.name, dir) })
	if errors.Is(err, data.ErrEmpty) {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and 0 npy files, nor PNG or JPEG pictures", p.name, data.ErrEmpty, trainStem, imagesGrey),
			"name another folder, or one file")
	}
	if err != nil {
		return nil, err
	}
	return data.Deal(all, split)
}

// openFile opens one file of examples.
func (p *Parts) openFile(path string, split data.Split) (data.Set, error) {
	all, err := p.once(path, func() (data.Set, error) { return loadFile(path) })
	if err != nil {
		return nil, err
	}
	return data.Deal(all, split)
}
