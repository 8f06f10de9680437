package run

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
)

// ErrNoCheckpoint is wrapped by the error of [Checkpoints.Newest] if the folder has
// no valid checkpoint.
var ErrNoCheckpoint = errors.New("no whole checkpoint")

// Checkpoints is the path of a folder of checkpoints.
type Checkpoints string

const (
	checkpointExt = ".safetensors"
	protectionExt = ".keep"
)

// Path returns the path of the checkpoint file of a step, such as
// "checkpoints/step-00012000.safetensors".
func (c Checkpoints) Path(step int64) string {
	return filepath.Join(string(c), StepName(step)+checkpointExt)
}

// A CheckpointFile is a checkpoint file in a folder. It may be damaged.
type CheckpointFile struct {
	Path      string
	Step      int64
	Protected bool // never pruned, because the empty file "step-00012000.keep" is next to it
}

// List returns the checkpoints of the folder in ascending order of their steps. It
// ignores files that have another name, such as the temporary files of a killed
// process. It returns none if the folder does not exist.
func (c Checkpoints) List() ([]CheckpointFile, error) {
	entries, err := os.ReadDir(string(c))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing checkpoints: %w", err)
	}
	var files []CheckpointFile
	protected := map[string]bool{}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), protectionExt); ok {
			protected[name] = true
		}
		if step, ok := stepOfName(e.Name()); ok && !e.IsDir() {
			files = append(files, CheckpointFile{Path: c.Path(step), Step: step})
		}
	}
	for i, f := range files {
		files[i].Protected = protected[StepName(f.Step)]
	}
	slices.SortFunc(files, func(a, b CheckpointFile) int { return cmp.Compare(a.Step, b.Step) })
	return files, nil
}

// stepOfName returns the step of the checkpoint with the given file name.
func stepOfName(name string) (step int64, ok bool) {
	digits, ok := strings.CutPrefix(strings.TrimSuffix(name, checkpointExt), "step-")
	if !ok {
		return 0, false
	}
	step, err := strconv.ParseInt(digits, 10, 64)
	return step, err == nil && step >= 0 && StepName(step)+checkpointExt == name
}

// A Skipped is a checkpoint that was skipped, and the reason.
type Skipped struct {
	Path string
	Err  error
}

// Newest loads the newest valid checkpoint of the folder. It skips newer ones that
// are damaged or were not written by Gander, and returns them too, newest first. If a
// newer version of gander wrote a checkpoint, Newest returns an error, because an
// older checkpoint would lose steps. If the folder has no valid checkpoint, the error
// wraps [ErrNoCheckpoint].
func (c Checkpoints) Newest() (*Checkpoint, []Skipped, error) {
	files, err := c.List()
	if err != nil {
		return nil, nil, err
	}
	var skipped []Skipped
	for _, f := range slices.Backward(files) {
		loaded, err := LoadCheckpoint(f.Path)
		if err == nil {
			return loaded, skipped, nil
		}
		if errors.Is(err, fs.ErrNotExist) && c.outgrew(f.Step) { // the run is training, and has removed the file since List
			return c.Newest()
		}
		if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrForeign) {
			return nil, skipped, err
		}
		skipped = append(skipped, Skipped{f.Path, err})
	}
	if len(skipped) > 0 {
		return nil, skipped, hint.Add(fmt.Errorf("%w in %s: %d broken", ErrNoCheckpoint, c, len(skipped)), "start the run anew")
	}
	again := shell.Join("gander", "train", "--resume", filepath.Dir(string(c)))
	return nil, nil, hint.Add(fmt.Errorf("%w in %s yet: the run has just begun, or was stopped before its first", ErrNoCheckpoint, c), "wait for it, or %s", again)
}

// outgrew reports whether there is a checkpoint newer than step.
func (c Checkpoints) outgrew(step int64) bool {
	files, err := c.List()
	return err == nil && len(files) > 0 && files[len(files)-1].Step > step
}

// Prune removes old checkpoints up to and including the step now. It keeps the newest
// keep of them, but always the one of now. It also keeps the protected ones and those
// of the steps in also. A resume has skipped the checkpoints after now, because they
// are damaged. Prune does not count them and does not remove them.
func (c Checkpoints) Prune(now int64, keep int, also ...int64) error {
	files, err := c.List()
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(f CheckpointFile) bool { return f.Step > now })
	for _, f := range files[:max(0, len(files)-max(keep, 1))] {
		if f.Protected || slices.Contains(also, f.Step) {
			continue
		}
		if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("pruning checkpoints: %w", err)
		}
	}
	return nil
}
