package lenet

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/nn"
)

//go:embed *.safetensors
var files embed.FS

// Names is the names, as in package data, of the datasets that have a classifier.
var Names = []string{"mnist", "fashion-mnist"}

// A Training describes how weights were made.
type Training struct {
	Data     string  // name of the dataset; its training part was used
	Command  string  // command that makes the same bytes again, on the same instruction set
	Seed     uint64  // of all random numbers
	Kimg     float64 // thousands of images shown
	Accuracy float64 // of these weights on the 10000 test images
}

// Open returns the classifier of the dataset called name, one of [Names].
func Open(device *engine.Device, name string) (*Classifier, error) {
	text, err := files.ReadFile(name + ".safetensors")
	if err != nil {
		return nil, hint.Add(fmt.Errorf("lenet: no weights for %q", name), "there are some for %s", strings.Join(Names, " and "))
	}
	file, err := safetensors.Read(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return nil, fmt.Errorf("lenet: weights for %s: %w", name, err)
	}
	trained, err := parseTraining(file.Metadata)
	if err != nil {
		return nil, fmt.Errorf("lenet: weights for %s: %w", name, err)
	}
	network, store := New(), engine.NewStore()
	for _, p := range network.params() {
		if err := file.ReadInto(p.Name, store.Add(p.Value).Bytes); err != nil {
			return nil, fmt.Errorf("lenet: weights for %s: %w", name, err)
		}
	}
	c, err := NewClassifier(device, store, nn.NewContext(false, nil), network)
	if err != nil {
		return nil, err
	}
	c.Trained = trained
	return c, nil
}

// Write writes the parameters of network in the format that Open reads. The context gives
// the parameters. Their variables are in store.
func Write(w io.Writer, store *engine.Store, present *nn.Context, network Network, trained Training) error {
	var tensors []safetensors.Tensor
	for _, p := range network.params() {
		memory, ok := store.Memory(present.Value(p))
		if !ok {
			return fmt.Errorf("lenet: %s is not a variable of the store", p.Name)
		}
		tensors = append(tensors, safetensors.Tensor{Name: p.Name, DType: "F32", Shape: p.Value.Shape(), Data: memory.Bytes})
	}
	return safetensors.Write(w, trained.metadata(), tensors)
}

// params returns all parameters of the network.
func (n Network) params() (params []*nn.Param) {
	for _, part := range n.Networks() {
		params = append(params, part.Params...)
	}
	return params
}

// The keys of the metadata.
const (
	keyVersion  = "version"
	keyData     = "data"
	keyCommand  = "command"
	keySeed     = "seed"
	keyKimg     = "kimg"
	keyAccuracy = "test_accuracy"
)

// metadata returns t as the metadata of the file.
func (t Training) metadata() map[string]string {
	return map[string]string{
		keyVersion: Version, keyData: t.Data, keyCommand: t.Command,
		keySeed:     strconv.FormatUint(t.Seed, 10),
		keyKimg:     strconv.FormatFloat(t.Kimg, 'g', -1, 64),
		keyAccuracy: strconv.FormatFloat(t.Accuracy, 'g', -1, 64),
	}
}

// parseTraining reads the output of metadata.
func parseTraining(m map[string]string) (t Training, err error) {
	if m[keyVersion] != Version {
		return t, fmt.Errorf("they are of version %q, want %q", m[keyVersion], Version)
	}
	t.Data, t.Command = m[keyData], m[keyCommand]
	if t.Seed, err = strconv.ParseUint(m[keySeed], 10, 64); err != nil {
		return t, err
	}
	if t.Kimg, err = strconv.ParseFloat(m[keyKimg], 64); err != nil {
		return t, err
	}
	t.Accuracy, err = strconv.ParseFloat(m[keyAccuracy], 64)
	return t, err
}
