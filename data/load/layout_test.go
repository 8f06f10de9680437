package load

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// tree writes pictures of one pixel, numbered on from 0, and other files.
func tree(t *testing.T, pictures []string, files map[string]string) string {
	t.Helper()
	contents := map[string][]byte{}
	for name, content := range files {
		contents[name] = []byte(content)
	}
	dir := inDir(t, contents)
	for i, name := range pictures {
		putPicture(t, grey(1, 1, byte(i)), dir, filepath.FromSlash(name))
	}
	return dir
}

// partsOf lists what the parts of a dataset hold: "0a" is picture 0 of class a.
func partsOf(t *testing.T, parts *Parts) (text [3]string) {
	t.Helper()
	for split := range text {
		set, err := parts.Open(t.Context(), data.Split(split))
		if errors.Is(err, data.ErrEmpty) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		info := set.Info()
		row := info.NewRow()
		var examples []string
		for i := range set.Len() {
			if err := set.Read(row, i); err != nil {
				t.Fatal(err)
			}
			example := fmt.Sprint(row[0].Bytes[0])
			if label, ok := info.Field(data.ClassField); ok {
				example += label.Labels[row.Of(info, data.ClassField).Ints[0]]
			}
			examples = append(examples, example)
		}
		text[split] = strings.Join(examples, " ")
	}
	return text
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		name     string
		pictures []string
		files    map[string]string
		want     [3]string
		notes    string
	}{
		{name: "all parts", pictures: []string{"train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png", "test/a/1.png", "test/b/1.png"},
			want: [3]string{"0a 1b", "2a 3b", "4a 5b"}},
		{name: "in a folder, other names", pictures: []string{"set/Training/x/a/1.png", "set/Training/b/1.png", "set/valid/b/1.png", "set/Testing/c/1.png"},
			want:  [3]string{"1b 0x", "2b", "3c"},
			notes: "the train part has no examples of 1 of the 3 classes: c\nthe validation part has no examples of 2 of the 3 classes: c, x\nthe test part has no examples of 2 of the 3 classes: b, x"},
		{name: "without classes", pictures: []string{"train/1.png", "validation/1.png", "test/1.png"}, want: [3]string{"0", "1", "2"}},
		{name: "one class", pictures: []string{"train/a/1.png", "val/a/1.png", "test/a/1.png"}, want: [3]string{"0", "1", "2"}},
		{name: "no test", pictures: []string{"train/1.png", "train/2.png", "train/3.png", "train/4.png", "train/5.png", "train/6.png", "val/1.png"},
			want: [3]string{"0 1 2 3 5", "6", "4"}, notes: "there are no examples for test: they are drawn from those for training"},
		{name: "no validation", pictures: []string{"train/1.png", "train/2.png", "train/3.png", "train/4.png", "train/5.png", "train/6.png", "test/1.png"},
			want: [3]string{"0 1 2 3 5", "4", "6"}},
		{name: "test without classes", pictures: []string{"train/a/1.png", "train/a/2.png", "train/a/3.png", "train/b/4.png", "train/b/5.png", "train/b/6.png", "test/1.png"},
			want: [3]string{"2a 5b", "0a 4b", "1a 3b"}, notes: "not read: 1 picture for test that are in no folder of a class"},
		{name: "other folders", pictures: []string{"train/1.png", "val/1.png", "test/1.png", "extra/1.png", "0.png"},
			want: [3]string{"0", "1", "2"}, notes: "not read: 2 pictures in the folder of no part: 0.png, extra/1.png"},
		{name: "a class called train", pictures: []string{"train/1.png", "bus/1.png", "bus/2.png", "train/2.png", "bus/3.png", "train/3.png"},
			want: [3]string{"4bus 5train", "1bus 3train", "2bus 0train"}},
		{name: "labels", pictures: []string{"0.png", "1.png", "2.png"}, files: map[string]string{"labels.csv": "file,label\n0.png,dog\n1.png, cat\n2.png,dog\n"},
			want: [3]string{"0dog 1cat 2dog", "", ""}},
		{name: "labels without a header", pictures: []string{"in/0.png", "in/1.png", "2.png"}, files: map[string]string{"labels.csv": "\ufeffin/0.png,10\nin\\1.png,9\nother.png,7\n"},
			want: [3]string{"010 19"}, notes: "not read: 1 picture that has no label: 2.png\nlabels.csv has labels of 1 picture that is not there"},
		{name: "labels of parts", pictures: []string{"train/0.png", "val/1.png", "test/2.png"},
			files: map[string]string{"train/labels.csv": "0.png,a\n", "labels.csv": "val/1.png,b\ntest/2.png,a\n"},
			want:  [3]string{"0a", "1b", "2a"}, notes: "the train part has no examples of 1 of the 2 classes: b\nthe validation part has no examples of 1 of the 2 classes: a\nthe test part has no examples of 1 of the 2 classes: b"},
		{name: "other files", pictures: []string{"0.png", ".hidden/1.png", ".x.png", "__MACOSX/1.png"}, files: map[string]string{"a.txt": "", "b.txt": "", "c.txt": "", "d.txt": ""},
			want: [3]string{"0"}, notes: "not read: 3 hidden files and folders: .hidden, .x.png, __MACOSX\nnot read: 4 files that are not pictures: a.txt, b.txt, c.txt, ..."},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := New(tree(t, c.pictures, c.files), 1, Options{})
			got := partsOf(t, parts)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.notes, strings.Join(parts.Notes(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLayoutsRefused(t *testing.T) {
	for want, c := range map[string]struct {
		pictures []string
		files    map[string]string
	}{
		"both val and valid hold pictures for validation":                                             {pictures: []string{"train/1.png", "val/1.png", "valid/1.png"}},
		"pictures lie both in folders, as in a, and next to them, as 1.png":                           {pictures: []string{"a/1.png", "1.png"}},
		"labels.csv names no picture that is there, such as 1.png":                                    {pictures: []string{"1.png"}, files: map[string]string{"labels.csv": "x.png,3\n"}},
		"labels.csv: malformed data: 1.png has the labels \"3\" and \"4\"":                            {pictures: []string{"1.png"}, files: map[string]string{"labels.csv": "1.png,3\n1.png,4\n"}},
		"labels.csv: malformed data: line 1: wrong number of fields (hint: its lines are file,label)": {pictures: []string{"1.png"}, files: map[string]string{"labels.csv": "1.png\n"}},
		"it holds no pictures but 1 other file: a.heic (hint: convert it to PNG)":                     {files: map[string]string{"a.heic": ""}},
	} {
		_, err := Open(tree(t, c.pictures, c.files), data.Train, 1)
		if err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("error %q, want %q", hint.Text(errors.Join(err)), want)
		}
	}
}

// A part is like the pictures to learn from: of their size and channels.
func TestPartsAreAlike(t *testing.T) {
	dir := t.TempDir()
	putPicture(t, grey(2, 2), dir, "train", "a.png")
	putPicture(t, rgb(2, 2, 9), dir, "test", "a.png")
	putPicture(t, grey(3, 2), dir, "val", "a.png")
	parts := New(dir, 1, Options{})
	test, err := parts.Open(t.Context(), data.Test)
	if err != nil {
		t.Fatal(err)
	}
	if !test.Info().First().Same(data.Image(1, 2, 2)) {
		t.Errorf("the test part is of %v", test.Info().First())
	}
	if _, err := parts.Open(t.Context(), data.Validation); err == nil || !strings.Contains(err.Error(), "val/a.png is 2x3 (height x width), the pictures for training are 2x2") {
		t.Errorf("pictures of another size for validation: %v", err)
	}
}

func TestLinks(t *testing.T) {
	dir := tree(t, []string{"a/1.png", "b/1.png"}, nil)
	if err := errors.Join(os.Symlink(dir, filepath.Join(dir, "a", "up")), os.Symlink("nowhere.png", filepath.Join(dir, "b", "2.png"))); err != nil {
		t.Skip(err)
	}
	_, err := Open(dir, data.Train, 1)
	if err == nil || !strings.Contains(hint.Text(err), "b/2.png: open ") || !strings.Contains(hint.Text(err), "data.skip_broken") {
		t.Errorf("a link that leads nowhere: %v", hint.Text(errors.Join(err)))
	}
	parts := New(dir, 1, Options{SkipBroken: true})
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	want := []string{"not read: 1 link to a folder above it: a/up", "left out: 1 picture that cannot be read: b/2.png"}
	if diff := cmp.Diff(want, parts.Notes()); diff != "" {
		t.Error(diff)
	}
}
