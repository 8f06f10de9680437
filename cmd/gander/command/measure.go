package command

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

type measureCmd struct {
	Args    []string `arg:"" optional:"" name:"metric" help:"What to measure, as prdc or prdc@2000 for so many samples, and at the end the run: its folder, name or number."`
	Samples string   `help:"Measure these in place of a run: an npy, IDX or CSV file, or a folder of pictures." placeholder:"FILE|DIR"`
	Data    string   `help:"What the samples should look like; they are compared with its test part. Default: what the run learned." placeholder:"NAME|PATH"`
	N       int      `name:"n" short:"n" help:"Number of samples, drawn at random if there are more. Default: as each measure's protocol says." placeholder:"N" min:"1" max:"1000000"`
	Seed    uint64   `help:"Seed of the samples of a run and of all random draws of the measures. Default: 0." default:"0" placeholder:"N"`
	Space   string   `help:"The feature space in which distances are taken: pixels, or one of a classifier." placeholder:"NAME"`
	Fine    bool     `help:"Have parzen search its width on a fine grid, too."`
	Best    bool     `help:"Take the checkpoint that the run's train.best chose, not the newest."`
	Threads int      `help:"Threads to compute with; results do not depend on it. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	JSON    bool     `name:"json" help:"Write one JSON object a measure to standard output." xor:"form"`
	Compare string   `help:"Show how the figures differ from those that an earlier --json wrote." placeholder:"FILE" xor:"form"`
	Runs    string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// helpIndent is how far the help moves an indented block to the right.
const helpIndent = 2

// Help follows the first line of the verb's help.
func (*measureCmd) Help() string {
	var text strings.Builder
	text.WriteString("Each figure has a protocol, a standard error (±) and a baseline: the same figure of real examples, of the same number, instead of the samples. Without METRIC, measures that fit the data are chosen.\n\nMeasures:\n\n")
	for _, m := range measure.List() {
		text.WriteString(wrapTo(textWidth-helpIndent, m.Title, fmt.Sprintf("  %-13s ", m.Name), strings.Repeat(" ", 16)))
	}
	fmt.Fprintf(&text, "\nFeature spaces: %s.", strings.Join(measure.Spaces(), ", "))
	return text.String()
}

// An asked measure takes n samples; 0: as many as its protocol says.
type asked struct {
	measure.Measure
	n int
}

func (c *measureCmd) Run(e *env) error {
	measures, runName, err := c.parse()
	if err != nil {
		return err
	}
	if c.Data, err = lasting(c.Data); err != nil { // under one name, results can be compared
		return err
	}
	before, err := c.before(measures)
	if err != nil {
		return err
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	if runName == "" {
		return c.judge(e, device, measures, before, 0, func(real *measure.Set, _ int) (*measure.Set, error) {
			return measure.LoadSamples(c.Samples, real)
		})
	}
	folder, err := openRun(c.Runs, runName)
	if err != nil {
		return err
	}
	g, err := openGenerator(e, device, folder, c.Best)
	if err != nil {
		return err
	}
	if c.Data == "" {
		c.Data = g.Config.Data.Name
	}
	if c.Data == "" {
		return hint.Add(fmt.Errorf("run %s learned from no dataset that has a name", folder.Name()), "--data NAME|PATH, what its samples should look like")
	}
	return c.judge(e, device, measures, before, g.Config.Train.Seed, func(_ *measure.Set, n int) (*measure.Set, error) {
		return g.SampleSet(e.ctx, n, c.Seed, folder.Name())
	})
}

// judge compares samples with the data and shows one result after the other. draw
// is given real examples and gives at least so many samples like them if it can.
func (c *measureCmd) judge(e *env, device *engine.Device, measures []asked, before map[string]*measure.Result,
	dataSeed uint64, draw func(real *measure.Set, n int) (*measure.Set, error)) error {
	real, err := measure.LoadReal(c.Data, dataSeed)
	if err != nil {
		return err
	}
	if len(measures) == 0 {
		if measures, err = fitting(real, c.Data); err != nil {
			return err
		}
	}
	samples, err := draw(real.Test, c.most(measures))
	if err != nil {
		return err
	}
	live, cache := liveLine{e: e}, &measure.Cache{}
	for _, m := range measures {
		r, err := m.Run(e.ctx, measure.Task{
			Samples: samples, Train: real.Train, Validation: real.Validation, Reference: real.Test, Mixture: real.Mixture,
			N: c.samplesFor(m), Space: c.spaceFor(m), Fine: c.Fine, Seed: c.Seed, Cache: cache, Device: device,
			Progress: func(what string, done, total int) { live.draw(percent(m.Name+": "+what, done, total)) },
		})
		live.end()
		if err != nil {
			return err
		}
		if err := c.show(e, r, before[m.Name]); err != nil {
			return err
		}
	}
	return nil
}

// parse reads the arguments: measures, then the run unless samples are given.
func (c *measureCmd) parse() (measures []asked, runName string, err error) {
	specs := c.Args
	switch {
	case c.Samples == "" && len(specs) == 0:
		return nil, "", hint.Add(errors.New("nothing to measure is named"), "gander measure RUN, or --samples FILE --data NAME")
	case c.Samples == "":
		runName, specs = specs[len(specs)-1], specs[:len(specs)-1]
		if m, _, err := measure.Find(runName); err == nil && !isThere(runName) {
			return nil, "", hint.Add(fmt.Errorf("%s is a measure, and the run comes last", runName), "gander measure %s RUN", m.Name)
		}
	case c.Best:
		return nil, "", hint.Add(errors.New("--best chooses among the checkpoints of a run, not among --samples"), "leave it out")
	case c.Data == "":
		return nil, "", hint.Add(errors.New("--samples need --data, what they should look like"), "--data NAME|PATH; gander data list shows the known ones")
	}
	for _, spec := range specs {
		m, n, err := measure.Find(spec)
		if err != nil {
			return nil, "", err
		}
		if n > run.MostSamples {
			return nil, "", hint.Add(fmt.Errorf("%s: %d samples, want at most %d", m.Name, n, run.MostSamples), "its protocol asks for %d", m.N)
		}
		if c.Space != "" && !m.Spaces {
			return nil, "", hint.Add(fmt.Errorf("%s works on the examples themselves, not in the space %s", m.Name, c.Space), "leave --space out")
		}
		measures = append(measures, asked{m, max(n, 0)})
	}
	if c.Fine && !slices.ContainsFunc(measures, func(m asked) bool { return m.Name == "parzen" }) {
		return nil, "", hint.Add(errors.New("--fine is for parzen, which is not asked for"), "gander measure parzen --fine ...")
	}
	return measures, runName, nil
}

// isThere says whether there is a file or folder of that name.
func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// fitting returns the measures taken when none is named.
func fitting(real *measure.Real, name string) ([]asked, error) {
	var names []string
	switch {
	case !real.Test.Field.IsImage() && real.Mixture == nil:
		names = []string{"prdc"}
	case !real.Test.Field.IsImage():
		names = []string{"modes", "prdc"}
	// A classifier was trained on this data.
	case slices.ContainsFunc(measure.Spaces(), func(s string) bool { return strings.HasSuffix(s, "/"+filepath.Base(name)) }):
		names = []string{"prdc", "frechet", "classes", "memorisation"}
	default:
		names = []string{"prdc", "frechet", "memorisation"}
	}
	var measures []asked
	for _, name := range names {
		m, _, err := measure.Find(name)
		if err != nil {
			return nil, err
		}
		measures = append(measures, asked{m, 0})
	}
	return measures, nil
}

// samplesFor returns the number of samples that a measure is to take, 0 if its
// protocol decides.
func (c *measureCmd) samplesFor(m asked) int {
	if m.n > 0 {
		return m.n
	}
	return c.N
}

// most returns the number of samples of the measure that takes the most.
func (c *measureCmd) most(measures []asked) int {
	most := 1
	for _, m := range measures {
		n := c.samplesFor(m)
		if n == 0 {
			n = m.N
		}
		most = max(most, n)
	}
	return most
}

// spaceFor returns the feature space for a measure, "" where it has none to
// choose.
func (c *measureCmd) spaceFor(m asked) string {
	if m.Spaces {
		return c.Space
	}
	return ""
}

// show writes a result in the form that is asked for.
func (c *measureCmd) show(e *env, r, before *measure.Result) error {
	if c.JSON {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%s\n", line)
		return err
	}
	if before != nil {
		if err := measure.Comparable(before, r); err != nil {
			return fmt.Errorf("%s: %w", r.Measure, err)
		}
	}
	_, err := e.stdout.Write([]byte(resultText(r, before)))
	return err
}

// before reads the results that --compare names, by measure. Those that are
// asked for must be among them.
func (c *measureCmd) before(measures []asked) (map[string]*measure.Result, error) {
	if c.Compare == "" {
		return nil, nil
	}
	file, err := os.Open(c.Compare)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	results := map[string]*measure.Result{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for number := 1; lines.Scan(); number++ {
		r := &measure.Result{}
		if err := json.Unmarshal(lines.Bytes(), r); err != nil || r.Measure == "" {
			return nil, hint.Add(fmt.Errorf("%s line %d is no result", c.Compare, number), "gander measure --json writes them")
		}
		results[r.Measure] = r
	}
	if err := lines.Err(); err != nil {
		return nil, hint.Add(err, "--compare a file that gander measure --json wrote")
	}
	for _, m := range measures {
		if results[m.Name] == nil {
			return nil, hint.Add(fmt.Errorf("%s has no result of %s to compare with", c.Compare, m.Name), "measure that too, with --json")
		}
	}
	if len(results) == 0 {
		return nil, hint.Add(fmt.Errorf("%s has no result to compare with", c.Compare), "gander measure --json writes them")
	}
	return results, nil
}
