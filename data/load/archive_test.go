package load

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// filesOf returns the contents of the files below dir by their paths with slashes,
// and the paths in another order than that of the paths.
func filesOf(t *testing.T, dir string) (contents map[string][]byte, order []string) {
	t.Helper()
	contents = map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		contents[name], err = os.ReadFile(path)
		order = append([]string{name}, order...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents, order
}

// zipOf packs the files below dir in a zip archive, below the folder root there.
func zipOf(t *testing.T, dir, root string) []byte {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	contents, order := filesOf(t, dir)
	for _, name := range order {
		f, err := w.Create(root + name)
		if err == nil {
			_, err = f.Write(contents[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// tarOf packs the files below dir in a tar archive, below the folder root there.
func tarOf(t *testing.T, dir, root string) []byte {
	t.Helper()
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	contents, order := filesOf(t, dir)
	for _, name := range order {
		err := w.WriteHeader(&tar.Header{Name: root + name, Mode: 0o666, Size: int64(len(contents[name]))})
		if err == nil {
			_, err = w.Write(contents[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteHeader(&tar.Header{Name: root + "link.png", Typeflag: tar.TypeSymlink, Linkname: "0000.png"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// A folder and archives of it, with and without a folder around, are the same set.
func TestArchives(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	dir := filepath.Join("testdata", "pictures", "classes_deep")
	want, _ := whole(t, dir, Options{})
	out := inDir(t, map[string][]byte{
		"plain.zip": zipOf(t, dir, ""), "around.zip": zipOf(t, dir, "some/folder/"), "windows.zip": zipOf(t, dir, `some\`),
		"plain.tar": tarOf(t, dir, "./"), "around.tar": tarOf(t, dir, "folder/"),
		"packed.tar.gz": zipped(t, tarOf(t, dir, "folder/")), "packed.tgz": zipped(t, tarOf(t, dir, "")),
		"in/around.zip": zipOf(t, dir, "around/"),
	})
	for _, name := range []string{"plain.zip", "around.zip", "windows.zip", "plain.tar", "around.tar", "packed.tar.gz", "packed.tgz", "in"} {
		got, notes := whole(t, filepath.Join(out, name), Options{})
		if !got.Info().Same(want.Info()) || !cmp.Equal(got.Info().Fields, want.Info().Fields) {
			t.Errorf("%s: %+v, want %+v", name, got.Info().Fields, want.Info().Fields)
		}
		if !bytes.Equal(got.Column("x").Bytes, want.Column("x").Bytes) || !cmp.Equal(got.Column("class").Ints, want.Column("class").Ints) {
			t.Errorf("%s: other pictures or labels than in the folder", name)
		}
		isTar := strings.Contains(name, "tar") || strings.Contains(name, "tgz")
		if wantNotes := isTar; wantNotes != (len(notes) > 0) || wantNotes && !strings.Contains(notes[0], "not read: 1 link or device: ") {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
	if left, err := os.ReadDir(os.Getenv(CacheVariable)); err != nil || len(left) > 0 {
		t.Errorf("left in the cache: %v, %v", left, err)
	}
}

func TestBrokenArchives(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	dir := filepath.Join("testdata", "pictures", "classes_deep")
	zip, tar := zipOf(t, dir, ""), tarOf(t, dir, "")
	spoiled := bytes.Clone(zip)
	copy(spoiled[200:], make([]byte, 60))
	out := inDir(t, map[string][]byte{
		"cut.zip": zip[:len(zip)/2], "spoiled.zip": spoiled, "cut.tar": tar[:len(tar)/2-100],
		"cut.tar.gz": zipped(t, tar)[:900], "empty.zip": zip[len(zip)-22:], "text.zip": []byte("hello"),
		"texts.zip": zipOf(t, filepath.Join("testdata", "csv"), ""),
	})
	for name, want := range map[string]string{
		"cut.zip":     "the zip archive is broken",
		"spoiled.zip": "e/f/0000.png: malformed data: ",
		"cut.tar":     "the tar archive is broken",
		"cut.tar.gz":  "the gzip stream is incomplete",
		"empty.zip":   "zip archive is broken",
		"text.zip":    `it begins "hello"`,
		"texts.zip":   "no examples: it holds no pictures but 7 other files: header.csv, index.csv, inf.csv, ...",
	} {
		_, err := Open(filepath.Join(out, name), data.Train, 1)
		if err == nil || !strings.Contains(hint.Text(err), want) || !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
			t.Errorf("%s: error %q, want %q", name, hint.Text(errors.Join(err)), want)
		}
	}
}
