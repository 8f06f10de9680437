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

// ErrNoCheckpoint is wrapped by the error of [Checkpoints.Newest] for a folder
// without a whole checkpoint.
var ErrNoCheckpoint = errors.New("no whole checkpoint")

// Checkpoints is the path of a folder of checkpoints.
type Checkpoints string

const (
	checkpointExt = ".safetensors"
	protectionExt = ".keep"
)

// Path returns the path of the checkpoint of a step within the folder:
// "checkpoints/step-00012000.safetensors".
func (c Checkpoints) Path(step int64) string {
	return filepath.Join(string(c), StepName(step)+checkpointExt)
}

// A CheckpointFile is a checkpoint in a folder, whole or not.
type CheckpointFile struct {
	Path      string
	Step      int64
	Protected bool // never pruned: an empty file is beside it, "step-00012000.keep"
}

// List returns the checkpoints of the folder by rising step. Files whose name is
// not that of a checkpoint, such as the temporary ones of a killed process, are
// passed over. A folder that does not exist has none.
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

// A Skipped is a checkpoint that was passed over, and why.
type Skipped struct {
	Path string
	Err  error
}

// Newest loads the newest whole checkpoint of the folder. Those after it that are
// broken, or are not Gander's, it returns too, newest first. A checkpoint written
// by a newer gander is an error, as going on from one before it would lose steps;
// so is a folder without a whole checkpoint, with an error that wraps
// [ErrNoCheckpoint].
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
		if errors.Is(err, fs.ErrNotExist) && c.outgrew(f.Step) { // pruned since it was listed, as the run is training
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

// outgrew says whether there is a checkpoint newer than step.
func (c Checkpoints) outgrew(step int64) bool {
	files, err := c.List()
	return err == nil && len(files) > 0 && files[len(files)-1].Step > step
}

// Prune removes all checkpoints up to the step now but the newest keep, the
// protected ones and that of the step best. It always leaves that of now, even if
// keep is less than 1. Those after it, which a resume has passed over as broken, it
// neither counts nor removes.
func (c Checkpoints) Prune(now int64, keep int, best int64) error {
	files, err := c.List()
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(f CheckpointFile) bool { return f.Step > now })
	for _, f := range files[:max(0, len(files)-max(keep, 1))] {
		if f.Protected || f.Step == best {
			continue
		}
		if err := os.Remove(f.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("pruning checkpoints: %w", err)
		}
	}
	return nil
}
