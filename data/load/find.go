package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// find looks for the dataset, by its name or its path.
func (p *Parts) find(ctx context.Context) (*source, error) {
	entry, unknown := data.Lookup(p.name)
	if unknown == nil {
		return p.findEntry(entry)
	}
	info, err := os.Stat(p.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !looksLikePath(p.name):
		return nil, unknown
	case err != nil:
		return nil, hint.Add(fmt.Errorf("dataset %s: %w", p.name, err), "give the path of a folder or file, or a name of gander data list")
	case info.IsDir():
		return p.findFolder(p.name)
	default:
		return p.file(p.name), nil
	}
}

// looksLikePath tells a path from a name, by a separator or a file's ending.
func looksLikePath(name string) bool {
	return strings.ContainsAny(name, `/\.`)
}

// findEntry looks for a set of the catalogue, whose parts are checked to be as
// described there.
func (p *Parts) findEntry(e data.Entry) (*source, error) {
	dir, err := Locate(e)
	if err != nil {
		return nil, err
	}
	found, err := p.findFolder(dir)
	if err != nil {
		return nil, err
	}
	found.published = true
	for split, read := range found.parts {
		if read == nil {
			continue
		}
		found.parts[split] = func(ctx context.Context) (data.Set, error) {
			set, err := read(ctx)
			if err != nil {
				return nil, err
			}
			if !set.Info().Same(e.Info) {
				return nil, hint.Add(fmt.Errorf("dataset %s: %w: %s holds examples of %s, want %s", e.Info.Name, data.ErrFormat, dir, fieldsText(set.Info()), fieldsText(e.Info)),
					"remove the folder, then gander data get %s", e.Info.Name)
			}
			return set, nil
		}
	}
	return found, nil
}

// fieldsText describes the fields of a set: "1x28x28 and one of 10 classes".
func fieldsText(i data.Info) string {
	var fields []string
	for _, f := range i.Fields {
		fields = append(fields, f.String())
	}
	return strings.Join(fields, " and ")
}

// findFolder looks for files of examples in dir.
func (p *Parts) findFolder(dir string) (*source, error) {
	train, err := findIDX(dir, trainStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	test, err := findIDX(dir, testStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	if train.images == "" && test.images == "" {
		return p.findOnlyNPY(dir)
	}
	found := &source{}
	found.parts[data.Train] = func(context.Context) (data.Set, error) {
		if train.images == "" {
			return nil, fmt.Errorf("dataset %s: %s holds test images but no %s%s: %w", p.name, dir, trainStem, imagesGrey, fs.ErrNotExist)
		}
		return train.load(p.name, test)
	}
	if test.images != "" {
		found.parts[data.Test] = func(context.Context) (data.Set, error) { return test.load(p.name, train) }
	}
	return found, nil
}

// findOnlyNPY looks for a single npy file in dir, or else for pictures.
func (p *Parts) findOnlyNPY(dir string) (*source, error) {
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
	switch len(paths) {
	case 0:
		return p.pictures(dir), nil
	case 1:
		return p.file(paths[0]), nil
	}
	return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and %d npy files", p.name, data.ErrEmpty, trainStem, imagesGrey, len(paths)),
		"name one file, or rename the files as MNIST's")
}

// pictures is the pictures in dir, where nothing else was found.
func (p *Parts) pictures(dir string) *source {
	found := &source{}
	found.parts[data.Train] = func(context.Context) (data.Set, error) {
		all, err := ReadImageFolder(p.name, dir)
		if errors.Is(err, data.ErrEmpty) {
			return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and 0 npy files, nor PNG or JPEG pictures", p.name, data.ErrEmpty, trainStem, imagesGrey),
				"name another folder, or one file")
		}
		return all, err
	}
	return found
}

// file is one file of examples.
func (p *Parts) file(path string) *source {
	found := &source{}
	found.parts[data.Train] = func(context.Context) (data.Set, error) { return loadFile(path) }
	return found
}
