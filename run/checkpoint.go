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

// The reasons why a file is not a usable checkpoint, for [errors.Is]. The errors of
// [LoadCheckpoint] wrap them, and their hints advise what to do next.
var (
	// ErrCorrupt: bytes of the checkpoint are missing or changed.
	ErrCorrupt = errors.New("truncated or corrupted")
	// ErrForeign: the file is a safetensors file, but Gander did not write it as a
	// checkpoint.
	ErrForeign = errors.New("not a checkpoint of Gander")
	// ErrFuture: the checkpoint has a later version of the format.
	ErrFuture = errors.New("written by a newer gander")
)

// A Checkpoint is the state of a run between two steps. It contains everything that a
// program needs to continue exactly as if it had never stopped.
type Checkpoint struct {
	Step     int64             // rounds played
	Metadata map[string]string // added by the run; without the keys of the format
	Tensors  []safetensors.Tensor
}

// The metadata keys that the format reserves, and their values in this version.
const (
	formatKey       = "format"
	formatValue     = "gander-checkpoint"
	versionKey      = "version"
	version         = 1
	stepKey         = "gander.step"
	checksumKey     = "gander.sha256"
	checksumPending = "0000000000000000000000000000000000000000000000000000000000000000"
)

// SaveCheckpoint writes c to path atomically: the file is complete or is not there.
// Equal checkpoints give equal bytes, also if the order of their tensors differs. A
// negative step is an error, and so is metadata under a reserved key.
func SaveCheckpoint(path string, c *Checkpoint) error {
	metadata, err := c.checkedMetadata()
	if err != nil {
		return fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return atomicfile.Write(path, 0o666, func(w io.Writer) error {
		return safetensors.Write(w, metadata, c.Tensors)
	})
}

// checkedMetadata returns the metadata of the file with its checksum.
func (c *Checkpoint) checkedMetadata() (map[string]string, error) {
	metadata, err := c.metadata()
	if err == nil {
		metadata[checksumKey], err = checksum(metadata, c.Tensors)
	}
	return metadata, err
}

// metadata returns the metadata of the file. Its checksum is still 64 zeros.
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

// checksum returns the SHA-256, in hexadecimal, of the file with the given content
// and 64 zeros for its checksum. It covers every byte, because equal content gives
// equal files.
func checksum(metadata map[string]string, tensors []safetensors.Tensor) (string, error) {
	metadata = maps.Clone(metadata)
	metadata[checksumKey] = checksumPending
	sum := sha256.New()
	if err := safetensors.Write(sum, metadata, tensors); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// LoadCheckpoint reads the checkpoint at path and verifies every byte of it. It is
// also an error if the file name is that of another step. The tensors are in the
// order of the file. An error about the content wraps [ErrCorrupt], [ErrForeign] or
// [ErrFuture], and its hint advises what to do next. LoadCheckpoint does not check
// whether the tensors are the ones that the caller needs.
func LoadCheckpoint(path string) (*Checkpoint, error) {
	f, err := safetensors.Open(path)
	if errors.Is(err, safetensors.ErrFormat) {
		return nil, corrupt(path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	defer f.Close()
	return decodeCheckpoint(path, f)
}

// decodeCheckpoint is LoadCheckpoint for a file with a header that has been read. It uses
// path only for its name and in errors.
func decodeCheckpoint(path string, f *safetensors.File) (*Checkpoint, error) {
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
		return hint.Add(fmt.Errorf("checkpoint %s is %w, though a safetensors file", path, ErrForeign), "the checkpoints of a run are in its folder checkpoints")
	}
	v, err := strconv.Atoi(metadata[versionKey])
	if err != nil || v < 1 {
		return corrupt(path, fmt.Errorf("%q is not a version", metadata[versionKey]))
	}
	if v > version {
		return hint.Add(fmt.Errorf("checkpoint %s is %w: it has version %d of the format, this one reads up to %d", path, ErrFuture, v, version),
			"update gander")
	}
	return nil
}

// readCheckpoint reads the content of f. The caller has checked its version.
func readCheckpoint(f *safetensors.File) (*Checkpoint, error) {
	tensors, err := readTensors(f)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{Metadata: maps.Clone(f.Metadata), Tensors: tensors}
	sum, err := checksum(f.Metadata, c.Tensors)
	if err != nil {
		return nil, err
	}
	if sum != f.Metadata[checksumKey] {
		return nil, errors.New("its checksum differs")
	}
	if c.Step, err = strconv.ParseInt(f.Metadata[stepKey], 10, 64); err != nil || c.Step < 0 {
		return nil, fmt.Errorf("%q is not a step", f.Metadata[stepKey])
	}
	for _, key := range []string{formatKey, versionKey, stepKey, checksumKey} {
		delete(c.Metadata, key)
	}
	return c, nil
}

// readTensors reads all tensors of f. Their data are not larger than the file, because
// [safetensors.Open] has checked this.
func readTensors(f *safetensors.File) ([]safetensors.Tensor, error) {
	var tensors []safetensors.Tensor
	for _, name := range f.Names() {
		info := f.Tensors[name]
		t := safetensors.Tensor{Name: name, DType: info.DType, Shape: info.Shape, Data: make([]byte, info.Size)}
		if err := f.ReadInto(name, t.Data); err != nil {
			return nil, err
		}
		tensors = append(tensors, t)
	}
	return tensors, nil
}

// corrupt returns the error for a damaged checkpoint. Its hint names the checkpoint
// before it.
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
