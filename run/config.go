package run

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/recipe"
)

// configFormat is the version of config.toml written here.
const configFormat = 1

// A Config is every setting of a run: what config.toml holds, what --set
// changes and what --dry-run shows.
type Config struct {
	Recipe recipe.Recipe
	Train  *TrainSettings
	Data   *DataSettings
	Model  any // the recipe's own settings

	all any // pointer to the one struct that holds all of these
}

// TrainSettings say how long a run trains and what it keeps.
type TrainSettings struct {
	Seed     uint64  `toml:"seed" doc:"from which every random number of the run is drawn"`
	Kimg     float64 `toml:"kimg" above:"0" doc:"length of the run in thousands of real examples shown"`
	Steps    int64   `toml:"steps" min:"0" max:"4294967295" doc:"length of the run in rounds; 0: as kimg says"`
	TickKimg float64 `toml:"tick_kimg" above:"0" doc:"thousands of examples from one journal line, picture of samples and checkpoint to the next"`
	Keep     int     `toml:"keep" min:"1" doc:"checkpoints kept, the newest"`
	Grid     int     `toml:"grid" min:"1" max:"4096" doc:"samples in a picture"`

	Measure      []string `toml:"measure" doc:"what is measured in training, against the validation part: parzen, prdc@2000"`
	MeasureTicks int      `toml:"measure_ticks" min:"1" doc:"ticks from one measuring to the next"`
	Best         string   `toml:"best" doc:"the figure whose best checkpoint is kept, as MEASURE:FIGURE; empty: none"`
	Patience     int      `toml:"patience" min:"0" doc:"measurings without a better train.best after which the run ends; 0: never"`
}

// DataSettings say what the run learns. The shape is found when the run
// starts, so that a trained generator can be opened without its data.
type DataSettings struct {
	Name     string    `toml:"name" doc:"a dataset of gander data list, or a path"`
	Channels int       `toml:"channels" min:"0" doc:"of an image"`
	Height   int       `toml:"height" min:"0" doc:"of an image, in pixels"`
	Width    int       `toml:"width" min:"0" doc:"of an image, in pixels"`
	Dims     int       `toml:"dims" min:"0" doc:"numbers of a point; 0: the examples are images"`
	Low      []float64 `toml:"low" doc:"of points: the least training point in each dimension"`
	High     []float64 `toml:"high" doc:"of points: the greatest training point in each dimension"`
	Classes  int       `toml:"classes" min:"0" doc:"number of labels; 0: none"`
	Examples int64     `toml:"examples" min:"0" doc:"examples in an epoch"`
}

// Info describes the set as package data does.
func (d *DataSettings) Info() data.Info {
	return data.Info{Name: d.Name, Channels: d.Channels, Height: d.Height, Width: d.Width, Dims: d.Dims, Classes: d.Classes}
}

// describe says what is recorded of the examples, for an error message.
func (d *DataSettings) describe() string {
	if d.Dims > 0 {
		return fmt.Sprintf("points of %s from %.4g to %.4g", d.Info().Shape(), d.Low, d.High)
	}
	return "images of " + d.Info().Shape()
}

// NewConfig returns the defaults of a recipe.
func NewConfig(r recipe.Recipe) *Config {
	model := reflect.TypeOf(r.Settings()).Elem()
	field := func(name, key string, value any) reflect.StructField {
		return reflect.StructField{Name: name, Type: reflect.TypeOf(value), Tag: reflect.StructTag(`toml:"` + key + `"`)}
	}
	all := reflect.New(reflect.StructOf([]reflect.StructField{
		field("Format", "format", 0),
		field("Recipe", "recipe", ""),
		field("Train", "train", TrainSettings{}),
		field("Data", "data", DataSettings{}),
		{Name: "Model", Type: model, Tag: `toml:"model"`},
	}))
	s := all.Elem()
	s.Field(0).SetInt(configFormat)
	s.Field(1).SetString(r.Name)
	s.Field(4).Set(reflect.ValueOf(r.Settings()).Elem())
	c := &Config{
		Recipe: r, all: all.Interface(),
		Train: s.Field(2).Addr().Interface().(*TrainSettings),
		Data:  s.Field(3).Addr().Interface().(*DataSettings),
		Model: s.Field(4).Addr().Interface(),
	}
	*c.Train = TrainSettings{Kimg: r.Kimg, TickKimg: r.TickKimg, Keep: 3, Grid: r.Grid, MeasureTicks: 1}
	c.Data.Name = r.Data
	return c
}

// ParseConfig reads a config.toml; name is what errors call it.
func ParseConfig(text []byte, name string) (*Config, error) {
	var head struct {
		Format int    `toml:"format"`
		Recipe string `toml:"recipe"`
	}
	if _, err := toml.Decode(string(text), &head); err != nil {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "toml: "))
	}
	switch {
	case head.Format > configFormat:
		return nil, hint.Add(fmt.Errorf("%s: format %d is newer than this program knows, which is %d", name, head.Format, configFormat),
			"update gander")
	case head.Format < 1 || head.Recipe == "":
		return nil, fmt.Errorf("%s: not the configuration of a run: it has no format or no recipe", name)
	}
	r, err := recipe.Find(head.Recipe)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := NewConfig(r)
	if err := settings.Decode(text, name, c.all); err != nil {
		return nil, err
	}
	return c, nil
}

