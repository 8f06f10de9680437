package run

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
)

// DataSettings describe the dataset that the run reads in one of its roles, and how
// the run reads it. The description of an example is stored when the run starts. A
// trained generator can therefore be opened without its data.
type DataSettings struct {
	Name       string `toml:"name" doc:"a dataset of gander data list, or a path"`
	Size       string `toml:"size" doc:"pixels of the images, as 64 or 48x64 (height x width); empty: as they are"`
	Fit        string `toml:"fit" oneof:"crop pad stretch none" doc:"how images are brought to data.size; crop if only a size is set, none: they must have it already"`
	Channels   int    `toml:"channels" min:"0" max:"4" doc:"channels of the images: 1 grey, 3 colours, 4 colours with transparency; 0: what most of them have"`
	Flip       bool   `toml:"flip" doc:"train also on the mirror images, with left and right exchanged"`
	SkipBroken bool   `toml:"skip_broken" doc:"leave out pictures that cannot be read; otherwise the first is an error"`

	Fields      []string  `toml:"fields" doc:"what an example consists of: name, kind, shape, number of classes"`
	Names       []string  `toml:"names" doc:"of points: the names of the columns, if they are known"`
	Labels      []string  `toml:"labels" doc:"the names of the classes, if they are known"`
	Alphabet    string    `toml:"alphabet" doc:"of captions: the letters and digits that are known"`
	IDF         []float64 `toml:"idf" doc:"of captions: the weights of the numbers of their vectors"`
	Low         []float64 `toml:"low" doc:"of points: the least training value in each dimension"`
	High        []float64 `toml:"high" doc:"of points: the greatest training value in each dimension"`
	Mean        []float64 `toml:"mean" doc:"of points: the mean of the training values in each dimension"`
	SD          []float64 `toml:"sd" doc:"of points: their standard deviation in each dimension"`
	Examples    int64     `toml:"examples" min:"0" doc:"examples in an epoch"`
	Split       string    `toml:"split" doc:"how the parts for training, validation and test were made: published, drawn from train.seed, or dealt by number"`
	Fingerprint string    `toml:"fingerprint" doc:"of the training examples: their number and a hash of some of them"`
}

// The values of DataSettings.Split.
const (
	splitPublished = "published" // the publisher of the dataset made the parts
	splitDrawn     = "drawn"     // drawn from train.seed: see data.Divide
	splitDealt     = "dealt"     // dealt by number, as in older versions: see data.Deal
)

// foundKeys are the keys of DataSettings that are set from the data when a run
// starts.
var foundKeys = []string{"fields", "names", "labels", "alphabet", "idf", "low", "high", "mean", "sd", "examples", "split", "fingerprint"}

// options returns the options for reading the dataset.
func (d *DataSettings) options() (o load.Options, err error) {
	o = load.Options{Fit: format.Fit(d.Fit), Channels: d.Channels, SkipBroken: d.SkipBroken, Dealt: d.Split == splitDealt}
	if d.Channels == 2 {
		return o, hint.Add(fmt.Errorf("data.channels = 2, and there are no images of 2 channels"), "1 grey, 3 colours, 4 colours with transparency")
	}
	o.Height, o.Width, err = parseSize(d.Size)
	return o, err
}

// parseSize reads a size such as 64 or 48x64. It returns 0, 0 for "".
func parseSize(text string) (height, width int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	h, w, both := strings.Cut(text, "x")
	if !both {
		w = h
	}
	height, errH := strconv.Atoi(h)
	width, errW := strconv.Atoi(w)
	if errH != nil || errW != nil || height < 1 || width < 1 || height > mostSide || width > mostSide {
		return 0, 0, hint.Add(fmt.Errorf("data.size = %q, want pixels from 1 to %d", text, mostSide), "data.size=64, or data.size=48x64 (height x width)")
	}
	return height, width, nil
}

// mostSide is the greatest height and width of images.
const mostSide = 1 << 14

// Info describes the examples in the terms of package data. It panics if
// [ParseConfig] has not checked the settings.
func (d *DataSettings) Info() data.Info {
	info, err := d.parse()
	if err != nil {
		panic(err)
	}
	return info
}

func (d *DataSettings) parse() (data.Info, error) {
	info := data.Info{Name: d.Name}
	for _, text := range d.Fields {
		f, err := parseField(text)
		if err != nil {
			return info, fmt.Errorf("field %q: %w", text, err)
		}
		if len(info.Fields) == 0 && len(d.Names) > 0 {
			f.Names = d.Names
		}
		if f.Name == data.ClassField && len(d.Labels) > 0 {
			f.Labels = d.Labels
		}
		if f.Name == data.TextField && len(d.IDF) > 0 {
			f.Text = &data.TextEncoder{Alphabet: d.Alphabet, IDF: d.IDF}
		}
		if err := f.Check(); err != nil {
			return info, fmt.Errorf("field %q: %w", text, err)
		}
		info.Fields = append(info.Fields, f)
	}
	if _, err := d.options(); err != nil {
		return info, err
	}
	return info, d.checkFound(info.First())
}

// checkFound returns an error if a list with one value for each column has another
// length than the first field.
func (d *DataSettings) checkFound(first data.Field) error {
	for _, list := range []struct {
		key    string
		values []float64
	}{{"low", d.Low}, {"high", d.High}, {"mean", d.Mean}, {"sd", d.SD}} {
		if n := len(list.values); n > 0 && (first.Kind != data.Numbers || n != first.Size()) {
			return fmt.Errorf("data.%s has %d values, and an example is %v", list.key, n, first)
		}
	}
	if !slices.Contains([]string{"", splitPublished, splitDrawn, splitDealt}, d.Split) {
		return fmt.Errorf("data.split = %q is unknown, want published, drawn or dealt", d.Split)
	}
	return nil
}

// describe returns the recorded description of the examples, for an error message.
func (d *DataSettings) describe() string {
	var fields []string
	for _, f := range d.Info().Fields {
		fields = append(fields, fmt.Sprintf("%s %v", f.Name, f))
	}
	text := strings.Join(fields, ", ")
	if len(d.Low) > 0 {
		text += fmt.Sprintf(" from %.4g to %.4g", d.Low, d.High)
	}
	return text
}

// isPoints reports whether f is the field that Low and High describe.
func (d *DataSettings) isPoints(f data.Field) bool {
	return len(d.Low) > 0 && f.Kind == data.Numbers && f.Same(d.Info().First())
}
