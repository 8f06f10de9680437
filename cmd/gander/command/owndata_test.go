package command

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
)

// mixedPictures returns one picture or more of each kind, by name: of several sizes,
// grey, with transparency, turned by Exif, CMYK, of 12 bits in 16, and a GIF.
func mixedPictures(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, kind := range []string{"la_rgb", "rgbgrey", "exif_mixed", "cmyk", "mixed_sizes", "grey12in16"} {
		paths, err := filepath.Glob(filepath.Join("..", "..", "..", "data", "load", "testdata", "pictures", kind, "*"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no pictures of %s: %v", kind, err)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all[kind+"-"+filepath.Base(path)] = content
		}
	}
	var file bytes.Buffer
	if err := gif.Encode(&file, image.NewRGBA(image.Rect(0, 0, 20, 30)), nil); err != nil {
		t.Fatal(err)
	}
	all["black.gif"] = file.Bytes()
	return all
}

// TestMixedPictures trains on a folder of pictures of all kinds and on a zip file of
// it, and compares the checkpoints.
func TestMixedPictures(t *testing.T) {
	t.Parallel()
	folder, packed := t.TempDir(), t.TempDir()
	file, err := os.Create(filepath.Join(packed, "pictures"))
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	if err := os.Mkdir(filepath.Join(folder, "pictures"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, content := range mixedPictures(t) {
		w, err := archive.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err = errors.Join(err, os.WriteFile(filepath.Join(folder, "pictures", name), content, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	var checkpoints [][]byte
	for _, dir := range []string{folder, packed} {
		says := gander(t, 0, dir, "train", "--data", "./pictures", "--set", "data.size=16", "--steps", "3", "--set", "width=4")
		wantSays(t, says, `^recipe images, as the data are images of 3x16x16; gander recipes lists others$`,
			`^note: .* converted from grey to colours: `, `^note: .* converted from colours with transparency to colours: `)
		content, err := os.ReadFile(filepath.Join(only(t, dir).Path(), "checkpoints", "step-00000003.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		checkpoints = append(checkpoints, content)
	}
	if !bytes.Equal(checkpoints[0], checkpoints[1]) {
		t.Error("the folder and the zip file of it give other checkpoints")
	}
	says := gander(t, 1, folder, "train", "--data", "./pictures", "--steps", "3")
	wantSays(t, says, `^hint: --set data.size=[0-9]+ crops them to one size; with --set data.fit=pad nothing is cut off$`)
}

// TestLoadingEndsSoon interrupts gander while it reads many large pictures.
func TestLoadingEndsSoon(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	large := image.NewGray(image.Rect(0, 0, 1500, 1500))
	for i := range large.Pix {
		large.Pix[i] = byte(i * i / 7)
	}
	large.Set(0, 0, color.White)
	var file bytes.Buffer
	if err := png.Encode(&file, large); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(dir, "pictures", "first.png")
	if err := errors.Join(os.Mkdir(filepath.Dir(first), 0o777), os.WriteFile(first, file.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		if err := os.Link(first, filepath.Join(dir, "pictures", string(rune('a'+i%26))+strings.Repeat("x", i/26)+".png")); err != nil {
			t.Skip(err)
		}
	}
	p := launch(t, dir, "train", "--data", "./pictures", "--set", "data.size=16")
	time.Sleep(time.Second)
	sent := time.Now()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Skip(err)
	}
	if status := p.end(); status != exitInterrupted {
		t.Errorf("exit status %d; it says\n%s", status, p.stderr.String())
	}
	if took := time.Since(sent); took > 5*time.Second {
		t.Errorf("it ends after %v", took)
	}
}

// TestLoadingTells tells the progress of loading where there is no terminal.
func TestLoadingTells(t *testing.T) {
	var told bytes.Buffer
	l := newLoading(&env{stderr: &told})
	l.tell("reading pictures", 5, 10)
	if told.Len() > 0 {
		t.Errorf("at once it tells %q", told.String())
	}
	l.said = time.Now().Add(-quietFor)
	l.tell("reading pictures", 7, 10)
	l.tell("reading pictures", 8, 10)
	l.said = time.Now().Add(-quietFor)
	l.tell("listing files", 9, 0)
	if want := "reading pictures: 7 of 10\nlisting files: 9\n"; told.String() != want {
		t.Errorf("it tells %q, want %q", told.String(), want)
	}
}

// TestClassNames reads classes by their names and numbers.
func TestClassNames(t *testing.T) {
	c := recipe.Condition{Field: data.Label(3)}
	c.Labels = []string{"cat", "dog, wet", "2"}
	for text, want := range map[string][]int{
		"cat": {0}, "0": {0}, "dog, wet": {1}, " cat , 1,2": {0, 1, 2}, "7": {7},
	} {
		if got, err := classNumbers(c, text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, error %v", text, got, err)
		}
	}
	if _, err := classNumbers(c, "cat,cow"); err == nil || err.Error() != `there is no class "cow"` {
		t.Errorf("error %v", err)
	}
}