// Set carries out one KEY=VALUE. The table before a key, as in
// model.learning_rate, may be left out where only one has that key.
func (c *Config) Set(assignment string) error {
	key, _, _ := strings.Cut(assignment, "=")
	key = strings.TrimSpace(key)
	var keys, names, meant []string
	for _, row := range c.Table() {
		name := row.Key[strings.LastIndex(row.Key, ".")+1:]
		keys, names = append(keys, row.Key), append(names, name)
		if name == key {
			meant = append(meant, row.Key)
		}
	}
	switch {
	case slices.Contains(found, key):
		return hint.Add(fmt.Errorf("%s is not for setting, it follows from the recipe and the data", key),
			"gander recipes %s shows the settings", c.Recipe.Name)
	case len(meant) == 1:
		assignment = strings.Replace(assignment, key, meant[0], 1)
	case !slices.ContainsFunc(keys, func(k string) bool { return k == key || strings.HasPrefix(k, key+".") }):
		return c.unknown(key, keys, names)
	}
	return settings.Set(c.all, assignment)
}

// unknown returns the error for a key that is none of keys, whose last parts
// are names.
func (c *Config) unknown(key string, keys, names []string) error {
	near, ok := suggest.Nearest(key, keys)
	if !ok {
		if near, ok = suggest.Nearest(key[strings.LastIndex(key, ".")+1:], names); ok {
			near = keys[slices.Index(names, near)]
		}
	}
	if !ok {
		return hint.Add(fmt.Errorf("unknown setting %q", key), "gander recipes %s shows the settings", c.Recipe.Name)
	}
	return hint.Add(fmt.Errorf("unknown setting %q", key), "did you mean %s?", near)
}

// found are the keys of what is not for setting: it is found when the file is
// made.
var found = []string{"format", "recipe", "data.channels", "data.height", "data.width",
	"data.dims", "data.low", "data.high", "data.classes", "data.examples"}

// Encode returns the config.toml.
func (c *Config) Encode() ([]byte, error) { return settings.Encode(c.all) }

// Table returns every setting that is for setting, for display.
func (c *Config) Table() []settings.Row {
	return slices.DeleteFunc(settings.Table(c.all), func(r settings.Row) bool { return slices.Contains(found, r.Key) })
}

// Resolve finds what the settings leave to the data, and says whether a run
// could start with them. It writes nothing.
func (c *Config) Resolve() error {
	set, err := c.open()
	if err != nil {
		return err
	}
	if _, err := c.plan(); err != nil {
		return err
	}
	_, err = c.build(set)
	return err
}

// open opens the training set and writes its shape into the settings.
func (c *Config) open() (data.Set, error) {
	set, err := data.Open(c.Data.Name, data.Train, c.Train.Seed)
	if err != nil {
		return nil, err
	}
	info := set.Info()
	present := DataSettings{
		Name: c.Data.Name, Channels: info.Channels, Height: info.Height, Width: info.Width, Dims: info.Dims,
		Classes: info.Classes, Examples: set.Len(),
	}
	if present.Examples == data.Endless {
		present.Examples = endlessEpoch
	}
	if present.Low, present.High, err = bounds(set); err != nil {
		return nil, err
	}
	if c.Data.Examples != 0 && !reflect.DeepEqual(present, *c.Data) {
		return nil, hint.Add(fmt.Errorf("dataset %s is not what the run was started with: %d %s then, %d %s now", c.Data.Name, c.Data.Examples, c.Data.describe(), present.Examples, present.describe()),
			"give it back its old files, or start a new run")
	}
	*c.Data = present
	return set, nil
}

// endlessEpoch is what an epoch of an endless set is taken to be: as many
// images as MNIST trains on.
const endlessEpoch = 50_000

// build makes the system; training is nil when only the generator is wanted.
func (c *Config) build(training data.Set) (*recipe.System, error) {
	return c.Recipe.Build(c.Model, recipe.Examples{Info: c.Data.Info(), Epoch: c.Data.Examples, Training: training})
}

// Rounds returns the number of rounds of the run, given the examples one reads.
func (c *Config) Rounds(images int) (int64, error) {
	if c.Train.Steps > 0 {
		return c.Train.Steps, nil
	}
	rounds := math.Ceil(c.Train.Kimg * 1000 / float64(max(images, 1)))
	if rounds > math.MaxUint32 { // the step is a counter of 32 bits
		return 0, hint.Add(fmt.Errorf("train.kimg = %g is %.3g rounds of %d images, want at most %d", c.Train.Kimg, rounds, images, uint32(math.MaxUint32)),
			"a run can be made longer when it is resumed")
	}
	return int64(rounds), nil
}
