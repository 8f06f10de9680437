package run

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/hint"
)

// ErrOtherData is wrapped by the error for data that differ from the data at the
// start of the run. See [Config.AcceptOtherData].
var ErrOtherData = errors.New("other data")

// endlessEpoch is the number of examples in an epoch of an endless set. It is the
// size of the training part of MNIST.
const endlessEpoch = 50_000

// find stores a description of the training examples in the settings. If a different
// description is already there, it returns an error, unless acceptOther is set. In
// that case the standardisation of the columns and the axes of the pictures do not
// change.
func (d *DataSettings) find(set data.Set, parts *load.Parts, acceptOther bool) (err error) {
	found := *d
	info := set.Info()
	found.Fields, found.Examples = fieldTexts(info.Fields), set.Len()
	if found.Examples == data.Endless {
		found.Examples = endlessEpoch
	} else if d.Flip {
		found.Examples *= 2
	}
	found.Names, found.Labels = info.First().Names, labelsOf(info)
	found.Alphabet, found.IDF = "", nil
	if text, _ := info.Field(data.TextField); text.Text != nil {
		found.Alphabet, found.IDF = text.Text.Alphabet, text.Text.IDF
	}
	found.Split = d.Split
	if found.Split != splitDealt {
		found.Split = splitOf(parts)
	}
	if err = found.measureColumns(set); err != nil {
		return err
	}
	if found.Fingerprint, err = data.Fingerprint(set); err != nil {
		return err
	}
	if d.Examples != 0 {
		if err := d.compare(found, acceptOther); err != nil {
			return err
		}
		if len(d.Mean) > 0 {
			found.Low, found.High, found.Mean, found.SD = d.Low, d.High, d.Mean, d.SD
		}
	}
	*d = found
	return nil
}

// compare returns an error if found differs from the recorded description.
func (d *DataSettings) compare(found DataSettings, acceptOther bool) error {
	advice := "restore its old files, set data.name to another path, or start a new run"
	switch {
	case !slices.Equal(d.Fields, found.Fields):
	case acceptOther:
		return nil
	case d.Examples != found.Examples, !slices.Equal(d.Low, found.Low), !slices.Equal(d.High, found.High):
	case d.Fingerprint == "" || d.Fingerprint == found.Fingerprint:
		return nil
	default:
		return &otherDataError{hint.Add(fmt.Errorf("dataset %s is not what the run was started with: its %d examples have the same fields, but another fingerprint: it was %s and is %s",
			found.Name, found.Examples, d.Fingerprint, found.Fingerprint), "%s", advice)}
	}
	return &otherDataError{hint.Add(fmt.Errorf("dataset %s is not what the run was started with: %d examples of %s then, %d examples of %s now",
		found.Name, d.Examples, d.describe(), found.Examples, found.describe()), "%s", advice)}
}

// An otherDataError wraps ErrOtherData. Its text does not contain that of
// ErrOtherData.
type otherDataError struct{ error }

func (e *otherDataError) Unwrap() []error { return []error{e.error, ErrOtherData} }

// splitOf returns the method that made the parts of a dataset.
func splitOf(parts *load.Parts) string {
	if parts.Published() {
		return splitPublished
	}
	return splitDrawn
}

// labelsOf returns the names of the classes. It returns nil if they are not known or
// are only numbers.
func labelsOf(info data.Info) []string {
	field, _ := info.Field(data.ClassField)
	for class, label := range field.Labels {
		if label != strconv.Itoa(class) {
			return field.Labels
		}
	}
	return nil
}

// AcceptOtherData lets a resumed run continue with data that differ from the data at
// its start. The examples must have the same shape.
func (c *Config) AcceptOtherData() { c.acceptOther = true }
