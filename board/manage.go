package board

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// trash is the folder of deleted runs within the folder of the board.
const trash = ".trash"

// maxName is the greatest length of the name of a run in bytes.
const maxName = 120

// checkName returns an error unless name can be the name of a folder everywhere.
func checkName(name string) error {
	bad := func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) }
	switch {
	case name == "" || len(name) > maxName || !utf8.ValidString(name):
		return fmt.Errorf("the name of a run has 1 to %d bytes", maxName)
	case strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name || strings.HasSuffix(name, "."):
		return errors.New("the name of a run does not begin or end with a dot or a space")
	case strings.ContainsFunc(name, bad):
		return errors.New(`the name of a run has none of / \ : * ? " < > |`)
	}
	return nil
}

// rename renames the folder of a run that nobody trains and returns its new id.
func (b *Board) rename(id, name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	return b.move(id, path.Join(path.Dir(id), name))
}

// delete moves the folder of a run to the trash and returns where it is.
func (b *Board) delete(id string) (string, error) {
	return b.move(id, path.Join(trash, path.Base(id)+time.Now().UTC().Format("-20060102-150405.000")))
}

// restore moves a run from the trash back.
func (b *Board) restore(from, id string) error {
	if path.Dir(from) != trash || !fs.ValidPath(from) || !fs.ValidPath(id) || strings.HasPrefix(id, trash) {
		return fmt.Errorf("%q is not in the trash", from)
	}
	if err := checkName(path.Base(id)); err != nil {
		return err
	}
	if _, err := b.root.Lstat(path.Join(from, "config.toml")); err != nil {
		return err
	}
	_, err := b.moveFolder(from, id)
	return err
}

// move renames the folder of a run. It holds the lock of the run in the meantime, so that
// no process begins to train it.
func (b *Board) move(id, to string) (string, error) {
	e := b.entry(id)
	if e == nil {
		return "", errNoRun
	}
	if id == "." {
		return "", errors.New("this board shows a single run, which stays where it is")
	}
	lock, err := e.folder.Lock()
	if err != nil {
		return "", hint.Add(err, "stop it first")
	}
	defer lock.Unlock()
	return b.moveFolder(id, to)
}

func (b *Board) moveFolder(from, to string) (string, error) {
	if folder := path.Dir(to); folder == trash {
		if err := b.root.Mkdir(trash, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", atomicfile.Explain(filepath.Join(b.root.Name(), trash), err)
		}
	}
	if _, err := b.root.Lstat(to); err == nil {
		return "", hint.Add(fmt.Errorf("%s: %w", to, fs.ErrExist), "choose another name")
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := b.root.Rename(from, to); err != nil {
		return "", atomicfile.Explain(filepath.Join(b.root.Name(), from), err)
	}
	b.touch()
	return to, nil
}
