package run

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/recipe"
)

// A gallery makes the pictures of one output that is no classifier. All of them use the
// same latents and conditions, so that a reader can compare them.
type gallery struct {
	sampler *Sampler
	folder  string // within the folder of samples; "" for the first output
	n       int
	inputs  Inputs
	cloud   []float32 // points of the data behind the samples; nil for images
	columns int       // 0: nearly square
}

// leastColumns is the least number of samples in a row of a picture with a row for each
// class. With fewer, the picture would be narrow and long.
const leastColumns = 2

// mostColumns returns the largest number of samples in such a row. With more, the picture of
// few classes would be low and very wide.
func mostColumns(classes int) int { return max(10, 4*classes) }

// newGallery chooses fixed inputs for the pictures of an output. If it has a class
// condition, and all others can be drawn, each class has a row, unless there are too many
// classes. Otherwise the conditions are those of real examples.
func (s *Session) newGallery(sampler *Sampler, folder string) (*gallery, error) {
	c := s.Config
	g := &gallery{sampler: sampler, folder: folder}
	var err error
	g.inputs, g.n, g.columns, err = sampler.grid(c.Train, func(n int) (Inputs, error) {
		return sampler.conditions(s.sets, n, c.Train.Seed)
	})
	if err != nil {
		return nil, err
	}
	like := cmp.Or(sampler.Output.Like, recipe.Main)
	if c.SetOf(like).isPoints(sampler.Output.Makes) {
		if g.cloud, err = drawnPoints(s.sets[like], int64(c.Train.Grid), c.Train.Seed); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// grid returns the inputs of the samples in each picture of an output, their number, and
// the number of columns, 0 for a nearly square picture. conditions returns those of n real
// examples.
func (s *Sampler) grid(t *TrainSettings, conditions func(n int) (Inputs, error)) (in Inputs, n, columns int, err error) {
	if class, ok := rowClass(s.Output); ok && class.Classes*leastColumns <= t.Grid {
		n = min(t.Grid, class.Classes*mostColumns(class.Classes))
		in, columns = s.classRows(class, n, t.Seed)
		return in, columns * class.Classes, columns, nil
	}
	given, err := conditions(t.Grid)
	return s.Latents(0, t.Grid, t.Seed).with(given), t.Grid, 0, err
}

// Grid returns the inputs of the samples in each picture of an output, their number, and
// the number of columns, which is 0 for a nearly square picture. The output "" is the first
// one. It opens the data if the conditions are those of real examples.
func (g *Generator) Grid(output string) (in Inputs, n, columns int, err error) {
	s, err := g.Sampler(output)
	if err != nil {
		return nil, 0, 0, err
	}
	return s.grid(g.Config.Train, func(n int) (Inputs, error) { return g.realConditions(s, n, g.Config.Train.Seed) })
}

// writeGalleries writes a picture of samples of every output.
func (s *Session) writeGalleries(name string) error {
	for _, g := range s.galleries {
		if err := s.writeGallery(g, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) writeGallery(g *gallery, name string) error {
	samples, err := g.sampler.Make(context.Background(), g.n, g.inputs)
	if err != nil {
		return err
	}
	pixels := samples.Field.Kind == data.Pixels
	what := "a number of the samples"
	if pixels {
		what = "a pixel of the samples"
	}
	for _, x := range samples.Values {
		if math.IsNaN(float64(x)) || !pixels && math.IsInf(float64(x), 0) {
			return &game.DivergedError{Step: s.trainer.Step(), Statistic: what}
		}
	}
	drawn, err := s.Config.Picture(samples, g.cloud, g.columns)
	if err != nil {
		return fmt.Errorf("samples of step %d: %w", s.trainer.Step(), err)
	}
	return s.writePicture(filepath.Join(g.folder, name), drawn)
}

// writeReals writes a picture of real examples from the set that the first output
// should resemble. For images these are randomly drawn images. For points these are
// the points behind the samples in every picture. A run without data has no such
// picture.
func (s *Session) writeReals() error {
	role := recipe.Main
	if output, ok := s.system.Samples(); ok {
		role = cmp.Or(output.Like, recipe.Main)
	}
	set := s.sets[role]
	if set == nil {
		return nil
	}
	reals, err := drawnExamples(set, s.Config.Train.Grid, s.Config.Train.Seed)
	if err != nil {
		return err
	}
	reals.Like = role
	if settings := s.Config.SetOf(role); settings.isPoints(reals.Field) {
		drawn, err := settings.scatter(reals.Values, nil)
		if err != nil {
			return err
		}
		return s.writePicture("reals", drawn)
	}
	drawn, err := s.Config.Picture(reals, nil, 0)
	if err != nil {
		return err
	}
	return s.writePicture("reals", drawn)
}

// drawnExamples returns the first field of n examples of set, or of all examples if
// set has fewer. They are drawn with seed; see [data.Draw]. Points with a missing value in
// one of the first two columns, which are those of a picture, are left out.
func drawnExamples(set data.Set, n int, seed uint64) (*Samples, error) {
	set = data.Draw(set, int64(n), seed, "real examples")
	info := set.Info()
	f := info.First()
	s := &Samples{Field: f, Scale: data.Scale{Lo: 0, Hi: 1}}
	row := info.RowOf(f.Name)
	if info.HasMissing() {
		row = info.RowOf(f.Name, data.ObservedField)
	}
	observed := row.Of(info, data.ObservedField).Floats
	for i := range min(set.Len(), int64(n)) {
		if err := set.Read(row, i); err != nil {
			return nil, err
		}
		if slices.Contains(observed[:min(2, len(observed))], 0) {
			continue
		}
		s.N++
		s.Values = append(s.Values, row[0].Floats...)
		for _, b := range row[0].Bytes {
			s.Values = append(s.Values, float32(b)/255)
		}
	}
	return s, nil
}

func (s *Session) writePicture(name string, drawn image.Image) error {
	text := map[string]string{
		"gander:run":  s.name,
		"gander:seed": strconv.FormatUint(s.Config.Train.Seed, 10),
		"gander:step": strconv.FormatInt(s.trainer.Step(), 10),
	}
	path := filepath.Join(s.Folder.SampleFolder(), name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return atomicfile.Explain(path, err)
	}
	return atomicfile.Write(path, 0o666, func(w io.Writer) error { return picture.EncodePNG(w, drawn, text) })
}
