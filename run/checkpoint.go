package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/safetensors"
)

// What a checkpoint can fail to be, for [errors.Is]. The errors of loading wrap
// them and say how to go on.
var (
	// ErrCorrupt is a checkpoint of which bytes are missing or changed.
	ErrCorrupt = errors.New("truncated or corrupted")
	// ErrForeign is a safetensors file that Gander has not written as a checkpoint.
	ErrForeign = errors.New("not a checkpoint of Gander")
	// ErrFuture is a checkpoint of a later version of the format.
	ErrFuture = errors.New("written by a newer gander")
)

// A Checkpoint is the state of a run between two steps: what a program needs to
// go on as if it had never stopped.
type Checkpoint struct {
	Step     int64             // rounds played
	Metadata map[string]string // what the run adds; not the keys of the format itself
	Tensors  []safetensors.Tensor
}

// The keys that the format keeps for itself, with the values of this version.
const (
	formatKey       = "format"
	formatValue     = "gander-checkpoint"
	versionKey      = "version"
	version         = 1
	stepKey         = "gander.step"
	checksumKey     = "gander.sha256"
	checksumPending = "0000000000000000000000000000000000000000000000000000000000000000"
)

// SaveCheckpoint writes c to path, whole or not at all. Equal checkpoints give
// equal bytes, whatever the order of the tensors. A negative step and metadata
// under a key of the format itself are errors.
func SaveCheckpoint(path string, c *Checkpoint) error {
	metadata, err := c.metadata()
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	if metadata[checksumKey], err = checksum(metadata, c.Tensors); err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return atomicfile.Write(path, 0o666, func(w io.Writer) error {
		return safetensors.Write(w, metadata, c.Tensors)
	})
}

// metadata returns the metadata of the file, the checksum still to be filled in.
func (c *Checkpoint) metadata() (map[string]string, error) {
	own := map[string]string{
		formatKey:   formatValue,
		versionKey:  strconv.Itoa(version),
		stepKey:     strconv.FormatInt(c.Step, 10),
		checksumKey: checksumPending,
	}
	if c.Step < 0 {
		return nil, fmt.Errorf("step %d is negative", c.Step)
	}
	for key := range c.Metadata {
		if _, ok := own[key]; ok {
			return nil, fmt.Errorf("metadata key %q belongs to the format", key)
		}
	}
	maps.Copy(own, c.Metadata)
	return own, nil
}

// checksum returns the SHA-256, in hexadecimal, of the file with the given
// content whose checksum is written as 64 zeros. It covers every byte, as equal
// content gives equal files.
func checksum(metadata map[string]string, tensors []safetensors.Tensor) (string, error) {
	metadata = maps.Clone(metadata)
	metadata[checksumKey] = checksumPending
	sum := sha256.New()
	if err := safetensors.Write(sum, metadata, tensors); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// LoadCheckpoint reads the checkpoint at path and verifies every byte of it.
// A name that is that of another step is an error, too. Tensors come in the order of
// the file. An error about the content wraps
// [ErrCorrupt], [ErrForeign] or [ErrFuture] and says how to go on; whether the
// tensors are those the caller needs is for the caller to check.
func LoadCheckpoint(path string) (*Checkpoint, error) {
	f, err := safetensors.Open(path)
	if errors.Is(err, safetensors.ErrFormat) {
		return nil, corrupt(path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	defer f.Close()
	if err := checkVersion(path, f.Metadata); err != nil {
		return nil, err
	}
	c, err := readCheckpoint(f)
	if err != nil {
		return nil, corrupt(path, err)
	}
	if step, ok := stepOfName(filepath.Base(path)); ok && step != c.Step {
		return nil, corrupt(path, fmt.Errorf("it is of step %d and was renamed", c.Step))
	}
	return c, nil
}

func checkVersion(path string, metadata map[string]string) error {
	if metadata[formatKey] != formatValue {
		return hint.Add(fmt.Errorf("checkpoint %s is %w, though a safetensors file", path, ErrForeign), "those of a run are in its folder checkpoints")
	}
	v, err := strconv.Atoi(metadata[versionKey])
	if err != nil || v < 1 {
		return corrupt(path, fmt.Errorf("version %q is none", metadata[versionKey]))
	}
	if v > version {
		return hint.Add(fmt.Errorf("checkpoint %s is %w: it has version %d of the format, this one reads up to %d", path, ErrFuture, v, version),
			"update gander")
	}
	return nil
}

// readCheckpoint reads the content of f, whose version is this one.
func readCheckpoint(f *safetensors.File) (*Checkpoint, error) {
	c := &Checkpoint{Metadata: maps.Clone(f.Metadata)}
	for _, name := range f.Names() {
		info := f.Tensors[name]
		t := safetensors.Tensor{Name: name, DType: info.DType, Shape: info.Shape, Data: make([]byte, info.Size)}
		if err := f.ReadInto(name, t.Data); err != nil {
			return nil, err
		}
		c.Tensors = append(c.Tensors, t)
	}
	sum, err := checksum(f.Metadata, c.Tensors)
	if err != nil {
		return nil, err
	}
	if sum != f.Metadata[checksumKey] {
		return nil, errors.New("its checksum differs")
	}
	if c.Step, err = strconv.ParseInt(f.Metadata[stepKey], 10, 64); err != nil || c.Step < 0 {
		return nil, fmt.Errorf("step %q is none", f.Metadata[stepKey])
	}
	for _, key := range []string{formatKey, versionKey, stepKey, checksumKey} {
		delete(c.Metadata, key)
	}
	return c, nil
}

// corrupt returns the error for a checkpoint that is not whole. Its hint names
// the checkpoint before it.
func corrupt(path string, why error) error {
	reason := strings.TrimPrefix(why.Error(), path+": ")
	advice := "there is none before it: start the run anew"
	if before, ok := before(path); ok {
		advice = "resume from the one before it, " + before
	}
	return hint.Add(fmt.Errorf("checkpoint %s is %w: %s", path, ErrCorrupt, reason), "%s", advice)
}

// before returns the name of the newest checkpoint in the folder of path that is
// older than the one at path.
func before(path string) (name string, ok bool) {
	step, ok := stepOfName(filepath.Base(path))
	if !ok {
		return "", false
	}
	files, err := Checkpoints(filepath.Dir(path)).List()
	if err != nil {
		return "", false
	}
	for _, f := range files {
		if f.Step < step {
			name = filepath.Base(f.Path)
		}
	}
	return name, name != ""
}
