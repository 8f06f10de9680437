package command

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

type classifyCmd struct {
	RunName string   `arg:"" name:"run" help:"Run: its folder, name or number, or latest."`
	Files   []string `arg:"" optional:"" name:"file" help:"Pictures to classify, instead of data."`
	Data    string   `help:"Examples to classify: all examples of a path, the test part of a known dataset. Default: the test part of the data of the run." placeholder:"NAME|PATH"`
	Split   string   `help:"Part of the data to classify: train, validation or test." oneof:"train,validation,test" placeholder:"PART"`
	Output  string   `help:"Output of the system that is the classifier. Default: its first classifier." placeholder:"NAME"`
	JSON    bool     `name:"json" help:"Write one JSON object for each example instead of CSV."`
	checkpointFlags
	Threads int    `help:"Number of threads. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs    string `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*classifyCmd) Help() string {
	return `The classes go to standard output: a line for each example with its number (or file), class and probability, and the true class if the data have it. If they do, the error with its 95% interval (Wilson) and a table of true and predicted classes go to standard error. Pictures are resized as the pictures of the run were. gander recipes RECIPE shows whether a recipe trains a classifier.`
}

func (c *classifyCmd) Run(e *env) error {
	if len(c.Files) > 0 && (c.Data != "" || c.Split != "") {
		return hint.Add(errors.New("there are files, and also --data or --split"), "give one of them; --data DIR reads all pictures of a folder")
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
	sampler, err := g.Classifier(c.Output)
	if err != nil {
		return err
	}
	set, err := c.examples(e, g, sampler)
	if err != nil {
		return err
	}
	p, err := sampler.Classify(e.ctx, set)
	if err != nil {
		return err
	}
	if err := c.write(e, p, set.Labels); err != nil || set.Labels == nil {
		return err
	}
	fmt.Fprint(e.stderr, confusionText(p, set.Labels, fmt.Sprintf("%s by step %d of %s", set.Name, g.Step, g.Name)))
	return nil
}

// sameClasses reports whether a classifier knows the classes of data: the same number of
// them, with the same names if both have names.
func sameClasses(makes, label data.Field) bool {
	return makes.Classes == label.Classes && (label.Labels == nil || makes.Labels == nil || slices.Equal(label.Labels, makes.Labels))
}

// examples reads the examples to classify. Without files they have labels if the data
// have the classes of the classifier.
func (c *classifyCmd) examples(e *env, g *run.Generator, sampler *run.Sampler) (*measure.Set, error) {
	if len(c.Files) > 0 {
		return c.pictures(g, sampler)
	}
	sets, name, err := examplesOf(e.ctx, g, sampler.Output.Like, c.Data, c.Split)
	if err != nil {
		return nil, err
	}
	return joined(sets, name, func(label data.Field) bool {
		same := sameClasses(sampler.Output.Makes, label)
		if !same {
			fmt.Fprintf(e.stderr, "the classes of %s are not those of the run: they are not compared\n", name)
		}
		return same
	})
}

// pictures reads the files, and resizes them as the run resized its data.
func (c *classifyCmd) pictures(g *run.Generator, sampler *run.Sampler) (*measure.Set, error) {
	field := sampler.Output.Given[0].Field
	if !field.IsImage() {
		return nil, hint.Add(fmt.Errorf("output %s of run %s classifies %v, not pictures", sampler.Output.Name, g.Name, field), "--data FILE")
	}
	return readPictures(c.Files, field, g.Config.SetOf(sampler.Output.Like).Fit)
}

// readPictures reads picture files as images of a field. fit is the way in which they are resized.
func readPictures(files []string, field data.Field, fit string) (*measure.Set, error) {
	set := &measure.Set{Name: "the files", Field: field}
	for _, path := range files {
		p, err := readPicture(path)
		if err == nil {
			p, err = format.Resize(p, field.Shape[1], field.Shape[2], format.Fit(fit), 255)
			err = hint.Add(err, "resize the picture: the run did not resize its data, data.fit = %s", fit)
		}
		if err != nil {
			return nil, hint.Add(fmt.Errorf("%s: %w", path, err), "give pictures; --data reads folders and arrays")
		}
		for _, v := range format.Convert(p, field.Shape[0], 255).Planes {
			set.Values = append(set.Values, float32(v)/255)
		}
	}
	return set, nil
}

func readPicture(path string) (*format.Picture, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err) // without the path
	}
	defer file.Close()
	return format.DecodePicture(file)
}

// A prediction is the class of one example, as a line of JSON.
type prediction struct {
	Index       *int    `json:"index,omitempty"`
	File        string  `json:"file,omitempty"`
	Class       string  `json:"class"`
	Probability float64 `json:"probability"`
	Label       string  `json:"label,omitempty"` // the true class
}

// write writes a line for each example. labels are the true classes, or nil.
func (c *classifyCmd) write(e *env, p *run.Predictions, labels []int32) error {
	buffer := bufio.NewWriterSize(e.stdout, 1<<16)
	lines, table := json.NewEncoder(buffer), csv.NewWriter(buffer)
	header := []string{"index", "class", "probability"}
	if len(c.Files) > 0 {
		header[0] = "file"
	}
	if labels != nil {
		header = append(header, "label")
	}
	if !c.JSON {
		if err := table.Write(header); err != nil {
			return err
		}
	}
	for i := range p.Len() {
		class := p.Class(i)
		one := prediction{Index: &i, Class: p.Name(class), Probability: p.Probabilities(i)[class]}
		row := []string{strconv.Itoa(i), one.Class, strconv.FormatFloat(one.Probability, 'g', 6, 64)}
		if len(c.Files) > 0 {
			one.Index, one.File, row[0] = nil, c.Files[i], c.Files[i]
		}
		if labels != nil {
			one.Label = p.Name(int(labels[i]))
			row = append(row, one.Label)
		}
		var err error
		if c.JSON {
			err = lines.Encode(one)
		} else {
			err = table.Write(row)
		}
		if err != nil {
			return err
		}
	}
	if table.Flush(); table.Error() != nil {
		return table.Error()
	}
	return buffer.Flush()
}

// mostConfused is the largest number of classes of a table of confusion.
const mostConfused = 20

// confusionText returns the error with its interval and, unless there are too many
// classes, a table of confusion: a row for each true class, a column for each predicted
// one. what are the examples.
func confusionText(p *run.Predictions, labels []int32, what string) string {
	n, wrong := len(labels), 0
	counts := make([][]int, p.Field.Classes)
	for class := range counts {
		counts[class] = make([]int, p.Field.Classes)
	}
	for i, label := range labels {
		class := p.Class(i)
		counts[label][class]++
		if class != int(label) {
			wrong++
		}
	}
	low, high := measure.Wilson(wrong, n)
	text := wrap(fmt.Sprintf("error %.4g%%: %d of %d, 95%% interval %.4g%% to %.4g%% (Wilson); %s",
		100*float64(wrong)/float64(n), wrong, n, 100*low, 100*high, what), "", "  ")
	if len(counts) > mostConfused {
		return text
	}
	rows := [][]string{{"true \\ class"}}
	for class := range counts {
		rows[0] = append(rows[0], p.Name(class))
	}
	for label, row := range counts {
		line := []string{p.Name(label)}
		for _, count := range row {
			line = append(line, strconv.Itoa(count))
		}
		rows = append(rows, append(line, ""))
	}
	rows[0] = append(rows[0], "") // align aligns the last column to the left
	return text + align(rows)
}
