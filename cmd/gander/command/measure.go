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

	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

type measureCmd struct {
	Args     []string `arg:"" optional:"" name:"metric" help:"What to measure, as prdc, or prdc@2000 for 2000 samples, and at the end the run: its folder, name or number, or latest."`
	Samples  string   `help:"Measure these samples instead of a run: an npy, IDX or CSV file, or a folder of pictures." placeholder:"FILE|DIR"`
	Data     string   `help:"Real examples to compare with: all examples of a path, the test part of a known dataset. Default: the test part of the data of the run." placeholder:"NAME|PATH"`
	Split    string   `help:"Part of the data to compare with: train, validation or test." oneof:"train,validation,test" placeholder:"PART"`
	N        int      `name:"n" short:"n" help:"Number of samples, drawn at random if there are more. Default: that of the protocol of each measure." placeholder:"N" min:"1" max:"1000000"`
	Truncate *float64 `help:"Draw numbers of normal latents again that are outside of -PSI to PSI: precision often rises and recall falls." placeholder:"PSI"`
	Seed     uint64   `help:"Seed of the samples of a run and of all random draws of the measures. Default: 0." default:"0" placeholder:"N"`
	Space    string   `help:"Feature space of the distances: pixels, or one of a classifier." placeholder:"NAME"`
	Fine     bool     `help:"With parzen, also search the width on a fine grid."`
	Best     bool     `help:"Use the checkpoint that the run's train.best chose instead of the newest."`
	Threads  int      `help:"Number of threads; the results do not depend on it. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	JSON     bool     `name:"json" help:"Write one JSON object for each measure to standard output." xor:"form"`
	Compare  string   `help:"Show the differences from the results in this file, which an earlier --json wrote." placeholder:"FILE" xor:"form"`
	Runs     string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// helpIndent is the number of columns by which the help indents a block.
const helpIndent = 2

// Help is the text after the first line of the verb's help.
func (*measureCmd) Help() string {
	var text strings.Builder
	text.WriteString("Each figure has a protocol, a standard error (±) and a baseline: the same figure of the same number of real examples. Measures are separated by blanks or commas. Without any, those that fit the data are chosen.\n\nMeasures:\n\n")
	for _, m := range measure.List() {
		text.WriteString(wrapTo(textWidth-helpIndent, m.Title, fmt.Sprintf("  %-13s ", m.Name), strings.Repeat(" ", 16)))
	}
	fmt.Fprintf(&text, "\nFeature spaces: %s.", strings.Join(measure.Spaces(), ", "))
	return text.String()
}

// A requested measure takes n samples; 0: the number of its protocol.
type requested struct {
	measure.Measure
	n int
}

func (c *measureCmd) Run(e *env) error {
	measures, runName, err := c.parse()
	if err != nil {
		return err
	}
	if c.Data, err = lasting(c.Data); err != nil { // results are comparable only if the data have the same name
		return err
	}
	whole := c.isWhole()
	if err := checkWhole(measures, whole); err != nil {
		return err
	}
	before, err := c.before(measures)
	if err != nil {
		return err
	}
	c.warnIfSame(e)
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	m := measuring{cmd: c, e: e, device: device, measures: measures, before: before, whole: whole}
	if runName != "" {
		return m.ofRun(runName)
	}
	return m.run(load.NewParts(c.Data, 0), func(real *measure.Set, _ int) (*measure.Set, error) {
		return measure.LoadSamples(c.Samples, real)
	})
}

// onlyClassifies reports whether a run makes no samples, but has a classifier.
func onlyClassifies(g *run.Generator) bool {
	o := g.Outputs()
	return len(o) > 0 && o[0].Classifies()
}

// classifying returns the measures of a run without samples: the given ones, or error. A
// measure that needs samples is an error.
func classifying(measures []requested, run string) ([]requested, error) {
	for _, m := range measures {
		if !m.Classifies {
			return nil, hint.Add(fmt.Errorf("%s needs samples, and run %s makes none: it is a classifier", m.Name, run), "gander measure error RUN")
		}
	}
	if len(measures) > 0 {
		return measures, nil
	}
	m, _, err := measure.Find("error")
	return []requested{{m, 0}}, err
}

// A measuring is one call of the verb.
type measuring struct {
	cmd      *measureCmd
	e        *env
	device   *engine.Device
	measures []requested
	before   map[string]*measure.Result // earlier results to compare with, by measure
	whole    bool                       // compare with all examples of the data

	classifiers []measure.Classifier // of the run
}

// ofRun measures a run.
func (m *measuring) ofRun(name string) error {
	c, e := m.cmd, m.e
	folder, err := openRun(c.Runs, name)
	if err != nil {
		return err
	}
	g, err := openGenerator(e, m.device, folder, c.Best)
	if err != nil {
		return err
	}
	if c.Data == "" {
		c.Data = g.Config.Data.Name
	}
	if c.Data == "" {
		return hint.Add(fmt.Errorf("run %s was trained on no dataset with a name", folder.Name()), "--data NAME|PATH, the real examples to compare with")
	}
	if c.Data != g.Config.Data.Name {
		g.Config.Data.Name, g.Config.Data.Split = c.Data, "" // read in the same way, but divided anew
	}
	parts, err := g.Config.Parts("")
	if err != nil {
		return err
	}
	if m.classifiers, err = g.Classifiers(); err != nil {
		return err
	}
	if onlyClassifies(g) {
		if m.measures, err = classifying(m.measures, g.Name); err != nil {
			return err
		}
	}
	if c.Truncate != nil {
		if err := g.Truncate("", *c.Truncate); err != nil {
			return err
		}
	}
	return m.run(parts, func(_ *measure.Set, n int) (*measure.Set, error) {
		if onlyClassifies(g) {
			return nil, nil
		}
		return g.SampleSet(e.ctx, n, c.Seed, g.Name)
	})
}

// run compares samples with the data and prints each result. sample gets real
// examples and returns samples of the same kind, n or more if it can.
func (m *measuring) run(parts *load.Parts, sample func(real *measure.Set, n int) (*measure.Set, error)) error {
	c, e := m.cmd, m.e
	real, err := c.loadReal(e.ctx, parts, m.whole)
	if err != nil {
		return err
	}
	if len(m.measures) == 0 {
		if m.measures, err = fitting(real, c.Data, m.classifiers); err != nil {
			return err
		}
	}
	samples, err := sample(real.Test, c.maxSamples(m.measures))
	if err != nil {
		return err
	}
	live, cache := liveLine{e: e}, &measure.Cache{}
	for _, r := range m.measures {
		result, err := r.Run(e.ctx, measure.Task{
			Samples: samples, Classifiers: m.classifiers, Train: real.Train, Validation: real.Validation, Reference: real.Test, Mixture: real.Mixture,
			N: c.samplesFor(r), Space: c.spaceFor(r), Fine: c.Fine, Seed: c.Seed, Cache: cache, Device: m.device,
			Progress: func(what string, done, total int) { live.draw(percent("measuring: "+r.Name+": "+what, done, total)) },
		})
		live.end()
		if err != nil {
			return err
		}
		if err := c.show(e, result, m.before[r.Name]); err != nil {
			return err
		}
	}
	return nil
}

// parse reads the arguments: measures, and then the run unless there is --samples.
func (c *measureCmd) parse() (measures []requested, runName string, err error) {
	specs := c.Args
	switch {
	case c.Samples == "" && len(specs) == 0:
		return nil, "", hint.Add(errors.New("there is nothing to measure"), "gander measure RUN, or --samples FILE --data NAME")
	case c.Samples == "":
		runName, specs = specs[len(specs)-1], specs[:len(specs)-1]
		if list := splitMeasures([]string{runName}); len(list) > 0 && !exists(runName) {
			if m, _, err := measure.Find(list[0]); err == nil {
				return nil, "", hint.Add(fmt.Errorf("%s is a measure, and the run comes last", runName), "gander measure %s RUN", m.Name)
			}
		}
	case c.Truncate != nil:
		return nil, "", hint.Add(errors.New("--truncate is for the latents of a run, and --samples have none"), "leave it out")
	case c.Best:
		return nil, "", hint.Add(errors.New("--best chooses among the checkpoints of a run, not among --samples"), "leave it out")
	case c.Data == "":
		return nil, "", hint.Add(errors.New("--samples needs --data, the real examples to compare with"), "--data NAME|PATH; gander data list shows the known ones")
	}
	for _, spec := range splitMeasures(specs) {
		m, n, err := measure.Find(spec)
		if err != nil {
			return nil, "", err
		}
		if n > run.MostSamples {
			return nil, "", hint.Add(fmt.Errorf("%s: %d samples, want at most %d", m.Name, n, run.MostSamples), "its protocol needs %d", m.N)
		}
		if c.Space != "" && !m.Spaces {
			return nil, "", hint.Add(fmt.Errorf("%s works on the examples themselves, not in the space %s", m.Name, c.Space), "leave --space out")
		}
		measures = append(measures, requested{m, max(n, 0)})
	}
	if c.Fine && !slices.ContainsFunc(measures, func(m requested) bool { return m.Name == "parzen" }) {
		return nil, "", hint.Add(errors.New("--fine is for parzen, which is not measured"), "gander measure parzen --fine ...")
	}
	return measures, runName, nil
}

// exists reports whether there is a file or folder of that name.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// fitting returns the measures for data of this kind. They judge also the classifiers
// of the run, if it has any and the data have classes.
func fitting(real *measure.Real, name string, classifiers []measure.Classifier) ([]requested, error) {
	var names []string
	switch {
	case !real.Test.Field.IsImage() && real.Mixture == nil:
		names = []string{"prdc"}
	case !real.Test.Field.IsImage():
		names = []string{"modes", "prdc"}
	case filepath.Base(name) == "stacked-mnist":
		names = []string{"stacked-modes"}
	case hasClassifier(filepath.Base(name)):
		names = []string{"prdc", "frechet", "classes", "memorisation"}
	default:
		names = []string{"prdc", "frechet", "memorisation"}
	}
	if len(classifiers) > 0 && real.Test.Labels != nil {
		names = append(names, "error")
	}
	var measures []requested
	for _, name := range names {
		if real.Train == nil && slices.Contains(needParts, name) {
			continue
		}
		m, _, err := measure.Find(name)
		if err != nil {
			return nil, err
		}
		measures = append(measures, requested{m, 0})
	}
	return measures, nil
}

// hasClassifier reports whether one of the feature spaces is that of a classifier of a dataset.
func hasClassifier(dataset string) bool {
	return slices.ContainsFunc(measure.Spaces(), func(space string) bool { return strings.HasSuffix(space, "/"+dataset) })
}

// samplesFor returns the number of samples of a measure, 0 for that of its protocol.
func (c *measureCmd) samplesFor(m requested) int {
	if m.n > 0 {
		return m.n
	}
	return c.N
}

// maxSamples returns the largest number of samples that one of the measures takes.
func (c *measureCmd) maxSamples(measures []requested) int {
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

// spaceFor returns the feature space of a measure, "" if it has no choice.
func (c *measureCmd) spaceFor(m requested) string {
	if m.Spaces {
		return c.Space
	}
	return ""
}

// show prints a result as text or JSON. before is an earlier result to compare with,
// or nil.
func (c *measureCmd) show(e *env, r, before *measure.Result) error {
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	if before != nil {
		if err := measure.Comparable(before, r); err != nil {
			return fmt.Errorf("%s: %w", r.Measure, err)
		}
	}
	_, err := e.stdout.Write([]byte(resultText(r, before)))
	return err
}

// before returns the results in the file of --compare, by measure. It is an error if
// one of the measures has no result there.
func (c *measureCmd) before(measures []requested) (map[string]*measure.Result, error) {
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
