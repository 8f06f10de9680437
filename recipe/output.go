package recipe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// An Output is a result that a trained system makes, such as samples, refined images
// or messages. Pictures, measures, gander sample and package gander draw from it.
//
// An output with a Makes of kind class is a classifier. It has conditions, such as an
// image, and no latents. Its Make returns scores, [batch, Makes.Classes]. They are
// logits: the probabilities of the classes are their softmax. A classifier has no
// pictures. gander classify and the measure error use it. Measures and pictures use the
// first output that is no classifier.
type Output struct {
	Name     string        // "G"
	Networks []*nn.Network // networks with the parameters that Make reads
	Latents  []Latent      // the random inputs of a sample
	Given    []Condition   // the other inputs of a sample

	// Make traces a batch of samples from latents and conditions. The first axis of
	// each input is the batch axis. The result is [batch, ...] with [Output.Size]
	// values for each sample. A sample must not depend on the other samples of its
	// batch, because those can belong to other callers.
	Make func(c *nn.Context, in Inputs) *tensor.Tensor

	// Unaveraged is true if Make reads the parameters themselves, also if the player has
	// moving averages of them.
	Unaveraged bool

	Makes data.Field // describes a sample
	Scale data.Scale // the numbers of the samples that mean black and white

	// Table returns a sample as cells of a table for people, each with its heading. The
	// headings are the same for all samples. It may be nil. gander sample prints the table
	// if no file is named.
	Table func(sample []float32) [][2]string

	// Like is the role of the set that samples should resemble. "" is Main. Points
	// are drawn over the points of that set, and measures compare samples with it.
	Like string
}

// Classifies reports whether the output is a classifier.
func (o Output) Classifies() bool { return o.Makes.Kind == data.Class }

// Size returns the number of values that Make returns for a sample. For a classifier it
// is the number of classes.
func (o Output) Size() int {
	if o.Classifies() {
		return o.Makes.Classes
	}
	return o.Makes.Size()
}

// Inputs contains the inputs of samples, by the names of latents and conditions.
type Inputs map[string]*tensor.Tensor

// A Condition is an input that the user of an output gives for each sample, for
// example a class, a vector, a caption or another image. Pictures of a run use the
// conditions of real examples: the field with the name of the condition, in the set
// of a role. If the set has no such field, the values are drawn at random.
//
// A recipe.Condition describes an input of an output, and where its values come from.
// An [nn.Condition] describes a value that the layers of a network read. The Make of
// an output connects the two: it passes the value of the recipe.Condition to the
// networks by [nn.Context.With]. A [Pair] does so under the same name.
type Condition struct {
	data.Field
	Scale data.Scale // for pixels: the numbers that mean black and white
	Role  string     // the set that has the field; "": Main

	// Named are values that have a name, such as masks of usual shapes. A user can give
	// the name instead of the value. They are for pixels and numbers.
	Named []NamedValue

	// Draw traces n random values with the dtype and the shape of [Condition.Input].
	// It may be nil. Then classes and tokens are drawn uniformly, and a condition of
	// another kind must be a field of the set.
	Draw func(c *nn.Context, n int) *tensor.Tensor
}

// A NamedValue is a value of a condition that has a name. Pixels are in the range of the
// condition's Scale.
type NamedValue struct {
	Name   string
	Values []float32 // [Size]
}

// Input returns an input tensor for n values of the condition. The first axis is the
// batch axis. Classes and tokens are int32, other kinds are float32.
func (c Condition) Input(name string, n int) *tensor.Tensor {
	return tensor.Input(name, c.DType(), append([]int{n}, c.Shape...)...)
}

// DType returns the dtype of the condition's values.
func (c Condition) DType() tensor.DType {
	if c.Kind == data.Class || c.Kind == data.Tokens {
		return tensor.Int32
	}
	return tensor.Float32
}

// isName reports whether name is allowed as the name of a folder and of a table of
// settings.
func isName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// check returns an error if the output is incomplete or wrong.
func (o Output) check() error {
	names := map[string]bool{}
	for _, l := range o.Latents {
		if l.Name == "" || l.Draw == nil || names[l.Name] {
			return fmt.Errorf("output %q: latent %q has no unique name, or no Draw", o.Name, l.Name)
		}
		names[l.Name] = true
	}
	for _, c := range o.Given {
		if c.Name == "" || names[c.Name] {
			return fmt.Errorf("output %q: condition %q has no unique name", o.Name, c.Name)
		}
		if c.Kind == data.Pixels && c.Scale.Lo == c.Scale.Hi {
			return fmt.Errorf("output %q: condition %q is pixels without a Scale", o.Name, c.Name)
		}
		if err := c.Check(); err != nil {
			return fmt.Errorf("output %q: condition %q: %w", o.Name, c.Name, err)
		}
		for _, v := range c.Named {
			if v.Name == "" || len(v.Values) != c.Size() || c.DType() != tensor.Float32 {
				return fmt.Errorf("output %q: condition %q: the value called %q has %d numbers, and the condition is %v", o.Name, c.Name, v.Name, len(v.Values), c.Field)
			}
		}
		names[c.Name] = true
	}
	return o.checkMade(len(names))
}

// checkMade returns an error if the output cannot make samples. inputs is the number
// of its latents and conditions.
func (o Output) checkMade(inputs int) error {
	makes := o.Makes
	makes.Name = cmp.Or(makes.Name, data.ExampleField)
	switch {
	case !isName(o.Name):
		return fmt.Errorf("an output that makes %v is called %q, want letters, digits, - and _", o.Makes, o.Name)
	case o.Make == nil:
		return fmt.Errorf("output %q has no Make", o.Name)
	case inputs == 0:
		return fmt.Errorf("output %q is made from nothing: it has neither latents nor conditions", o.Name)
	case slices.Contains(o.Networks, nil):
		return fmt.Errorf("output %q: one of its Networks is nil", o.Name)
	case o.Classifies() && (len(o.Latents) > 0 || len(o.Given) == 0):
		return fmt.Errorf("output %q is a classifier: it needs a condition to classify, and no latents", o.Name)
	case makes.Kind == 0:
		return fmt.Errorf("output %q makes nothing: its Makes is not set", o.Name)
	case o.Makes.Kind == data.Pixels && o.Scale.Lo == o.Scale.Hi:
		return fmt.Errorf("output %q makes pixels without a Scale", o.Name)
	}
	if err := makes.Check(); err != nil {
		return fmt.Errorf("output %q: what it makes: %w", o.Name, err)
	}
	return nil
}

// checkRoles returns an error if the output names a role that r does not have.
func (o Output) checkRoles(r Recipe) error {
	known := append(r.Roles(), "", Main)
	what, role := "the samples of", o.Like
	for _, c := range o.Given {
		if !slices.Contains(known, c.Role) {
			what, role = "condition "+c.Name+" of", c.Role
		}
	}
	if slices.Contains(known, role) {
		return nil
	}
	return hint.Add(fmt.Errorf("%s output %q: no dataset has the role %q", what, o.Name, role),
		"the roles of the recipe are %s", cmp.Or(strings.Join(r.Roles(), ", "), "none"))
}

// classifierOf returns the output of a classifier that is a part of D: its logits are the
// outputs of D from first on.
func classifierOf(name string, D *nn.Network, samples Output, class data.Field, first int) Output {
	image := samples.Makes
	image.Name = data.ExampleField
	return Output{
		Name: name, Networks: []*nn.Network{D}, Given: []Condition{{Field: image, Scale: samples.Scale}},
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
			return D.Apply(c, in[image.Name]).Slice1(1, first, first+class.Classes)
		},
		Makes: class,
	}
}
