package load

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// findEntry looks for a set of the catalogue. It checks that the parts are as described
// there.
func (p *Parts) findEntry(ctx context.Context, e data.Entry) (*source, error) {
	if e.Base != "" {
		return p.findStacked(ctx, e)
	}
	dir, err := Locate(e)
	if err != nil {
		return nil, err
	}
	if e.Info.Name == data.EmojiName {
		if p.o.Channels == 0 {
			p.o.Channels = e.Info.First().Shape[0]
		}
		found, err := p.findFolder(ctx, dir)
		return found, inDataset(p.name, err)
	}
	found, err := p.openEntry(ctx, e, dir)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", p.name, err)
	}
	found.published = !e.Sorted
	for split, read := range found.parts {
		if read == nil {
			continue
		}
		found.parts[split] = func(ctx context.Context) (data.Set, error) {
			set, err := read(ctx)
			if err != nil {
				return nil, err
			}
			return asDescribed(set, e, dir)
		}
	}
	return found, nil
}

// openEntry looks for the files of a set of the catalogue in dir.
func (p *Parts) openEntry(ctx context.Context, e data.Entry, dir string) (*source, error) {
	if e.Info.First().IsVolume() {
		return p.readArrays(ctx, filepath.Join(dir, e.Files[0].Name), format.KindNPZ, "")
	}
	if e.Files[0].Holds == nil {
		found, _, err := p.findMNIST(dir)
		if err == nil && found == nil {
			err = fmt.Errorf("%w: %s holds no %s%s", data.ErrEmpty, dir, trainStem, imagesGrey)
		}
		return found, err
	}
	c, err := p.openHeld(ctx, e.Files[0], dir)
	if err != nil {
		return nil, err
	}
	switch e.Info.Name {
	case "stl10":
		return p.stl(c)
	case "emnist-letters":
		return p.emnistLetters(c)
	}
	found, _ := p.cifar(c)
	if found == nil {
		return nil, fmt.Errorf("%w: %s holds no batches of CIFAR", data.ErrEmpty, c.root)
	}
	return found, nil
}

// openHeld returns the files of an archive in dir, or of the folder into which it was
// unpacked.
func (p *Parts) openHeld(ctx context.Context, f data.File, dir string) (*collection, error) {
	progress := &p.meter
	if unpacked, err := isUnpacked(f, dir); err != nil || unpacked {
		if err != nil {
			return nil, err
		}
		return walkFolder(ctx, dir, progress)
	}
	path, err := packedOrNot(dir, strings.TrimSuffix(f.Name, ".gz"))
	if err != nil {
		return nil, err
	}
	kind, gzipped, err := sniffFile(path)
	if err != nil {
		return nil, err
	}
	if kind != format.KindZip && kind != format.KindTar {
		return nil, hint.Add(fmt.Errorf("%w: %s is no archive", data.ErrFormat, path), "remove it, then fetch it again")
	}
	return openArchive(ctx, path, kind, gzipped, progress)
}

// asDescribed returns a set of the catalogue with the names of its classes, or an
// error if it is another one.
func asDescribed(set data.Set, e data.Entry, dir string) (data.Set, error) {
	info := set.Info()
	if !info.Same(e.Info) {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: %s holds examples of %s, want %s", e.Info.Name, data.ErrFormat, filepath.Clean(dir), fieldsText(info), fieldsText(e.Info)),
			"remove the folder, then gander data get %s", e.Info.Name)
	}
	table, ok := set.(*data.Table)
	if !ok {
		return set, nil
	}
	columns := make([]data.Values, len(info.Fields))
	fields := append([]data.Field(nil), info.Fields...)
	for k, f := range fields {
		columns[k] = table.Column(f.Name)
		if f.Kind == data.Class {
			fields[k].Labels = e.ClassNames
		}
	}
	return data.NewTable(data.NewInfo(info.Name, fields...), columns...)
}

// fieldsText describes the fields of a set: "1x28x28 and one of 10 classes".
func fieldsText(i data.Info) string {
	var fields []string
	for _, f := range i.Fields {
		fields = append(fields, f.String())
	}
	return strings.Join(fields, " and ")
}
