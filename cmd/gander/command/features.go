package command

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/run"
)

type featuresCmd struct {
	RunName   string `arg:"" name:"run" help:"Run: its folder, name or number, or latest."`
	Data      string `help:"Examples: all examples of a path, the test part of a known dataset. Default: the test part of the data of the run." placeholder:"NAME|PATH"`
	Split     string `help:"Part of the data: train, validation or test." oneof:"train,validation,test" placeholder:"PART"`
	To        string `short:"o" help:"File of the array. The classes, if the data have them, go to a file next to it: features-labels.npy." default:"features.npy" placeholder:"FILE.npy"`
	Network   string `help:"Network whose numbers are the features, such as D or E. Default: D, or E if there is no D." placeholder:"NAME"`
	Layers    string `help:"Hidden layers, as numbers from 1 with commas; all; or output: the output of the network." default:"all" placeholder:"LAYERS"`
	Pool      int    `help:"Maps are max-pooled to at most this number of positions a side; 0: they are not." default:"4" min:"0" max:"1024" placeholder:"N"`
	Untrained bool   `help:"The same network before the training, for comparison."`
	checkpointFlags
	Threads int    `help:"Number of threads. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs    string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*featuresCmd) Help() string {
	return `The array has a row of numbers for each example: the activations of the hidden layers of D, pooled as in Radford et al. 2016. A linear classifier of these features needs fewer labels than one of pixels. Compare it with a classifier of the --untrained features. If hidden layers read the class, features are the means over all classes, so that they do not tell the class of an example.`
}

func (c *featuresCmd) Run(e *env) error {
	if filepath.Ext(c.To) != ".npy" {
		return hint.Add(fmt.Errorf("cannot write features as %s", c.To), "-o FILE.npy")
	}
	settings, err := c.settings()
	if err != nil {
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
	features, err := g.Features(settings)
	if err != nil {
		return err
	}
	role := ""
	if outputs := g.Outputs(); len(outputs) > 0 {
		role = outputs[0].Like
	}
	sets, name, err := examplesOf(e.ctx, g, role, c.Data, c.Split)
	if err != nil {
		return err
	}
	set, err := joined(sets, name, func(data.Field) bool { return true })
	if err != nil {
		return err
	}
	values, err := features.Of(e.ctx, set)
	if err != nil {
		return err
	}
	if err := writeArray(c.To, []int{set.Len(), features.Size}, values); err != nil {
		return err
	}
	trained := ""
	if c.Untrained {
		trained = "untrained "
	}
	fmt.Fprintf(e.stderr, "wrote %s: %d features of %d examples, %s, by %s%s at step %d of %s\n", c.To, features.Size, set.Len(), name, trained, features.Network, g.Step, g.Name)
	return c.writeLabels(e, set.Labels)
}

// settings reads the flags about the features.
func (c *featuresCmd) settings() (run.FeatureSettings, error) {
	s := run.FeatureSettings{Network: c.Network, Side: c.Pool, Untrained: c.Untrained, Output: c.Layers == "output"}
	if s.Output || c.Layers == "all" {
		return s, nil
	}
	for text := range strings.SplitSeq(c.Layers, ",") {
		k, err := strconv.Atoi(text)
		if err != nil || k < 1 {
			return s, hint.Add(fmt.Errorf("--layers %s: %q is not the number of a layer", c.Layers, text), "--layers 1,2, --layers all or --layers output")
		}
		s.Layers = append(s.Layers, k)
	}
	return s, nil
}

// writeLabels writes the classes of the examples to a file next to the features.
func (c *featuresCmd) writeLabels(e *env, labels []int32) error {
	if labels == nil {
		fmt.Fprintln(e.stderr, "the examples have no classes, so no labels were written")
		return nil
	}
	path := strings.TrimSuffix(c.To, ".npy") + "-labels.npy"
	if err := writeArray(path, []int{len(labels)}, labels); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "wrote %s: their classes\n", path)
	return nil
}

// writeArray writes a file with an array.
func writeArray[T format.Element](path string, shape []int, values []T) error {
	return atomicfile.Write(path, 0o666, func(w io.Writer) error { return format.EncodeNPY(w, shape, values) })
}
