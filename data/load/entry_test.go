package load

import (
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

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, content, 0o666)); err != nil {
		t.Fatal(err)
	}
}

// batch is a batch of CIFAR: pictures of one value with their labels, coarse ones
// before them if there are 100 classes.
func batch(hundred bool, labels ...byte) []byte {
	var out []byte
	for _, label := range labels {
		if hundred {
			out = append(out, label/5)
		}
		out = append(append(out, label), bytes.Repeat([]byte{label}, 3*32*32)...)
	}
	return out
}

// column is an image whose first column is white, stored transposed.
func column(side, channels int) []byte {
	var out []byte
	for range channels {
		out = append(append(out, bytes.Repeat([]byte{255}, side)...), make([]byte, side*(side-1))...)
	}
	return out
}

// TestArchivedEntries opens the sets of the catalogue that come as an archive, from
// the archive and unpacked.
func TestArchivedEntries(t *testing.T) {
	t.Setenv(CacheVariable, t.TempDir())
	letters := func(n int) []byte { return encodeIDX(t, []int{n, 28, 28}, bytes.Repeat(column(28, 1), n)) }
	for _, c := range []struct {
		name, folder string
		files        map[string][]byte // in the folder
		train, test  int64
		label        string // of the last example for test
	}{
		{"cifar10", "cifar-10-batches-bin", map[string][]byte{
			"data_batch_1.bin": batch(false, 0, 1, 2), "data_batch_2.bin": batch(false, 3, 4), "data_batch_3.bin": batch(false, 5, 6),
			"data_batch_4.bin": batch(false, 7, 8), "data_batch_5.bin": batch(false, 9, 0, 1), "test_batch.bin": batch(false, 4, 3), "readme.html": nil,
		}, 10, 2, "cat"},
		{"cifar100", "cifar-100-binary", map[string][]byte{"train.bin": batch(true, 0, 1, 2, 3, 4, 99), "test.bin": batch(true, 40)}, 5, 1, "lamp"},
		{"stl10", "stl10_binary", map[string][]byte{
			"train_X.bin": bytes.Repeat(column(96, 3), 6), "train_y.bin": {1, 2, 3, 4, 5, 6}, "test_X.bin": column(96, 3), "test_y.bin": {10},
			"unlabeled_X.bin": column(96, 3),
		}, 5, 1, "truck"},
		{"emnist-letters", "gzip", map[string][]byte{
			"emnist-letters-train-images-idx3-ubyte.gz": zipped(t, letters(6)), "emnist-letters-train-labels-idx1-ubyte.gz": zipped(t, encodeIDX(t, []int{6}, upTo(1, 6))),
			"emnist-letters-test-images-idx3-ubyte.gz": zipped(t, letters(1)), "emnist-letters-test-labels-idx1-ubyte.gz": zipped(t, encodeIDX(t, []int{1}, []byte{26})),
		}, 5, 1, "Z"},
	} {
		entry, err := data.Lookup(c.name)
		if err != nil {
			t.Fatal(err)
		}
		unpacked := inDir(t, c.files)
		archive := entry.Files[0].Name
		content := zipOf(t, unpacked, c.folder+"/")
		if strings.HasSuffix(archive, ".tar.gz") {
			content = zipped(t, tarOf(t, unpacked, c.folder+"/"))
		}
		roots := map[string]string{"archive": t.TempDir(), "unpacked": t.TempDir(), "in a folder": t.TempDir()}
		writeFile(t, filepath.Join(roots["archive"], c.name, archive), content)
		for name, content := range c.files {
			writeFile(t, filepath.Join(roots["unpacked"], c.name, name), content)
			writeFile(t, filepath.Join(roots["in a folder"], c.name, c.folder, name), content)
		}
		for how, root := range roots {
			dataIn(t, root)
			parts := New(c.name, 1, Options{})
			for split, want := range map[data.Split]int64{data.Train: c.train, data.Test: c.test} {
				set, err := parts.Open(t.Context(), split)
				if err != nil {
					t.Fatalf("%s, %s: %v", c.name, how, err)
				}
				if !set.Info().Same(entry.Info) || set.Len() != want {
					t.Errorf("%s, %s, %v: %d of %+v", c.name, how, split, set.Len(), set.Info())
				}
				field, _ := set.Info().Field(data.ClassField)
				if last := class(t, set, set.Len()-1); split == data.Test && field.Labels[last] != c.label {
					t.Errorf("%s, %s: the last label is %s, want %s", c.name, how, field.Labels[last], c.label)
				}
				if pixels := examples(t, set)[0][0].Bytes; c.name[0] != 'c' && (pixels[1] != 0 || pixels[len(pixels)-field.Size()*entry.Info.First().Shape[2]] != 255) {
					t.Errorf("%s, %s: the image is not turned", c.name, how)
				}
			}
			if notes := strings.Join(parts.Notes(), "\n"); !strings.Contains(notes, "the test part has no examples of ") {
				t.Errorf("%s, %s: notes %q", c.name, how, notes)
			}
		}
	}
}

