package data

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
)

// An Entry describes a dataset that has a name in the catalogue.
type Entry struct {
	Info        Info
	Title       string
	Train, Test int64    // number of examples for training and validation, and for test
	ClassNames  []string // [Info.Classes()]
	Base        string   // the set of the catalogue that supplies its examples, "" if none
	Files       []File   // to download; none if Gander draws the set, see [Drawn], or if it has a Base
	Sorted      bool     // the training examples are sorted by class; those for validation are then drawn
	Terms       string   // the licence or other terms of use, as far as known
	Citation    string   // what to cite
}

// A File is one file of a dataset.
type File struct {
	Name   string
	URL    string // "" if nobody offers the file for download
	Make   string // how to make the file if it has no URL, for a hint
	Bytes  int64
	SHA256 string // lower-case hexadecimal

	// Holds has the names of the files that are needed from it, if it is an archive.
	// Instead of the archive there may be the unpacked files, in the same folder or
	// in one below.
	Holds []string
}

// List returns the catalogue. The sets that Gander draws itself are first.
func List() []Entry {
	return []Entry{digitsEntry(), renderedEntry(), photographedEntry(), ring8.entry(), grid25.entry(), gaussians8.entry(), gaussians25.entry(),
		swissRollEntry(), mnistEntry(), stackedEntry(), fashionEntry(), emnistLettersEntry(), cifar10Entry(), cifar100Entry(), stl10Entry(), modelNet10Entry(), emojiEntry()}
}

// Lookup returns the entry of the catalogue called name. For an unknown name, the error
// wraps [ErrUnknown] and its hint suggests a name or a command.
func Lookup(name string) (Entry, error) {
	var names []string
	for _, e := range List() {
		if e.Info.Name == name {
			return e, nil
		}
		names = append(names, e.Info.Name)
	}
	return Entry{}, unknown(name, names)
}

func unknown(name string, names []string) error {
	advice := "gander data list, or give a path"
	if near, ok := suggest.Nearest(name, names); ok {
		advice = fmt.Sprintf("did you mean %q? See gander data list", near)
	}
	return hint.Add(fmt.Errorf("dataset %s: %w, the known ones are %s", name, ErrUnknown, strings.Join(names, ", ")),
		"%s", advice)
}

// IsDrawn reports whether Gander draws the set itself. It then needs no files.
func (e Entry) IsDrawn() bool { return len(e.Files) == 0 && e.Base == "" }

// Bytes returns the total number of bytes of all files.
func (e Entry) Bytes() int64 {
	var sum int64
	for _, f := range e.Files {
		sum += f.Bytes
	}
	return sum
}
