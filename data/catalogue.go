package data

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
)

// An Entry describes a dataset that is known by its name.
type Entry struct {
	Info        Info
	Title       string
	Train, Test int64    // examples that come as training (and validation) and as test
	ClassNames  []string // [Info.Classes()]
	Files       []File   // to download; none if Gander draws the set, see Drawn
	Terms       string   // on which it may be used, as far as known
	Citation    string   // what to cite
}

// A File is one file of a dataset.
type File struct {
	Name   string
	URL    string
	Bytes  int64
	SHA256 string // lower-case hexadecimal

	// Holds names the files in it that are needed, if it is an archive. They may lie
	// unpacked in its place, in the same folder or in one below.
	Holds []string
}

// List returns the catalogue, the sets that Gander draws itself first.
func List() []Entry {
	return []Entry{digitsEntry(), ring8.entry(), grid25.entry(), mnistEntry(), fashionEntry(),
		emnistLettersEntry(), cifar10Entry(), cifar100Entry(), stl10Entry()}
}

// Lookup returns the catalogue's entry called name. The error for another name
// wraps [ErrUnknown] and suggests a way on.
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

// Bytes returns the bytes of all files together.
func (e Entry) Bytes() int64 {
	var sum int64
	for _, f := range e.Files {
		sum += f.Bytes
	}
	return sum
}