func TestEntriesThatAreNotThere(t *testing.T) {
	root := t.TempDir()
	dataIn(t, root)
	writeFile(t, filepath.Join(root, "cifar10", "cifar-10-batches-bin", "data_batch_1.bin"), batch(false, 1))
	writeFile(t, filepath.Join(root, "stl10", "stl10_binary.tar.gz"), zipped(t, []byte("no archive")))
	for name, want := range map[string]string{
		"cifar10":  "not in " + filepath.Join(root, "cifar10"),
		"cifar100": "(hint: gander data get cifar100)",
	} {
		if _, err := Open(name, data.Train, 1); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%s: %v, want %q", name, hint.Text(errors.Join(err)), want)
		}
	}
	if _, err := Open("stl10", data.Train, 1); !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), "the tar archive is broken") {
		t.Errorf("another file: %v", err)
	}
}

// A folder of batches opens by its path, too.
func TestBatchesOfCIFAR(t *testing.T) {
	dir := inDir(t, map[string][]byte{"x/data_batch_1.bin": batch(false, 0, 0, 0, 0, 0, 5), "x/test_batch.bin": batch(false, 9)})
	parts := New(dir, 1, Options{})
	for split, want := range map[data.Split]int64{data.Train: 5, data.Validation: 1, data.Test: 1} {
		set, err := parts.Open(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != want || !set.Info().First().Same(data.Image(3, 32, 32)) {
			t.Errorf("%v: %d of %v", split, set.Len(), set.Info().First())
		}
	}
	one, _ := whole(t, filepath.Join(dir, "x", "data_batch_1.bin"), Options{})
	if diff := cmp.Diff([]int32{0, 0, 0, 0, 0, 5}, one.Column("class").Ints); diff != "" {
		t.Error(diff)
	}
}

// Archives called as parts are, next to other files, are the parts of a dataset.
func TestArchivesOfParts(t *testing.T) {
	dir := t.TempDir()
	train, test := tree(t, []string{"cat/0.png", "dog/0.png", "dog/1.png", "cat/1.png"}, nil), tree(t, []string{"dog/0.png", "cat/0.png"}, nil)
	writeFile(t, filepath.Join(dir, "train.zip"), zipOf(t, train, "train/"))
	writeFile(t, filepath.Join(dir, "test.tar"), tarOf(t, test, "./"))
	writeFile(t, filepath.Join(dir, "train-labels-idx1-ubyte"), encodeIDX(t, []int{3}, upTo(0, 3)))
	writeFile(t, filepath.Join(dir, "more.npz"), nil)
	parts := New(dir, 1, Options{Dealt: true})
	got := partsOf(t, parts)
	if diff := cmp.Diff([3]string{"0cat 3cat 1dog 2dog", "", "1cat 0dog"}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{"not read: 1 link or device: link.png", "not read: 2 other files: more.npz, train-labels-idx1-ubyte"}
	if diff := cmp.Diff(want, parts.Notes()); diff != "" {
		t.Error(diff)
	}
}
