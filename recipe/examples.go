package recipe

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
)

// Examples describes the data that a system learns from.
type Examples struct {
	data.Info       // describes an example
	Epoch     int64 // number of examples in an epoch

	// Training is the training set. It is nil when a trained system is opened.
	// Initial values that depend on the data are then not used.
	Training data.Set

	// Mean and SD are the mean and the standard deviation of each column of the
	// training points, [numbers], and Low and High are the least and the greatest value.
	// Missing values do not count. They are nil if the first field is not points, or if
	// they are not known.
	Mean, SD, Low, High []float64

	// Others contains the examples of the other roles of the recipe, by role.
	Others map[string]Examples
}

// Typical returns a description of the default datasets of the recipe, without the
// sets themselves.
func (r Recipe) Typical() (Examples, error) {
	typical, err := typicalOf(r.Name, r.Data)
	if err != nil {
		return Examples{}, err
	}
	typical.Others = map[string]Examples{}
	for _, role := range r.Others {
		if typical.Others[role.Name], err = typicalOf(r.Name, role.Data); err != nil {
			return Examples{}, err
		}
	}
	return typical, nil
}

// typicalOf describes the examples of a dataset of the catalogue. The description is
// empty if the dataset has no name.
func typicalOf(recipe, name string) (Examples, error) {
	if name == "" {
		return Examples{}, nil
	}
	entry, err := data.Lookup(name)
	if err != nil {
		return Examples{}, fmt.Errorf("recipe %s: %w", recipe, err)
	}
	return Examples{Info: entry.Info, Epoch: entry.Train}, nil
}

// labelOf returns the condition with the class of the examples, or none. setting is that of
// conditional: auto, yes or no. auto means wanted if the examples have labels, otherwise no.
func labelOf(examples Examples, setting string, wanted bool) ([]Condition, error) {
	label, ok := examples.Field(data.ClassField)
	switch {
	case setting == "yes" && !ok:
		return nil, hint.Add(fmt.Errorf("conditional = yes, and dataset %s has no labels", examples.Name), "--set conditional=no, or %s", givenLabels(examples.First()))
	case setting == "yes" || setting == "auto" && wanted && ok:
		return []Condition{{Field: label}}, nil
	}
	return nil, nil
}

// referenceBatch returns initial values for the reference batch of virtual batch
// normalisation in D: n training examples. There are none when a trained system is
// opened; then D is not used.
func referenceBatch(examples Examples, n int, scale data.Scale) (nn.Initializer, error) {
	if examples.Training == nil {
		return nn.Zeros, nil
	}
	batches, err := data.NewBatches(examples.Training, n, 0)
	if err != nil {
		return nil, fmt.Errorf("the reference batch: %w", err)
	}
	values := make([]float32, n*examples.First().Size())
	if err := batches.Next(data.Destination{Field: examples.First().Name, Floats: values, Scale: scale}); err != nil {
		return nil, fmt.Errorf("the reference batch: %w", err)
	}
	exact := make([]float64, len(values))
	for i, v := range values {
		exact[i] = float64(v)
	}
	return nn.Values(exact), nil
}

// meanOver is the greatest number of examples from which the output bias is computed.
// If there are more, this number is drawn at random.
const meanOver = 50_000

// outputBias returns the initial output bias of a G that ends in a sigmoid: the logit of the
// training mean of each value. So the outputs of G begin at this mean, which is limited to
// [clip, 1-clip]. When a trained system is opened, it is 0, and not used.
func outputBias(images Examples, clip float64) (nn.Initializer, error) {
	if images.Training == nil {
		return nn.Zeros, nil
	}
	n := min(images.Epoch, meanOver)
	mean, err := data.Mean(data.Draw(images.Training, n, 0, "recipe: mean"), n)
	if err != nil {
		return nil, fmt.Errorf("the mean of the training images: %w", err)
	}
	for i, m := range mean {
		m = min(max(m, clip), 1-clip)
		mean[i] = math.Log(m / (1 - m))
	}
	return nn.Values(mean), nil
}
