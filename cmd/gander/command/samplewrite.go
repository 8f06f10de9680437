package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// kindOf returns what form a name asks for: ".png", ".npy", ".csv" or "" for a
// folder.
func kindOf(path string) string { return strings.ToLower(filepath.Ext(path)) }

// checkForm refuses what cannot be written before any work is done for it.
func (c *sampleCmd) checkForm(makes data.Field) error {
	c.To = filepath.Clean(c.To)
	kind, what := kindOf(c.To), makes.String()
	if makes.Kind == data.Numbers {
		what = "points"
	}
	switch {
	case c.Data != "" && !c.Neighbours:
		return hint.Add(errors.New("--data says where --neighbours looks, and there is no --neighbours"), "leave it out")
	case c.Interpolate && !makes.IsImage():
		return hint.Add(fmt.Errorf("--interpolate shows images, and run %s generates %s", c.RunName, what), "leave it out")
	case c.Neighbours && !makes.IsImage():
		return hint.Add(fmt.Errorf("--neighbours shows images, and run %s generates %s", c.RunName, what), "leave it out")
	case c.Neighbours && kind != ".png":
		return hint.Add(fmt.Errorf("--neighbours makes one picture, not %s", c.To), "-o FILE.png")
	case kind == ".png" || kind == ".npy" || kind == ".csv" && makes.Kind == data.Numbers:
		return nil
	case !makes.IsImage():
		forms := "FILE.npy or FILE.png"
		if makes.Kind == data.Numbers {
			forms = "FILE.csv, FILE.npy, or FILE.png"
		}
		return hint.Add(fmt.Errorf("cannot write %s as %s", what, c.To), "%s", forms)
	case kind != "":
		return hint.Add(fmt.Errorf("cannot write samples as %s", c.To), "FILE.png, FILE.npy, or a folder's name without a dot")
	}
	if _, err := os.Lstat(c.To); err == nil {
		return hint.Add(fmt.Errorf("%s is there already", c.To), "name a folder that is not")
	}
	return nil
}

// writeSamples writes samples in the form that path asks for. A picture has so many
// columns, about a square if that is 0.
func writeSamples(ctx context.Context, path string, config *run.Config, s *run.Samples, columns int, text map[string]string) error {
	switch kindOf(path) {
	case ".png":
		drawn, err := config.Picture(s, nil, columns)
		if err != nil {
			return err
		}
		return writeFile(path, func(w io.Writer) error { return picture.EncodePNG(w, drawn, text) })
	case ".csv":
		return writeFile(path, func(w io.Writer) error { return format.EncodeCSV(w, s.Field.Size(), s.Values) })
	case ".npy":
		return writeNPY(path, s)
	}
	images, err := s.Images()
	if err != nil {
		return err
	}
	return writeSingles(ctx, path, run.Shown(images), text)
}

// writeNPY writes an array [n, shape...]: of bytes of images, of float32 of all else.
func writeNPY(path string, s *run.Samples) error {
	shape := append([]int{s.N}, s.Field.Shape...)
	if !s.Field.IsImage() {
		return writeFile(path, func(w io.Writer) error { return format.EncodeNPY(w, shape, s.Values) })
	}
	images, err := s.Images()
	if err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error { return format.EncodeNPY(w, shape, images.Pixels) })
}

func writeFile(path string, write func(io.Writer) error) error {
	return atomicfile.Write(path, 0o666, write)
}

// writeSingles writes each image as a PNG in a new folder, which appears whole
// or not at all.
func writeSingles(ctx context.Context, dir string, images picture.Images, text map[string]string) (err error) {
	making := filepath.Join(filepath.Dir(dir), fmt.Sprintf(".%s-%08x", filepath.Base(dir), rand.Uint32()))
	err = os.Mkdir(making, 0o777)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err // without the name of a folder that nobody asked for
	}
	if err != nil {
		return atomicfile.Explain(dir, err)
	}
	defer os.RemoveAll(making)
	digits := max(4, len(strconv.Itoa(images.N-1)))
	for i := range images.N {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		one, err := picture.Grid(images.Slice(i, i+1), 1, picture.Options{Pad: -1, Scale: 1})
		if err != nil {
			return err
		}
		path := filepath.Join(making, fmt.Sprintf("%0*d.png", digits, i))
		if err := writeFile(path, func(w io.Writer) error { return picture.EncodePNG(w, one, text) }); err != nil {
			return err
		}
	}
	if err := os.Rename(making, dir); err != nil {
		return atomicfile.Explain(dir, err)
	}
	return nil
}
