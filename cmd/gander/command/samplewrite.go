package command

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// standardOutput is the path that means standard output.
const standardOutput = "-"

// chooseTarget sets the target and the format if they are not given: a table on standard
// output if the output has one, otherwise a picture with the name of the run.
func (c *sampleCmd) chooseTarget(run string, o recipe.Output) {
	picture := c.Interpolate || c.Neighbours || c.Arithmetic != ""
	if o.Table != nil && !picture {
		c.To = cmp.Or(c.To, standardOutput)
		if c.To == standardOutput {
			c.Format = cmp.Or(c.Format, "txt")
		}
	}
	c.To = cmp.Or(c.To, run+".png")
}

// format returns the format of the output: ".png", ".npy", ".csv", ".obj" or another
// extension, "" for a folder.
func (c *sampleCmd) format() string {
	if c.To != standardOutput {
		return strings.ToLower(filepath.Ext(c.To))
	}
	if c.Format != "" {
		return "." + c.Format
	}
	return ".png"
}

// checkForm returns an error, before any work is done, if the samples cannot be
// written as the flags say.
func (c *sampleCmd) checkForm(e *env, o recipe.Output) error {
	makes := o.Makes
	if c.To != standardOutput {
		c.To = filepath.Clean(c.To)
	}
	form, what := c.format(), makes.String()
	if makes.Kind == data.Numbers {
		what = "points"
	}
	if makes.IsVolume() {
		what = "volumes"
	}
	switch {
	case c.Data != "" && !c.Neighbours:
		return hint.Add(errors.New("--data is where --neighbours searches, and --neighbours is not given"), "leave it out")
	case c.Format != "" && c.To != standardOutput:
		return hint.Add(errors.New("--format is the format of standard output, and -o - is not given"), "leave it out: the name of a file has the format")
	case c.Interpolate && !makes.IsImage():
		return hint.Add(fmt.Errorf("--interpolate shows images, and run %s generates %s", c.RunName, what), "leave it out")
	case c.Sweep != "" && !makes.IsImage():
		return hint.Add(fmt.Errorf("--sweep shows images, and run %s generates %s", c.RunName, what), "leave it out")
	case c.Neighbours && !makes.IsImage():
		return hint.Add(fmt.Errorf("--neighbours shows images, and run %s generates %s", c.RunName, what), "leave it out")
	case c.Neighbours && form != ".png":
		return hint.Add(fmt.Errorf("--neighbours makes one picture, not %s", c.name()), "-o FILE.png")
	case c.To == standardOutput && form != ".png" && len(c.Seeds) > 1:
		return hint.Add(fmt.Errorf("%s for several seeds is several files, and standard output is one", form[1:]), "give one seed, or -o FILE%s", form)
	case c.To == standardOutput && !slices.Contains([]string{".csv", ".obj", ".txt"}, form) && e.onTerminal:
		return hint.Add(errors.New("standard output is a terminal, which cannot show binary data"), "direct it to a file or another program")
	case form == ".png" || form == ".npy" || form == ".csv" && makes.Kind == data.Numbers || form == ".obj" && makes.IsVolume() || form == ".txt" && o.Table != nil:
		return nil
	case !makes.IsImage():
		forms := "FILE.npy or FILE.png"
		if makes.Kind == data.Numbers {
			forms = "FILE.csv, FILE.npy, or FILE.png"
		}
		if o.Table != nil {
			forms = "FILE.txt, " + forms
		}
		if makes.IsVolume() {
			forms = "FILE.obj, FILE.npy, or FILE.png"
		}
		return hint.Add(fmt.Errorf("cannot write %s as %s", what, c.name()), "%s", forms)
	case form != "":
		return hint.Add(fmt.Errorf("cannot write samples as %s", c.name()), "FILE.png, FILE.npy, or the name of a folder, without a dot")
	}
	return c.checkFolders()
}

// name returns the output as the user gave it.
func (c *sampleCmd) name() string {
	if c.To == standardOutput {
		return c.format()[1:]
	}
	return c.To
}

// checkFolders returns an error if a folder of single images exists already.
func (c *sampleCmd) checkFolders() error {
	folders := []string{c.To}
	if len(c.Seeds) > 0 {
		folders = nil
		for _, seed := range c.Seeds {
			folders = append(folders, pathOfSeed(c.To, seed))
		}
	}
	for _, folder := range folders {
		if _, err := os.Lstat(folder); err == nil {
			return hint.Add(fmt.Errorf("%s exists already", folder), "give the name of a new folder")
		}
	}
	return nil
}

// pathOfSeed returns the path for one of several seeds: "a-seed7.npy" for "a.npy".
func pathOfSeed(path string, seed uint64) string {
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-seed%d%s", strings.TrimSuffix(path, ext), seed, ext)
}

// A written is a file or folder that was written, for the message to the user.
type written struct{ what, seeds string }

