package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

type invertCmd struct {
	RunName string   `arg:"" name:"run" help:"Run: its folder, name or number, or latest."`
	Files   []string `arg:"" optional:"" name:"file" help:"Pictures to invert, instead of data. They are resized as the pictures of the run were."`
	N       int      `name:"count" short:"n" help:"Number of examples: of data drawn at random, of --samples the first ones. Default: 64." default:"64" placeholder:"N" min:"1" max:"100000"`
	Data    string   `help:"Invert examples of this dataset. Default: the data of the run." placeholder:"NAME|PATH" xor:"what"`
	Split   string   `help:"Part of the data: train, validation or test. Default: test." oneof:"train,validation,test" placeholder:"PART"`
	Samples string   `help:"Invert these examples: an npy, IDX or CSV file, or a folder of pictures." placeholder:"FILE|DIR" xor:"what"`
	Output  string   `help:"Output of the system to invert. Default: the first one that has latents and makes pixels or numbers." placeholder:"NAME"`
	Class   string   `help:"The class of all examples, or one for each as 0,1,2. Default: the labels of the data." placeholder:"N"`
	Given   []string `help:"Another condition of the examples, as of gander sample. May be given more than once." placeholder:"NAME=VALUE" sep:"none"`
	Method  string   `help:"How E is trained: regression (of z from G(z)) or adversarial (D compares (x, E(x)) with (G(z), z)). Default: regression." oneof:"regression,adversarial" default:"regression" placeholder:"METHOD"`
	Kimg    float64  `help:"Thousands of samples on which E is trained. Default: 500, adversarial 1000." placeholder:"N" above:"0"`
	Hidden  int      `help:"Units of the fully connected layers of E. Default: 512." placeholder:"N" min:"1" max:"65536"`
	Descent int      `help:"Steps of gradient descent on z after E; 0: none. Default: 500." default:"500" placeholder:"N" min:"0" max:"1000000"`
	Guesses int      `help:"Number of random samples for the comparison. Default: 1000." default:"1000" placeholder:"N" min:"1" max:"100000"`
	Own     int      `help:"Also invert this number of samples of the run, whose z is known, and show the correlation with the z found." placeholder:"N" min:"3" max:"100000"`
	Seed    uint64   `help:"Seed of the training of E and of all draws. Default: 0." placeholder:"N"`
	To      string   `short:"o" help:"Picture of the examples and their reconstructions; the latents are written next to it as npy. Default: the run's name with -inverted.png." placeholder:"FILE.png"`
	checkpointFlags
	JSON    bool   `name:"json" help:"Write the figures as one JSON object to standard output."`
	Threads int    `help:"Number of threads; the results do not depend on it. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs    string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*invertCmd) Help() string {
	return `G does not change. An encoder E is trained once for a checkpoint and kept in the folder encoders of the run. For each example x, gradient descent (L-BFGS) then improves z = E(x); z stays within the values that it can have in training. The picture shows rows of examples, of G(E(x)), and of G(z) after the descent. Distances are Euclidean, with pixels from 0 to 1.`
}

func (c *invertCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return err
	}
	folder, err := openRun(c.Runs, c.RunName)
	if err != nil {
		return err
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	g, err := c.open(e, device, folder)
	if err != nil {
		return err
	}
	if c.To == "" {
		c.To = g.Name + "-inverted.png"
	}
	v, err := g.Inverter(e.ctx, c.Output, c.settings(), c.Descent)
	if err != nil {
		return err
	}
	examples, of, err := c.examples(e, g, v)
	if err != nil {
		return err
	}
	found, err := trainAndInvert(e, v, examples)
	if err != nil {
		return err
	}
	r := inverted{Run: g.Name, Step: g.Step, Output: v.Sampler.Output.Name, Encoder: c.settings().Text(), File: v.File, Trained: v.Trained, N: examples.N, Of: of}
	if v.NotKept != nil {
		r.File = ""
	}
	if err := c.judge(e, v, examples, found, &r); err != nil {
		return err
	}
	if err := c.write(e, g, v, found); err != nil {
		return err
	}
	return c.print(e, r)
}

// trainAndInvert trains the encoder, unless it is kept from before, and finds the latents of the
// examples. It shows its progress.
func trainAndInvert(e *env, v *run.Inverter, examples *run.Examples) (*run.Inversion, error) {
	live := liveLine{e: e}
	defer live.end()
	if err := v.Train(e.ctx, func(done, total int64) { live.draw(percent("training an encoder", int(done), int(total))) }); err != nil {
		return nil, err
	}
	if v.NotKept != nil {
		live.end()
		fmt.Fprintf(e.stderr, "warning: the encoder is not kept, and will be trained again: %v\n", v.NotKept)
	}
	return v.Invert(e.ctx, examples.N, examples.Values, examples.Conditions, func(done, total int) {
		live.draw(percent("searching z", done, total))
	})
}

// check returns an error for flags that do not fit together.
func (c *invertCmd) check() error {
	switch {
	case c.Class == "all":
		return hint.Add(errors.New("--class all is for samples, and an example has one class"), "give one class, or one for each example as 0,1,2")
	case c.To != "" && strings.ToLower(filepath.Ext(c.To)) != ".png":
		return hint.Add(fmt.Errorf("cannot write the picture as %s", c.To), "-o FILE.png; the latents are written to FILE.npy")
	case c.Samples != "" && c.Split != "":
		return hint.Add(errors.New("--split is a part of --data, and --samples is given"), "leave it out")
	case len(c.Files) > 0 && (c.Samples != "" || c.Data != "" || c.Split != ""):
		return hint.Add(errors.New("there are files, and also --samples, --data or --split"), "give one of them; --samples DIR reads all pictures of a folder")
	}
	return nil
}

// settings returns the settings of the training of E.
func (c *invertCmd) settings() invert.Settings {
	s := invert.Defaults(invert.Method(c.Method))
	s.Seed = c.Seed
	if c.Kimg > 0 {
		s.Kimg = c.Kimg
	}
	if c.Hidden > 0 {
		s.Hidden = c.Hidden
	}
	return s
}

// examples returns the examples to invert, with their conditions, and where they are from.
func (c *invertCmd) examples(e *env, g *run.Generator, v *run.Inverter) (examples *run.Examples, of string, err error) {
	o := v.Sampler.Output
	switch {
	case len(c.Files) > 0 && !o.Makes.IsImage():
		return nil, "", hint.Add(fmt.Errorf("output %s of run %s makes %v, not pictures", o.Name, g.Name, o.Makes), "--samples FILE")
	case len(c.Files) > 0:
		of = words.Count(len(c.Files), "file", "files")
		pictures, err := readPictures(c.Files, o.Makes, g.Config.SetOf(o.Like).Fit)
		if err != nil {
			return nil, "", err
		}
		examples = v.TakeSamples(pictures)
	case c.Samples != "":
		of = c.Samples
		examples, err = c.readSamples(v)
	default:
		examples, of, err = c.readData(e, g, v)
	}
	if err != nil {
		return nil, "", err
	}
	given, err := parseConditions(o, c.Class, nil, c.Given)
	if err != nil {
		return nil, "", err
	}
	return examples, of, v.Given(examples, given)
}

// readSamples reads the first examples of --samples.
func (c *invertCmd) readSamples(v *run.Inverter) (*run.Examples, error) {
	o := v.Sampler.Output
	samples, err := measure.LoadSamples(c.Samples, &measure.Set{Field: o.Makes})
	if err != nil {
		return nil, err
	}
	if !samples.Field.Same(o.Makes) {
		return nil, hint.Add(fmt.Errorf("%s holds %v, and output %s makes %v", c.Samples, samples.Field, o.Name, o.Makes), "give examples of the size that the run makes")
	}
	return v.TakeSamples(samples.Slice(0, min(c.N, samples.Len()))), nil
}

// readData reads examples of --data, or of the data of the run.
func (c *invertCmd) readData(e *env, g *run.Generator, v *run.Inverter) (examples *run.Examples, of string, err error) {
	like := g.Config.SetOf(v.Sampler.Output.Like)
	if c.Data != "" && c.Data != like.Name {
		like.Name, like.Split = c.Data, "" // read in the same way, but divided anew
	}
	if like.Name == "" {
		return nil, "", hint.Add(fmt.Errorf("run %s was trained on no dataset with a name", g.Name), "--samples FILE|DIR, the examples to invert")
	}
	set, err := g.Config.OpenData(e.ctx, v.Sampler.Output.Like, splitOf(c.Split))
	if err != nil {
		return nil, "", err
	}
	examples, err = v.ReadExamples(set, c.N, c.Seed)
	return examples, fmt.Sprintf("%s %v", like.Name, splitOf(c.Split)), err
}

// An inverted is the result of the verb.
type inverted struct {
	Run     string `json:"run"`
	Step    int64  `json:"step"`
	Output  string `json:"output"`
	Encoder string `json:"encoder"`        // its settings
	File    string `json:"file,omitempty"` // "": it is not kept
	Trained bool   `json:"trained"`        // by this call
	N       int    `json:"examples"`
	Of      string `json:"examples_of"`

	Distances []invertedDistance `json:"distances"`
	Own       []invertedLatent   `json:"own,omitempty"`
}

// An invertedDistance is the mean distance of the examples from something.
type invertedDistance struct {
	From   string          `json:"from"`
	Mean   float64         `json:"mean"`
	StdErr *measure.Number `json:"std_err,omitempty"` // none of one example
}

// An invertedLatent is the correlation of the numbers of a latent with those found, over
// samples: the least and the median number.
type invertedLatent struct {
	Latent        string  `json:"latent"`
	EncodedLeast  float64 `json:"encoded_least"`
	EncodedMedian float64 `json:"encoded_median"`
	FoundLeast    float64 `json:"found_least"`
	FoundMedian   float64 `json:"found_median"`
}

// judge computes the figures.
func (c *invertCmd) judge(e *env, v *run.Inverter, examples *run.Examples, found *run.Inversion, r *inverted) error {
	guess, err := v.Guess(e.ctx, examples.N, examples.Values, examples.Conditions, c.Guesses, c.Seed)
	if err != nil {
		return err
	}
	for _, d := range []struct {
		from string
		list []float64
	}{
		{"G(E(x))", found.EncodedDistance},
		{fmt.Sprintf("G(z) after %d steps", c.Descent), found.Distance},
		{fmt.Sprintf("the nearest of %d samples", c.Guesses), guess.Nearest},
		{fmt.Sprintf("the mean of %d samples", c.Guesses), guess.Mean},
	} {
		mean, stdErr := meanAndStdErr(d.list)
		r.Distances = append(r.Distances, invertedDistance{d.from, mean, stdErr})
	}
	if c.Own == 0 {
		return nil
	}
	live := liveLine{e: e}
	own, err := v.Recover(e.ctx, c.Own, c.Seed, func(done, total int) { live.draw(percent("searching z of own samples", done, total)) })
	live.end()
	if err != nil {
		return err
	}
	for _, l := range v.Sampler.Output.Latents {
		encoded, found := own.Encoded[l.Name], own.Found[l.Name]
		if len(encoded) == 0 || len(found) == 0 {
			continue
		}
		slices.Sort(encoded)
		slices.Sort(found)
		r.Own = append(r.Own, invertedLatent{l.Name, encoded[0], encoded[len(encoded)/2], found[0], found[len(found)/2]})
	}
	return nil
}

// meanAndStdErr returns the mean of a list and its standard error, which one number does not have.
func meanAndStdErr(list []float64) (mean float64, stdErr *measure.Number) {
	for _, v := range list {
		mean += v / float64(len(list))
	}
	if len(list) < 2 {
		return mean, nil
	}
	var squares float64
	for _, v := range list {
		squares += (v - mean) * (v - mean)
	}
	n := measure.Number(math.Sqrt(squares / float64(len(list)-1) / float64(len(list))))
	return mean, &n
}

// write writes the picture and the latents.
func (c *invertCmd) write(e *env, g *run.Generator, v *run.Inverter, found *run.Inversion) error {
	text := map[string]string{"gander:run": g.Name, "gander:step": strconv.FormatInt(g.Step, 10)}
	m, err := v.Picture(found)
	if err != nil {
		return err
	}
	target := sampleTarget{e: e, path: filepath.Clean(c.To), format: ".png", metadata: text}
	if err := target.writePicture(m, seedText(c.Seed)); err != nil {
		return err
	}
	files := []string{target.path}
	for _, l := range v.Sampler.Output.Latents {
		path := latentsPath(target.path, v.Sampler.Output, l.Name)
		at := sampleTarget{e: e, path: path, format: ".npy"}
		z := found.Found.Inputs[l.Name].Floats
		write := func(w io.Writer) error { return format.EncodeNPY(w, []int{found.N, len(z) / found.N}, z) }
		if err := at.writeFile(write); err != nil {
			return err
		}
		files = append(files, path)
	}
	fmt.Fprintf(e.stderr, "wrote %s: step %d of %s\n", strings.Join(files, ", "), g.Step, g.Name)
	return nil
}

// latentsPath returns the path of the latents next to a picture: FILE.npy for FILE.png, or
// FILE-z.npy if the output has several latents.
func latentsPath(picture string, o recipe.Output, name string) string {
	path := strings.TrimSuffix(picture, filepath.Ext(picture))
	if len(o.Latents) > 1 {
		path += "-" + strings.Map(func(r rune) rune {
			if r == '/' || r == filepath.Separator {
				return '-'
			}
			return r
		}, name)
	}
	return path + ".npy"
}

// print writes the figures to standard output.
func (c *invertCmd) print(e *env, r inverted) error {
	if c.JSON {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	how := "read from " + r.File
	switch {
	case r.Trained && r.File == "":
		how = "trained now, not kept"
	case r.Trained:
		how = "trained now, kept in " + r.File
	}
	fmt.Fprint(e.stdout, wrap(fmt.Sprintf("output %s of %s, step %d", r.Output, r.Run, r.Step), "", "  "))
	fmt.Fprint(e.stdout, wrap(fmt.Sprintf("encoder: %s; %s", r.Encoder, how), "", "  "))
	rows := [][]string{{fmt.Sprintf("distance of %s of %s from", words.Count(r.N, "example", "examples"), r.Of), "mean", "±"}}
	for _, d := range r.Distances {
		rows = append(rows, []string{d.From, figure(measure.Number(d.Mean)), optional(d.StdErr)})
	}
	fmt.Fprint(e.stdout, align(rows))
	if len(r.Own) > 0 {
		rows = [][]string{{fmt.Sprintf("correlation of z with the z found, %d own samples", c.Own), "least", "median"}}
		for _, l := range r.Own {
			number := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
			rows = append(rows, []string{l.Latent + ", from E", number(l.EncodedLeast), number(l.EncodedMedian)},
				[]string{l.Latent + ", after the descent", number(l.FoundLeast), number(l.FoundMedian)})
		}
		fmt.Fprint(e.stdout, align(rows))
	}
	return nil
}
