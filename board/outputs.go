package board

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// An outputInfo describes an output of a system to the page.
type outputInfo struct {
	Name    string          `json:"name"`
	Folder  string          `json:"folder"` // of its pictures; "" for the first output
	Kind    string          `json:"kind"`   // "image", "volume", "points" or "numbers"
	Shape   []int           `json:"shape"`
	Latents []latentInfo    `json:"latents"`
	Given   []conditionInfo `json:"given"`
	Samples int             `json:"samples"` // in a picture
	Columns int             `json:"columns"`
	Rows    int             `json:"rows"`
	Note    string          `json:"note,omitempty"` // why the samples of pictures cannot be made again
}

// A latentInfo describes a latent by some draws of it.
type latentInfo struct {
	Name string `json:"name"`
	Size int    `json:"size"`
	Low  number `json:"low"` // of all numbers of the draws
	High number `json:"high"`
	Mean number `json:"mean"`
	SD   number `json:"sd"`
}

// A conditionInfo describes a condition.
type conditionInfo struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"` // "class", "numbers", "tokens" or "pixels"
	Size    int      `json:"size"`
	Classes int      `json:"classes,omitempty"`
	Labels  []string `json:"labels,omitempty"` // of the classes
	Named   []string `json:"named,omitempty"`  // values with a name
	Text    bool     `json:"text"`             // given as a text
	Drawn   bool     `json:"drawn"`            // drawn at random if it is not given
}

// describedSamples is the number of draws from which a latent is described.
const describedSamples = 256

// describe describes an output that is no classifier.
func (o *opened) describe(output recipe.Output, first bool) (*outputInfo, error) {
	if what := o.whats[output.Name]; what != nil {
		return what, nil
	}
	sampler, err := o.Sampler(output.Name)
	if err != nil {
		return nil, err
	}
	what := &outputInfo{Name: output.Name, Kind: o.kindOf(output), Shape: output.Makes.Shape, Given: []conditionInfo{}, Latents: []latentInfo{}}
	if !first {
		what.Folder = output.Name
	}
	drawn := sampler.Latents(0, describedSamples, o.Config.Train.Seed)
	for _, l := range output.Latents {
		what.Latents = append(what.Latents, describeLatent(l.Name, sampler.Size(l.Name), drawn[l.Name].Floats))
	}
	for _, c := range output.Given {
		info := conditionInfo{
			Name: c.Name, Kind: c.Kind.String(), Size: c.Size(), Classes: c.Classes, Labels: c.Labels, Text: c.Text != nil, Drawn: c.Draw != nil,
		}
		for _, v := range c.Named {
			info.Named = append(info.Named, v.Name)
		}
		what.Given = append(what.Given, info)
	}
	g := o.grid(output.Name)
	if g.err != nil {
		what.Note = withHint(g.err)
	}
	what.Samples, what.Columns = g.n, columnsOf(what.Kind, g)
	if what.Columns > 0 {
		what.Rows = (g.n + what.Columns - 1) / what.Columns
	}
	o.whats[output.Name] = what
	return what, nil
}

func describeLatent(name string, size int, values []float32) latentInfo {
	low, high, sum, square := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for _, v := range values {
		x := float64(v)
		low, high, sum, square = min(low, x), max(high, x), sum+x, square+x*x
	}
	n := float64(max(len(values), 1))
	mean := sum / n
	return latentInfo{name, size, number(low), number(high), number(mean), number(math.Sqrt(max(square/n-mean*mean, 0)))}
}

// kindOf returns how the pictures of an output look; see [run.Config.Picture].
func (o *opened) kindOf(output recipe.Output) string {
	switch {
	case output.Makes.IsImage():
		return "image"
	case output.Makes.IsVolume():
		return "volume"
	case output.Makes.Kind == data.Numbers && len(o.Config.SetOf(output.Like).Low) > 0:
		return "points"
	}
	return "numbers"
}

// columnsOf returns the number of columns of a picture of a kind, 0 for points, which have
// none. docs/formats.md describes the pictures.
func columnsOf(kind string, g *grid) int {
	switch {
	case g.n == 0 || kind == "points":
		return 0
	case kind == "numbers":
		return 1
	case g.columns > 0:
		return g.columns
	case kind == "volume":
		return int(math.Ceil(math.Sqrt(float64(g.n) / 3)))
	}
	return int(math.Ceil(math.Sqrt(float64(g.n))))
}

// outputs describes all outputs that are no classifiers.
func (o *opened) outputs() ([]*outputInfo, error) {
	all := []*outputInfo{}
	for _, output := range o.Outputs() {
		if output.Classifies() {
			continue
		}
		what, err := o.describe(output, len(all) == 0)
		if err != nil {
			return nil, err
		}
		all = append(all, what)
	}
	return all, nil
}

// firstInput returns the values of one sample of the inputs of several.
func firstInput(s *run.Sampler, in run.Inputs, index int) run.Inputs {
	one := run.Inputs{}
	for name, v := range in {
		size := s.Size(name)
		one[name] = v.Slice(index*size, (index+1)*size)
	}
	return one
}