func writtenTo(path string, seeds ...uint64) written {
	w := written{path, "seed " + seedText(seeds...)}
	if path == standardOutput {
		w.what = "standard output"
	}
	if len(seeds) > 1 {
		w.seeds = "seeds " + seedText(seeds...)
	}
	return w
}

func seedText(seeds ...uint64) string {
	var texts []string
	for _, s := range seeds {
		texts = append(texts, strconv.FormatUint(s, 10))
	}
	return strings.Join(texts, ",")
}

// A sampleTarget is where samples are written, and in what format.
type sampleTarget struct {
	e        *env
	path     string
	format   string                             // ".png", ".npy", ".csv", ".obj", ".txt", or "" for a folder of PNGs
	table    func(sample []float32) [][2]string // of ".txt"; see recipe.Output
	metadata map[string]string                  // of PNGs and surfaces, without the seed
}

// text returns the metadata of a PNG or a file of surfaces.
func (t *sampleTarget) text(seeds string) map[string]string {
	text := maps.Clone(t.metadata)
	text["gander:seed"] = seeds
	return text
}

// write writes samples as an array, a table, surfaces or a folder of single images.
func (t *sampleTarget) write(ctx context.Context, s *run.Samples, seed string) error {
	switch t.format {
	case ".csv":
		return t.writeFile(func(w io.Writer) error { return format.EncodeCSV(w, s.Field.Size(), s.Field.Names, s.Values) })
	case ".npy":
		return t.writeFile(s.EncodeNPY)
	case ".txt":
		return t.writeFile(func(w io.Writer) error { return writeTable(w, s, t.table) })
	case ".obj":
		return t.writeFile(func(w io.Writer) error { return writeSurfaces(ctx, w, s, t.text(seed)) })
	}
	images, err := s.Images()
	if err != nil {
		return err
	}
	return writeSingles(ctx, t.path, run.Shown(images), t.text(seed))
}

func (t *sampleTarget) writePicture(m image.Image, seeds string) error {
	return t.writeFile(func(w io.Writer) error { return picture.EncodePNG(w, m, t.text(seeds)) })
}

// writeTable writes a line with the cells of each sample, under their headings.
func writeTable(w io.Writer, s *run.Samples, cells func([]float32) [][2]string) error {
	table := newTable(w)
	for i := range s.N {
		size := s.Field.Size()
		var lines [2][]string // of headings, and of values
		for _, cell := range cells(s.Values[i*size : (i+1)*size]) {
			lines[0], lines[1] = append(lines[0], cell[0]), append(lines[1], cell[1])
		}
		if i == 0 {
			fmt.Fprintln(table, strings.Join(lines[0], "\t"))
		}
		fmt.Fprintln(table, strings.Join(lines[1], "\t"))
	}
	return table.Flush()
}

// writeFile writes a file completely or not at all, or standard output.
func (t *sampleTarget) writeFile(write func(io.Writer) error) error {
	if t.path != standardOutput {
		return atomicfile.Write(t.path, 0o666, write)
	}
	buffer := bufio.NewWriterSize(t.e.stdout, 1<<16)
	if err := write(buffer); err != nil {
		return err
	}
	return buffer.Flush()
}

// stack returns pictures below one another.
func stack(blocks []image.Image) image.Image {
	if len(blocks) == 1 {
		return blocks[0]
	}
	var size image.Rectangle
	for _, b := range blocks {
		size.Max.X = max(size.Max.X, b.Bounds().Dx())
		size.Max.Y += b.Bounds().Dy()
	}
	all := newImageLike(blocks[0], size)
	top := 0
	for _, b := range blocks {
		at := image.Rect(0, top, b.Bounds().Dx(), top+b.Bounds().Dy())
		draw.Draw(all, at, b, b.Bounds().Min, draw.Src)
		top = at.Max.Y
	}
	return all
}

// newImageLike returns an empty image: grey if m is, otherwise with colours.
func newImageLike(m image.Image, size image.Rectangle) draw.Image {
	if _, isGrey := m.(*image.Gray); isGrey {
		return image.NewGray(size)
	}
	return image.NewNRGBA(size)
}

// writeSingles writes each image as a PNG in a new folder. The folder appears with
// all images or not at all.
func writeSingles(ctx context.Context, folder string, images picture.Images, text map[string]string) error {
	digits := max(4, len(strconv.Itoa(images.N-1)))
	return atomicfile.WriteFolder(folder, 0o777, func(folder string) error {
		for i := range images.N {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			one, err := picture.Grid(images.Slice(i, i+1), 1, picture.Options{Pad: -1, Scale: 1})
			if err != nil {
				return err
			}
			var png bytes.Buffer
			if err := picture.EncodePNG(&png, one, text); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%0*d.png", digits, i)), png.Bytes(), 0o666); err != nil {
				return err
			}
		}
		return nil
	})
}
