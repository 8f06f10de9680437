package run_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// configOf returns the settings of a recipe.
func configOf(t *testing.T, name string, settings ...string) *run.Config {
	t.Helper()
	r, err := recipe.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	c := run.NewConfig(r)
	for _, s := range settings {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// resumesExactly trains a run, and another one that is stopped after so many
// rounds and resumed, and wants every checkpoint and picture of the first in the
// second. It returns the first.
func resumesExactly(t *testing.T, at int64, config func() *run.Config) *run.Session {
	t.Helper()
	whole := begin(t, t.TempDir(), config())
	end(t, whole)
	broken := begin(t, t.TempDir(), config())
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	broken.Watch(onRound(onStep(at, stop)))
	if err := errors.Join(broken.Train(ctx), broken.Close()); !errors.Is(err, run.ErrInterrupted) || broken.Step() != at {
		t.Fatalf("stopped at step %d with %v", broken.Step(), err)
	}
	again := goOn(t, broken.Folder, whole.Rounds())
	if again.Step() != at {
		t.Errorf("resumed at step %d, want %d", again.Step(), at)
	}
	end(t, again)
	files := 0
	for _, folder := range []string{string(whole.Folder.Checkpoints()), whole.Folder.SampleFolder()} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files++
			name, err := filepath.Rel(whole.Folder.Path(), path)
			if err != nil {
				return err
			}
			want, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			got, err := os.ReadFile(filepath.Join(again.Folder.Path(), name))
			if string(got) != string(want) {
				t.Errorf("%s differs after a stop at step %d", name, at)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 4 { // a checkpoint and a picture of the beginning and of a tick
		t.Errorf("the run has %d files", files)
	}
	return whole
}

// records returns the journal of a run.
func records(t *testing.T, f run.Folder) (all []run.Record) {
	t.Helper()
	err := run.ReadJournal(f.JournalFile(), func(line []byte) error {
		var r run.Record
		err := json.Unmarshal(line, &r)
		all = append(all, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// pictures writes a folder for each class, of so many pictures in colour, of which
// no two are alike, and returns the path of all.
func pictures(t *testing.T, classes, each, size int) string {
	t.Helper()
	all := t.TempDir()
	for class := range classes {
		folder := filepath.Join(all, fmt.Sprint("class", class))
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		for i := range each {
			m := image.NewNRGBA(image.Rect(0, 0, size, size))
			for p := range m.Pix {
				m.Pix[p] = byte(p*(i+3) + 80*class)
				if p%4 == 3 {
					m.Pix[p] = 255
				}
			}
			var file bytes.Buffer
			if err := errors.Join(png.Encode(&file, m), os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.png", i)), file.Bytes(), 0o666)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

// TestRecipesResume trains every recipe for a few rounds, without interruption and with
// one, and wants the same bytes. Then it inverts samples.
func TestRecipesResume(t *testing.T) {
	if testing.Short() {
		t.Skip("trains every recipe")
	}
	digits := fewDigits(t, 400)
	for _, r := range recipe.List() {
		if reflect.TypeOf(r.Settings()).Elem().PkgPath() != reflect.TypeFor[recipe.Recipe]().PkgPath() {
			continue // a recipe of the tests
		}
		t.Run(r.Name, func(t *testing.T) {
			images := digits
			if r.Data == data.EmojiName {
				images = captioned(t)
			}
			whole := resumesExactly(t, 2, func() *run.Config {
				settings := []string{"steps=4", "batch=4", "grid=4", "tick_kimg=0.012", "keep=9"} // a stop between two ticks
				for _, row := range run.NewConfig(r).Table() {                                    // smaller networks, and a short warm-up
					switch size, _, _ := strings.Cut(row.Key, "_"); {
					case size == "model.width" && r.Name == "stacked": // small already
					case size == "model.width" && r.Name != "r3gan": // whose groups need 8 channels
						settings = append(settings, row.Key+"=4")
					case size == "model.width" || size == "model.hidden" || size == "model.maxout":
						settings = append(settings, row.Key+"=8")
					}
					switch row.Key {
					case "model.latent":
						settings = append(settings, row.Key+"=8")
					case "model.pixelcnn_filters", "model.pixelcnn_mixtures":
						settings = append(settings, row.Key+"=4")
					case "model.blocks":
						settings = append(settings, row.Key+"=1")
					case "model.critic_steps", "model.unroll":
						settings = append(settings, row.Key+"=2")
					case "model.labelled":
						settings = append(settings, row.Key+"=20")
					case "model.warm_up":
						settings = append(settings, row.Key+"=10")
					case "model.stage1_kimg":
						settings = append(settings, row.Key+"=.024") // three rounds
					case "model.pretrain_r", "model.pretrain_d", "model.history":
						settings = append(settings, row.Key+"=2")
					}
				}
				c := configOf(t, r.Name, settings...)
				switch typical, err := r.Typical(); {
				case err != nil:
					t.Fatal(err)
				case typical.First().IsImage():
					c.Data.Name = images
				case typical.First().IsVolume():
					c.Data.Name = balls(t)
				}
				return c
			})
			invertsSamples(t, whole.Folder)
		})
	}
}

// fewDigits writes n of the digits that Gander draws, and returns the path of their folder.
func fewDigits(t *testing.T, n int) string {
	t.Helper()
	digits := data.NewDigits(data.Train, 0)
	row := digits.Info().RowOf(data.ExampleField, data.ClassField)
	var pixels, labels []byte
	for i := range int64(n) {
		if err := digits.Read(row, i); err != nil {
			t.Fatal(err)
		}
		pixels = append(pixels, row.Of(digits.Info(), data.ExampleField).Bytes...)
		labels = append(labels, byte(row.Of(digits.Info(), data.ClassField).Ints[0]))
	}
	return writeIDX(t, pixels, labels, n, 28)
}

// captioned writes pictures with captions, and returns their folder.
func captioned(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	table := "file,caption\n"
	for i := range 20 {
		m := image.NewGray(image.Rect(0, 0, 16, 16))
		for k := range m.Pix {
			m.Pix[k] = byte(i * k)
		}
		var file bytes.Buffer
		if err := errors.Join(png.Encode(&file, m), os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.png", i)), file.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
		table += fmt.Sprintf("%d.png,picture %d of a set\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "captions.csv"), []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// balls writes a file of 60 volumes, each with a ball of its own size and class, and returns its
// path.
func balls(t *testing.T) string {
	t.Helper()
	const n, side = 60, 8
	voxels := make([]uint8, n*side*side*side)
	for i := range voxels {
		r := 1.5 + float64(i/(side*side*side)%3)
		d := 0.
		for v, axis := i, 0; axis < 3; v, axis = v/side, axis+1 {
			d += math.Pow(float64(v%side)-3.5, 2)
		}
		if d <= r*r {
			voxels[i] = 1
		}
	}
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % 3)
	}
	path := filepath.Join(t.TempDir(), "balls.npz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	x, errX := archive.Create("x.npy")
	errX = errors.Join(errX, format.EncodeNPY(x, []int{n, side, side, side}, voxels))
	y, errY := archive.Create("y.npy")
	errY = errors.Join(errY, format.EncodeNPY(y, []int{n}, labels))
	if err := errors.Join(errX, errY, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestVolumes trains with the class as condition and draws samples: the pictures have a row for
// each class, and three views of each volume.
func TestVolumes(t *testing.T) {
	c := configOf(t, "gan3d", "steps=2", "batch=4", "width=4", "grid=6", "conditional=yes")
	c.Data.Name = balls(t)
	s := begin(t, t.TempDir(), c)
	end(t, s)
	for _, name := range []string{"reals", run.StepName(2)} {
		file, err := os.Open(filepath.Join(s.Folder.SampleFolder(), name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := png.Decode(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		if size := drawn.Bounds().Size(); size.X < size.Y || size.X < 600 {
			t.Errorf("%s has %v pixels", name, size)
		}
	}
}
