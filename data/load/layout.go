package load

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// A layout is how the pictures of a collection are parts and classes.
type layout struct {
	parts  [data.Test + 1][]item // a set without parts is Train
	labels []string              // the names of the classes, nil if there are none
	text   *data.TextEncoder     // of the captions, nil if there are none
	notes  []string
}

// An item is a picture of a part.
type item struct {
	member member
	below  string // its path below the folder of its part
	class  int32

	caption string
}

// partNames are the folders of parts, as torchvision and others call them.
var partNames = map[string]data.Split{
	"train": data.Train, "training": data.Train,
	"val": data.Validation, "valid": data.Validation, "validation": data.Validation,
	"test": data.Test, "testing": data.Test,
}

// arrange finds the parts, the classes and the captions of a collection.
//
// A folder that contains all pictures is ignored, again and again. Then, if one folder
// is called train and another one has a name in partNames, these are the parts. Within a
// part each folder, with the folders below it, is a class, unless there are tables of
// labels.
func arrange(ctx context.Context, c *collection) (*layout, error) {
	l := &layout{notes: slices.Clone(c.unread)}
	pictures, tables, captions := l.sift(c)
	if len(pictures) == 0 {
		return nil, noPictures(c)
	}
	passOver(pictures)
	if err := l.divide(pictures); err != nil {
		return nil, err
	}
	if len(captions) > 0 {
		if err := l.captionsOfTables(ctx, captions); err != nil {
			return nil, err
		}
	}
	if len(tables) > 0 {
		return l, l.classesOfTables(ctx, tables)
	}
	return l, l.classesOfFolders()
}

// sift returns the pictures, and the tables of labels and of captions. A note names other
// files.
func (l *layout) sift(c *collection) (pictures []item, tables, captions []member) {
	var others []string
	known := map[string]bool{} // whether files with an ending are pictures
	for _, m := range c.members {
		ending := path.Ext(m.path)
		if _, ok := known[ending]; !ok {
			known[ending] = isPicture(m.path)
		}
		switch {
		case known[ending]:
			pictures = append(pictures, item{member: m, below: m.path})
		case path.Base(m.path) == labelsTable:
			tables = append(tables, m)
		case isCaptions(m.path):
			captions = append(captions, m)
		default:
			others = append(others, m.path)
		}
	}
	if len(others) > 0 {
		l.notes = append(l.notes, "not read: "+counted(others, "file that is not a picture", "files that are not pictures"))
	}
	return pictures, tables, captions
}

// noPictures returns the error for a collection without pictures. It describes the
// files that are there.
func noPictures(c *collection) error {
	var names []string
	advice := "name another folder, or one file"
	for _, m := range c.members {
		names = append(names, m.path)
		if way := format.Sniff(nil, path.Base(m.path)).Hint(); way != "" && len(names) == 1 {
			advice = way
		}
	}
	text := "it is empty"
	switch {
	case len(names) > 0:
		text = "it holds no pictures but " + counted(names, "other file", "other files")
	case len(c.unread) > 0:
		text = "it holds nothing that is read; " + strings.Join(c.unread, "; ")
	}
	return hint.Add(fmt.Errorf("%w: %s", data.ErrEmpty, text), "%s", advice)
}

// passOver cuts the folders off the paths that all pictures are in.
func passOver(pictures []item) {
	for {
		first, _, ok := strings.Cut(pictures[0].below, "/")
		inFirst := func(p item) bool { return strings.HasPrefix(p.below, first+"/") }
		if !ok || slices.ContainsFunc(pictures, func(p item) bool { return !inFirst(p) }) {
			return
		}
		for i := range pictures {
			pictures[i].below = pictures[i].below[len(first)+1:]
		}
	}
}

// divide puts the pictures into the parts that their folders are.
func (l *layout) divide(pictures []item) error {
	folders := map[data.Split]string{}
	for _, p := range pictures {
		folder, _, ok := strings.Cut(p.below, "/")
		split, known := partNames[strings.ToLower(folder)]
		if !ok || !known {
			continue
		}
		if other, ok := folders[split]; ok && other != folder {
			return hint.Add(fmt.Errorf("%w: both %s and %s hold pictures for %v", data.ErrFormat, other, folder, split), "keep one of the folders")
		}
		folders[split] = folder
	}
	if _, ok := folders[data.Train]; !ok || len(folders) == 1 {
		l.parts[data.Train] = pictures
		return nil
	}
	var others []string
	for _, p := range pictures {
		folder, below, ok := strings.Cut(p.below, "/")
		split, known := partNames[strings.ToLower(folder)]
		if !ok || !known {
			others = append(others, p.member.path)
			continue
		}
		p.below = below
		l.parts[split] = append(l.parts[split], p)
	}
	if len(others) > 0 {
		l.notes = append(l.notes, "not read: "+counted(others, "picture in the folder of no part", "pictures in the folder of no part"))
	}
	return nil
}

// classesOfFolders makes the folders of each part classes. Pictures of other parts
// that are in no folder are left out if those to learn from are in folders.
func (l *layout) classesOfFolders() error {
	var names []string
	for split, items := range l.parts {
		folders, err := foldersOf(items)
		if err != nil {
			return err
		}
		switch {
		case split == int(data.Train) && len(folders) == 0:
			return nil
		case len(items) > 0 && len(folders) == 0:
			l.notes = append(l.notes, fmt.Sprintf("not read: %s for %v that are in no folder of a class",
				count(len(items), "picture", "pictures"), data.Split(split)))
			l.parts[split] = nil
		}
		names = append(names, folders...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 1 {
		return nil
	}
	l.labels = names
	for _, items := range l.parts {
		for i, p := range items {
			folder, _, _ := strings.Cut(p.below, "/")
			class, _ := slices.BinarySearch(names, folder)
			items[i].class = int32(class)
		}
	}
	return nil
}

// foldersOf returns the folders that the pictures are in, which are all in one or
// none.
func foldersOf(items []item) ([]string, error) {
	var folders []string
	alone := ""
	for _, p := range items {
		folder, _, ok := strings.Cut(p.below, "/")
		switch {
		case !ok:
			alone = p.member.path
		case len(folders) == 0 || folders[len(folders)-1] != folder:
			folders = append(folders, folder)
		}
		if alone != "" && len(folders) > 0 {
			return nil, hint.Add(fmt.Errorf("%w: pictures lie both in folders, as in %s, and next to them, as %s", data.ErrFormat, folders[0], alone),
				"either one folder of pictures, or one folder a class, or a table %s", labelsTable)
		}
	}
	return folders, nil
}
