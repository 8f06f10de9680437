package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gander-ml/gander/internal/atomicfile"
)

// A Folder is the folder of one run, such as runs/0003-goodfellow2014-mnist.
type Folder struct{ path string }

// Path returns the path of the folder.
func (f Folder) Path() string { return f.path }

// Name returns the name of the run: "0003-goodfellow2014-mnist".
func (f Folder) Name() string { return filepath.Base(f.path) }

// ConfigFile returns the path of the file with the resolved settings.
func (f Folder) ConfigFile() string { return filepath.Join(f.path, "config.toml") }

// JournalFile returns the path of the journal; see [OpenJournal].
func (f Folder) JournalFile() string { return filepath.Join(f.path, "journal.jsonl") }

// Checkpoints returns the folder of the checkpoints.
func (f Folder) Checkpoints() Checkpoints { return Checkpoints(filepath.Join(f.path, "checkpoints")) }

// SampleFolder returns the path of the folder of sample pictures.
func (f Folder) SampleFolder() string { return filepath.Join(f.path, "samples") }

func (f Folder) lockFile() string { return filepath.Join(f.path, "lock") }

// StepName returns the file name, without extension, that a run uses for the files of
// a step: "step-00012000".
func StepName(step int64) string { return fmt.Sprintf("step-%08d", step) }

// numbered matches the name of a run. It also matches a bare number, which Create
// uses for a short time to reserve the number.
var numbered = regexp.MustCompile(`^([0-9]{4,})(-.+)?$`)

// Create makes the folder of a new run within parent, with empty folders for
// checkpoints and samples. It also makes parent if necessary. The name consists of
// the next number, the recipe and the last element of dataset, unless that is empty.
// Create replaces characters that are neither letters nor digits by dashes. Processes
// that create runs at the same time get different numbers.
func Create(parent, recipe, dataset string) (Folder, error) {
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return Folder{}, atomicfile.Explain(parent, err)
	}
	suffix := "-" + sanitise(recipe)
	if dataset != "" {
		suffix += "-" + sanitise(dataset)
	}
	for {
		number, err := nextNumber(parent)
		if err != nil {
			return Folder{}, err
		}
		held := filepath.Join(parent, fmt.Sprintf("%04d", number))
		if err := os.Mkdir(held, 0o777); errors.Is(err, fs.ErrExist) {
			continue // another process has taken the number
		} else if err != nil {
			return Folder{}, atomicfile.Explain(held, err)
		}
		f, err := settle(held, suffix)
		if err != nil {
			os.RemoveAll(held)
			if errors.Is(err, errTaken) {
				continue
			}
			return Folder{}, atomicfile.Explain(held, err)
		}
		return f, nil
	}
}

// errTaken means that another process has used the number in the meantime.
var errTaken = errors.New("number taken")

// settle renames the empty folder held to the folder of a run. The name of held is a
// bare number. While it exists, no other process can use that number.
func settle(held, suffix string) (Folder, error) {
	parent, number := filepath.Split(held)
	entries, err := os.ReadDir(filepath.Clean(parent))
	if err != nil {
		return Folder{}, err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), number+"-") {
			return Folder{}, errTaken
		}
	}
	f := Folder{held + suffix}
	for _, inner := range []string{string(f.Checkpoints()), f.SampleFolder()} {
		if err := os.Mkdir(filepath.Join(held, filepath.Base(inner)), 0o777); err != nil {
			return Folder{}, err
		}
	}
	return f, os.Rename(held, f.path)
}

// nextNumber returns the number after the highest number in parent.
func nextNumber(parent string) (int, error) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return 0, err
	}
	highest := 0
	for _, e := range entries {
		if n, ok := numberOf(e.Name()); ok {
			highest = max(highest, n)
		}
	}
	return highest + 1, nil
}

// numberOf returns the number at the start of a name.
func numberOf(name string) (int, bool) {
	parts := numbered.FindStringSubmatch(name)
	if parts == nil {
		return 0, false
	}
	n, err := strconv.Atoi(parts[1])
	return n, err == nil
}

// sanitise returns the last element of path in a form for the name of a run. It keeps
// letters, digits, dots and underscores. It replaces each sequence of other
// characters by one dash. The result has at most 60 bytes.
func sanitise(path string) string {
	name := filepath.Base(filepath.Clean(path))
	keep := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '_'
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return r == utf8.RuneError || !keep(r) })
	name = strings.Trim(strings.Join(words, "-"), ".-")
	for len(name) > 60 {
		_, last := utf8.DecodeLastRuneInString(name)
		name = strings.TrimRight(name[:len(name)-last], ".-")
	}
	if name == "" {
		return "unnamed"
	}
	return name
}
