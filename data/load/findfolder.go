package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A folderContent is what a folder of examples holds: one of the three.
type folderContent struct {
	parts    *source     // tables: files named as MNIST's, or batches of CIFAR
	file     string      // the path of one file of examples
	pictures *collection // those in the folder, or in its archives
}

// findFolder looks for examples in dir.
func (p *Parts) findFolder(ctx context.Context, dir string) (*source, error) {
	f, err := p.lookIn(ctx, dir)
	switch {
	case err != nil:
		return nil, err
	case f.parts != nil:
		return f.parts, nil
	case f.file != "":
		return p.findFile(ctx, f.file, "")
	}
	return p.pictures(ctx, f.pictures)
}

// lookIn looks for examples in dir: files named as MNIST's, or the batches of CIFAR, or
// one npy file, or pictures, or archives of pictures, or one other file of examples.
// Notes name what else is there.
func (p *Parts) lookIn(ctx context.Context, dir string) (f folderContent, err error) {
	if found, used, err := p.findMNIST(dir); err != nil {
		return f, err
	} else if found != nil {
		return folderContent{parts: found}, p.noteOthers(dir, used...)
	}
	files, err := examplesIn(dir)
	if err != nil {
		return f, err
	}
	if npy := files[format.KindNPY]; len(npy) == 1 {
		return folderContent{file: npy[0]}, p.noteOthers(dir, npy[0])
	}
	c, err := walkFolder(ctx, dir, &p.meter)
	if err != nil {
		return f, err
	}
	if found, others := p.cifar(c); found != nil {
		if len(others) > 0 {
			p.note("not read: %s", counted(others, "other file", "other files"))
		}
		return folderContent{parts: found}, nil
	}
	if slices.ContainsFunc(c.members, func(m member) bool { return isPicture(m.path) }) {
		return folderContent{pictures: c}, nil
	}
	return p.lookForOthers(ctx, c, files)
}

// lookForOthers looks for archives, or else for one file of examples, in a folder that
// has no pictures.
func (p *Parts) lookForOthers(ctx context.Context, c *collection, files map[format.Kind][]string) (f folderContent, err error) {
	archives := slices.Concat(files[format.KindZip], files[format.KindTar])
	var others []string
	for kind, paths := range files {
		if kind != format.KindZip && kind != format.KindTar {
			others = append(others, paths...)
		}
	}
	slices.Sort(others)
	switch {
	case len(archives) > 0 && (len(others) == 0 || areParts(archives)):
		f.pictures, err = p.openArchives(ctx, c, archives)
		return f, err
	case len(archives)+len(others) == 1:
		return folderContent{file: others[0]}, p.noteOthers(c.root, others[0])
	case len(archives)+len(others) > 1:
		return f, hint.Add(fmt.Errorf("%w: %s holds several files of examples: %s", data.ErrEmpty, c.root, named(baseNames(append(archives, others...)))),
			"name one of the files")
	}
	return f, noPictures(c)
}

// noteOthers notes the files and folders in dir that are not read. The paths of those
// that are read are given.
func (p *Parts) noteOthers(dir string, read ...string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, path := range read {
		read = append(read, labelsBeside(path))
	}
	var others []string
	for _, e := range entries {
		if !isHidden(e.Name()) && !slices.Contains(read, filepath.Join(dir, e.Name())) {
			others = append(others, e.Name())
		}
	}
	if len(others) > 0 {
		p.note("not read: %s", counted(others, "other file or folder", "other files and folders"))
	}
	return nil
}

// examplesIn returns the paths of the files of examples in dir, but pictures, by
// their kind as their names tell it. IDX files of labels are none.
func examplesIn(dir string) (map[format.Kind][]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[format.Kind][]string{}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		kind := format.Sniff(nil, strings.TrimSuffix(name, ".gz"))
		if strings.HasSuffix(name, ".tgz") {
			kind = format.KindTar
		}
		if strings.Contains(name, "-idx3-") || strings.Contains(name, "-idx4-") {
			kind = format.KindIDX
		}
		isLabels := kind == format.KindIDX && strings.Contains(name, "labels")
		if !e.IsDir() && !isHidden(e.Name()) && kind.IsRead() && !kind.IsPicture() && !isLabels && name != labelsTable && name != captionsTable {
			files[kind] = append(files[kind], filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// areParts reports whether archives are called as the parts of a dataset are.
func areParts(paths []string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool {
		_, ok := partNames[strings.ToLower(stemOf(path))]
		return !ok
	})
}

// stemOf returns the name of an archive without its ending.
func stemOf(path string) string {
	stem, _, _ := strings.Cut(filepath.Base(path), ".")
	return stem
}

func baseNames(paths []string) []string {
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	return names
}

// openArchives returns the files in archives that lie in one folder, each as if it
// were a folder that is called as the archive is, and the tables of captions that are next
// to them.
func (p *Parts) openArchives(ctx context.Context, folder *collection, paths []string) (*collection, error) {
	all := &collection{root: folder.root, unread: slices.Clone(folder.unread)}
	var closing []func() error
	all.close = func() error {
		var errs []error
		for _, close := range closing {
			errs = append(errs, close())
		}
		return errors.Join(errs...)
	}
	for _, path := range paths {
		kind, gzipped, err := sniffFile(path)
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		c, err := openArchive(ctx, path, kind, gzipped, &p.meter)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), all.close())
		}
		for _, m := range c.members {
			m.path = stemOf(path) + "/" + strings.TrimPrefix(m.path, stemOf(path)+"/")
			all.members = append(all.members, m)
		}
		closing, all.archives, all.unread = append(closing, c.close), append(all.archives, c.archives...), append(all.unread, c.unread...)
	}
	var others []string
	for _, m := range folder.members {
		if isCaptions(m.path) && !strings.Contains(m.path, "/") {
			all.members = append(all.members, m)
			continue
		}
		if !slices.Contains(paths, filepath.Join(folder.root, filepath.FromSlash(m.path))) {
			others = append(others, m.path)
		}
	}
	all.noteUnread(others, "other file", "other files")
	all.sort()
	return all, nil
}
