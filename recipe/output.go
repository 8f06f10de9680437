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

// An Output is something that a trained system makes: samples, refined images,
// messages. Pictures, measures, gander sample and package gander draw from it.
type Output struct {
	Name     string        // "G"
	Networks []*nn.Network // whose parameters it needs
	Latents  []Latent      // what is drawn at random for a sample
	Given    []Condition   // what else a sample is made from

	// Make traces samples: from the latents and the conditions, by name, each
	// with the batch axis first, to [batch, ...] of Makes.Size() values each. A
	// sample must not depend on the others of its batch, which may be anybody's.
	Make func(c *nn.Context, in Inputs) *tensor.Tensor

	Makes data.Field // what a sample is
	Scale data.Scale // of the samples: the numbers that are shown black and white

	// Like is the role of the set that samples should resemble, "" is Main. Points are
	// shown over the points of that set, and measures compare samples with it.
	Like string
}

// Inputs holds what samples are made from, by the names of latents and conditions.
type Inputs map[string]*tensor.Tensor

// A Latent is one of the random inputs of an output.
type Latent struct {
	Name string // "z"

	// Draw traces n values, batch axis first: [n, ...], float32.
	Draw func(c *nn.Context, n int) *tensor.Tensor
}

// Normal returns a latent of standard normal numbers of the given shape.
func Normal(name string, shape ...int) Latent {
	return Latent{name, func(c *nn.Context, n int) *tensor.Tensor {
		return c.Normal(append([]int{n}, shape...)...)
	}}
}

// Uniform returns a latent of numbers from U(lo, hi) of the given shape.
func Uniform(name string, lo, hi float64, shape ...int) Latent {
	return Latent{name, func(c *nn.Context, n int) *tensor.Tensor {
		return c.Uniform(lo, hi, append([]int{n}, shape...)...)
	}}
}

// A Condition is what a sample must be given: a class, a vector, a caption, another
// image. Where a sample of any kind will do, as in the pictures of a run, it is that
// of a real example: the field of its name in the set of a role. If the set has no
// such field it is drawn.
type Condition struct {
	data.Field
	Scale data.Scale // of pixels: the numbers for black and white
	Role  string     // of the set whose field it is; "": Main

	// Draw, unless nil, traces n values, batch axis first, as [Condition.Input] has
	// them. Without it classes and tokens are drawn, each as likely as another, and a
	// condition of another kind must be a field of the set.
	Draw func(c *nn.Context, n int) *tensor.Tensor
}

// Input returns an input tensor for n values of the condition, batch axis first:
// int32 of a class or tokens, float32 of the other kinds.
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

// isName reports whether a name can be that of a folder and of a table of settings.
func isName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// check returns an error if the output cannot be drawn from.
func (o Output) check() error {
	names := map[string]bool{}
	for _, l := range o.Latents {
		if l.Name == "" || l.Draw == nil || names[l.Name] {
			return fmt.Errorf("output %q: latent %q has no name of its own, or no Draw", o.Name, l.Name)
		}
		names[l.Name] = true
	}
	for _, c := range o.Given {
		if c.Name == "" || names[c.Name] {
			return fmt.Errorf("output %q: condition %q has no name of its own", o.Name, c.Name)
		}
		if c.Kind == data.Pixels && c.Scale.Lo == c.Scale.Hi {
			return fmt.Errorf("output %q: condition %q is pixels without a Scale", o.Name, c.Name)
		}
		if err := c.Check(); err != nil {
			return fmt.Errorf("output %q: condition %q: %w", o.Name, c.Name, err)
		}
		names[c.Name] = true
	}
	return o.checkMade(len(names))
}

// checkMade returns an error if samples cannot be made, from so many inputs.
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
