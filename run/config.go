package run

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
)

// configFormat is the version of config.toml that this package writes.
const configFormat = 2

// A Config contains all settings of a run. config.toml stores them, --set changes
// them, and --dry-run shows them.
type Config struct {
	Recipe recipe.Recipe
	Train  *TrainSettings
	From   *FromSettings            // empty unless the run begins with networks of another run
	Data   *DataSettings            // of the role recipe.Main; empty if the recipe has no main dataset
	Sets   map[string]*DataSettings // of all roles, by name
	Model  any                      // the recipe's own settings

	all         any             // pointer to a struct that contains all the settings above
	given       map[string]bool // keys that Set has changed
	datasets    *datasets       // opened datasets
	acceptOther bool            // see AcceptOtherData
}

// TrainSettings decide how long a run trains and which results it keeps.
type TrainSettings struct {
	Seed     uint64  `toml:"seed" doc:"seed of all random numbers of the run"`
	Kimg     float64 `toml:"kimg" above:"0" doc:"length of the run in thousands of training examples; a recipe without data counts one minibatch for each round"`
	Steps    int64   `toml:"steps" min:"0" max:"4294967295" doc:"length of the run in rounds; 0: train.kimg is the length"`
	TickKimg float64 `toml:"tick_kimg" above:"0" doc:"thousands of examples in a tick, which ends with a line of the journal, a picture of samples and a checkpoint"`
	Keep     int     `toml:"keep" min:"1" doc:"number of the newest checkpoints that are kept"`
	Grid     int     `toml:"grid" min:"1" max:"4096" doc:"samples in a picture"`

	BatchStatistics int `toml:"batch_statistics" min:"0" max:"10000" doc:"forward passes before a tick that compute the statistics of batch normalisation for the averaged generator; 0: it has those of the training"`

	Measure      []string `toml:"measure" doc:"measures of the samples at ticks, compared with the validation part: parzen, prdc@2000"`
	MeasureTicks int      `toml:"measure_ticks" min:"1" doc:"ticks from one measuring to the next"`
	Best         string   `toml:"best" doc:"keep the checkpoint with the best value of this figure, MEASURE:FIGURE as in prdc:coverage; empty: none"`
	Patience     int      `toml:"patience" min:"0" doc:"end the run after this number of measurings without a better train.best; 0: never"`

	Probes bool     `toml:"probes" doc:"at every tick, compare a few samples with data and D on held-out examples, for the referee"`
	StopOn []string `toml:"stop_on" doc:"end the run when the referee finds one of these failures: collapse, diverged"`
	Remedy string   `toml:"remedy" oneof:"off auto" doc:"auto: when the referee finds a failure, apply the first remedy that fits and go on from the last checkpoint before the failure, or the oldest if all are later"`
}

// NewConfig returns the default settings of a recipe.
func NewConfig(r recipe.Recipe) *Config {
	var fields []reflect.StructField
	var values []reflect.Value
	add := func(name, key string, value any, tags ...string) {
		tag := strings.Join(append(tags, `toml:"`+key+`"`), " ")
		fields = append(fields, reflect.StructField{Name: name, Type: reflect.TypeOf(value), Tag: reflect.StructTag(tag)})
		values = append(values, reflect.ValueOf(value))
	}
	add("Format", "format", configFormat)
	add("Recipe", "recipe", r.Name)
	add("Train", "train", TrainSettings{Kimg: r.Kimg, TickKimg: r.TickKimg, Keep: 3, Grid: r.Grid, MeasureTicks: 1, Probes: true, Remedy: remedyOff})
	add("From", fromTable, FromSettings{}, `omitzero:"true"`)
	if r.Data != "" {
		add("Data", dataTable, DataSettings{Name: r.Data, Fit: string(format.FitNone)})
	}
	for i, role := range r.Others {
		add(fmt.Sprintf("Data%d", i+1), dataTable+"_"+role.Name, DataSettings{Name: role.Data, Fit: string(format.FitNone)})
	}
	add("Model", "model", reflect.ValueOf(r.Settings()).Elem().Interface())

	all := reflect.New(reflect.StructOf(fields))
	for i, v := range values {
		all.Elem().Field(i).Set(v)
	}
	part := func(name string) any { return all.Elem().FieldByName(name).Addr().Interface() }
	c := &Config{
		Recipe: r, all: all.Interface(),
		Train: part("Train").(*TrainSettings), From: part("From").(*FromSettings), Model: part("Model"),
		Data: &DataSettings{}, Sets: map[string]*DataSettings{},
	}
	if r.Data != "" {
		c.Data = part("Data").(*DataSettings)
		c.Sets[recipe.Main] = c.Data
	}
	for i, role := range r.Others {
		c.Sets[role.Name] = part(fmt.Sprintf("Data%d", i+1)).(*DataSettings)
	}
	return c
}

