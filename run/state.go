package run

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/tensor"
)

// The metadata keys that a session adds to a checkpoint.
const (
	metaPosition = "position" // of the first source; the others have "position.1" and so on
	metaRecipe   = "recipe"
	metaRun      = "run"
	metaSettings = "settings" // the settings that a resumed run keeps, one per line
)

// dtypes names the element types in a checkpoint.
var dtypes = map[tensor.DType]string{
	tensor.Float32: "F32", tensor.Float64: "F64", tensor.Int32: "I32", tensor.Uint32: "U32", tensor.Bool: "BOOL",
}

// state returns a checkpoint of the present state.
func (s *Session) state() *Checkpoint {
	c := &Checkpoint{
		Step: s.trainer.Step(),
		Metadata: map[string]string{
			metaRecipe:   s.Config.Recipe.Name,
			metaRun:      s.name,
			metaSettings: s.Config.keptSettings(),
		},
	}
	for i, source := range s.trainer.Sources() {
		c.Metadata[positionKey(i)] = strconv.FormatInt(source.Position(), 10)
	}
	for _, v := range s.trainer.Variables() {
		c.Tensors = append(c.Tensors, safetensors.Tensor{
			Name: v.Name, DType: dtypes[v.Memory.DType], Shape: v.Shape, Data: v.Memory.Bytes,
		})
	}
	return c
}

func (s *Session) saveCheckpoint() error {
	c := s.state()
	err := SaveCheckpoint(s.Folder.Checkpoints().Path(c.Step), c)
	if err == nil {
		s.saved = c.Step
	}
	return err
}

// setAside saves a state that is not finite under a name that a resume ignores. It
// returns an error that names the file.
func (s *Session) setAside(diverged *game.DivergedError) error {
	path := filepath.Join(string(s.Folder.Checkpoints()), "diverged-"+StepName(s.trainer.Step())+checkpointExt)
	if err := SaveCheckpoint(path, s.state()); err != nil {
		return fmt.Errorf("%w; its state could not be set aside: %w", diverged, err)
	}
	err := fmt.Errorf("%w; the state is set aside in %s and earlier checkpoints are whole", diverged, filepath.Base(path))
	if diverged.FromSource() {
		return hint.Add(err, "check the sources of the inputs of the game")
	}
	return hint.Add(err, "start anew with a lower learning rate; gander recipes %s shows the settings", s.Config.Recipe.Name)
}

// load restores the state of a checkpoint.
func (s *Session) load(c *Checkpoint) error {
	if err := c.isOf(s.Config); err != nil {
		return err
	}
	if err := c.checkKept(s.Config); err != nil {
		return err
	}
	for _, v := range s.trainer.Variables() {
		if err := c.copyTo(v.Memory.Bytes, v.Name, dtypes[v.Memory.DType], v.Shape); err != nil {
			return err
		}
	}
	for i, source := range s.trainer.Sources() {
		text := c.Metadata[positionKey(i)]
		position, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return hint.Add(fmt.Errorf("checkpoint of step %d: %s %q in the data is not a number", c.Step, positionKey(i), text),
				"was a checkpoint copied from another run?")
		}
		if err := source.SetPosition(position); err != nil {
			return fmt.Errorf("checkpoint of step %d: the source of %s: %w", c.Step, strings.Join(source.Inputs(), ", "), err)
		}
	}
	s.saved = c.Step
	if name := c.Metadata[metaRun]; name != "" { // the folder may be renamed
		s.name = name
	}
	return nil
}

// positionKey returns the metadata key for the position of source i.
func positionKey(i int) string {
	if i == 0 {
		return metaPosition
	}
	return fmt.Sprintf("%s.%d", metaPosition, i)
}

// isOf returns an error if the checkpoint has another recipe than config.
func (c *Checkpoint) isOf(config *Config) error {
	if r := c.Metadata[metaRecipe]; r != config.Recipe.Name {
		return hint.Add(fmt.Errorf("checkpoint of step %d is of recipe %q, and the run is of %q", c.Step, r, config.Recipe.Name),
			"was a checkpoint copied from another run?")
	}
	return nil
}

// find returns the tensor called name, or nil if there is none.
func (c *Checkpoint) find(name string) *safetensors.Tensor {
	for i := range c.Tensors {
		if c.Tensors[i].Name == name {
			return &c.Tensors[i]
		}
	}
	return nil
}

// copyTo checks the dtype and the shape of a tensor of the checkpoint, and copies it
// to dst.
func (c *Checkpoint) copyTo(dst []byte, name, dtype string, shape []int) error {
	t := c.find(name)
	if t == nil {
		return hint.Add(fmt.Errorf("checkpoint of step %d has no tensor %q", c.Step, name), "was config.toml or the recipe changed since?")
	}
	if t.DType != dtype || !slices.Equal(t.Shape, shape) {
		return hint.Add(fmt.Errorf("checkpoint of step %d: tensor %q is %s%v, the run's settings make it %s%v", c.Step, name, t.DType, t.Shape, dtype, shape),
			"was config.toml or the recipe changed since?")
	}
	copy(dst, t.Data)
	return nil
}