// SetOf returns the settings of the dataset of a role, such as Output.Like. The role
// "" is recipe.Main. The settings are empty if the recipe has no such role.
func (c *Config) SetOf(role string) *DataSettings {
	if d := c.Sets[cmp.Or(role, recipe.Main)]; d != nil {
		return d
	}
	return &DataSettings{}
}

// dataTable is the table of the role recipe.Main. The table of another role has an
// underscore and the role name at its end.
const dataTable = "data"

// ParseConfig reads the text of a config.toml. Errors name the file by name.
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
		return nil, hint.Add(fmt.Errorf("%s: recipe %q is not known to this program", name, head.Recipe),
			"import the package that registers it; this program knows %s", recipe.Names())
	}
	lines := name // the file to which line numbers in errors refer
	if head.Format == 1 {
		if text, err = upgrade(text); err != nil {
			return nil, fmt.Errorf("%s: format 1: %w", name, err)
		}
		lines = fmt.Sprintf("%s (read as format %d)", name, configFormat)
	}
	c := NewConfig(r)
	if err := settings.Decode(text, lines, c.all); err != nil {
		return nil, err
	}
	for _, d := range c.Sets {
		if _, err := d.parse(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// Set carries out one assignment KEY=VALUE. A key such as model.learning_rate may be
// written without its table if only one table has that key.
func (c *Config) Set(assignment string) error {
	key, value, _ := strings.Cut(assignment, "=")
	key = strings.TrimSpace(key)
	if c.Recipe.Data == "" && (key == dataTable || strings.HasPrefix(key, dataTable+".")) {
		return hint.Add(fmt.Errorf("recipe %s %s: it has no setting %s", c.Recipe.Name, c.readsOnly(), key),
			"gander recipes %s shows the settings", c.Recipe.Name)
	}
	key, err := settings.Resolve(c.all, key)
	switch {
	case err != nil:
		return hint.Add(err, "gander recipes %s shows the settings", c.Recipe.Name)
	case isFound(key):
		return hint.Add(fmt.Errorf("%s is not for setting, it follows from the recipe and the data", key),
			"gander recipes %s shows the settings", c.Recipe.Name)
	case !strings.Contains(assignment, "="):
		return settings.Set(c.all, key)
	}
	return c.set(key, value)
}

// set changes the setting of a key. A new size also sets fit to crop, unless fit has
// been set before.
func (c *Config) set(key, value string) error {
	table, name, _ := strings.Cut(key, ".")
	if isDataTable(table) && name == "size" {
		if _, _, err := parseSize(value); err != nil {
			return err
		}
	}
	if err := settings.Set(c.all, key+"="+value); err != nil {
		return err
	}
	if c.given == nil {
		c.given = map[string]bool{}
	}
	c.given[key] = true
	if isDataTable(table) && name == "size" && value != "" && !c.given[table+".fit"] {
		return settings.Set(c.all, fmt.Sprintf("%s.fit=%s", table, format.FitCrop))
	}
	return nil
}

// fromTable is the table of FromSettings. It is only in the file of a run that begins with
// networks of another one.
const fromTable = "from"

// isDataTable reports whether a table of settings describes a dataset.
func isDataTable(table string) bool {
	return table == dataTable || strings.HasPrefix(table, dataTable+"_")
}

// readsOnly describes the data of a recipe without a main dataset, for an error
// message.
func (c *Config) readsOnly() string {
	var tables []string
	for _, role := range c.Recipe.Others {
		tables = append(tables, dataTable+"_"+role.Name)
	}
	if len(tables) == 0 {
		return "learns from no data"
	}
	return "learns from " + strings.Join(tables, ", ") + " alone"
}

// isFound reports whether a user cannot set a key, because its value follows from the
// recipe or the data.
func isFound(key string) bool {
	table, name, _ := strings.Cut(key, ".")
	if !isDataTable(table) {
		return key == "format" || key == "recipe" || key == fromTable+".taken"
	}
	return slices.Contains(foundKeys, name)
}

// Encode returns the text of the config.toml.
func (c *Config) Encode() ([]byte, error) { return settings.Encode(c.all) }

// Table returns all settings that a user can set, for display.
func (c *Config) Table() []settings.Row {
	return slices.DeleteFunc(settings.Table(c.all), func(r settings.Row) bool { return isFound(r.Key) })
}

// Inputs returns the same settings for a form.
func (c *Config) Inputs() []settings.Input {
	return slices.DeleteFunc(settings.Inputs(c.all), func(in settings.Input) bool { return isFound(in.Key) })
}

// Resolve reads the settings that depend on the data, and returns an error if a run
// cannot start with the settings. It writes no files.
func (c *Config) Resolve() error {
	sets, err := c.open()
	if err != nil {
		return err
	}
	if _, err := c.plan(); err != nil {
		return err
	}
	_, err = c.build(sets)
	return err
}

// check returns an error if a setting is out of its range. Only a Go program can
// cause that.
func (c *Config) check() error {
	if err := settings.Check(c.all); err != nil {
		return hint.Add(err, "gander recipes %s shows the settings", c.Recipe.Name)
	}
	return c.From.check()
}

// open opens the training sets of all roles, and stores a description of their
// examples in the settings.
func (c *Config) open() (recipe.Sets, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Recipe.Data == "" && c.Data.Name != "" {
		return nil, hint.Add(fmt.Errorf("recipe %s %s, and data.name is %q", c.Recipe.Name, c.readsOnly(), c.Data.Name), "leave data.name out")
	}
	sets := recipe.Sets{}
	for _, role := range slices.Sorted(maps.Keys(c.Sets)) {
		d := c.Sets[role]
		parts, err := c.Parts(role)
		if err != nil {
			return nil, err
		}
		set, err := parts.Open(context.Background(), data.Train)
		if err != nil {
			return nil, err
		}
		if err := d.find(set, parts, c.acceptOther); err != nil {
			return nil, err
		}
		if d.Flip {
			if set, err = data.Mirror(set); err != nil {
				return nil, err
			}
		}
		sets[role] = set
	}
	return sets, nil
}

// build builds the system. sets is nil if the caller needs only outputs.
func (c *Config) build(sets recipe.Sets) (*recipe.System, error) {
	examples := func(role string) recipe.Examples {
		d := c.Sets[role]
		return recipe.Examples{Info: d.Info(), Epoch: d.Examples, Training: sets[role], Mean: d.Mean, SD: d.SD, Low: d.Low, High: d.High}
	}
	all := recipe.Examples{}
	if c.Recipe.Data != "" {
		all = examples(recipe.Main)
	}
	all.Others = map[string]recipe.Examples{}
	for _, role := range c.Recipe.Others {
		all.Others[role.Name] = examples(role.Name)
	}
	system, err := c.Recipe.Build(c.Model, all)
	if err == nil {
		c.nameConditions(system)
	}
	return system, err
}

// nameConditions copies from the data what people give instead of numbers: the names of
// classes to classifiers and to the conditions of outputs, and the encoders of texts to
// conditions.
func (c *Config) nameConditions(system *recipe.System) {
	for i := range system.Outputs {
		o := &system.Outputs[i]
		if field, ok := c.SetOf(o.Like).Info().Field(o.Makes.Name); ok && o.Classifies() && field.Same(o.Makes) {
			o.Makes.Labels = field.Labels
		}
		for i := range o.Given {
			given := &o.Given[i]
			field, ok := c.SetOf(given.Role).Info().Field(given.Name)
			if ok && given.Labels == nil && field.Same(given.Field) {
				given.Labels = field.Labels
			}
			if ok && given.Text == nil && field.Same(given.Field) {
				given.Text = field.Text
			}
		}
	}
}

// Rounds returns the number of rounds of the run. examples is the number of examples
// in one round.
func (c *Config) Rounds(examples int) (int64, error) {
	if c.Train.Steps > 0 {
		return c.Train.Steps, nil
	}
	rounds := math.Ceil(c.Train.Kimg * 1000 / float64(max(examples, 1)))
	if rounds > math.MaxUint32 { // the step counter has 32 bits
		return 0, hint.Add(fmt.Errorf("train.kimg = %g is %.3g rounds of %d examples, want at most %d", c.Train.Kimg, rounds, examples, uint32(math.MaxUint32)),
			"a run can be made longer when it is resumed")
	}
	return int64(rounds), nil
}
