package board

import (
	"math"

	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/run"
)

// A State is what a run does, or how it ended.
type State string

// The states of a run.
const (
	Training    State = "training"    // a process holds its lock
	Finished    State = "finished"    // it has its whole length
	Interrupted State = "interrupted" // it was stopped and has saved
	Diverged    State = "diverged"    // a number was no longer finite
	Crashed     State = "crashed"     // its process was killed
	Unreadable  State = "unreadable"  // its settings cannot be read
)

// A row is a run in the table of the page.
type row struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Folder string `json:"folder"` // that contains the run; "": the folder of the board
	State  State  `json:"state"`
	Since  string `json:"since,omitempty"` // of a process that trains it
	Host   string `json:"host,omitempty"`
	PID    int    `json:"pid,omitempty"`

	Recipe string `json:"recipe"`
	Title  string `json:"title"`
	Data   string `json:"data"`
	Images bool   `json:"images"` // the pictures of samples are grids of images
	Seed   uint64 `json:"seed"`

	Step       int64  `json:"step"`
	Kimg       number `json:"kimg"`
	TotalKimg  number `json:"total_kimg"` // 0: the length is in steps
	TotalSteps int64  `json:"total_steps"`
	Seconds    number `json:"seconds"`
	Speed      number `json:"speed"` // examples per second
	Left       number `json:"left"`  // seconds; null: not known
	Ticks      int    `json:"ticks"`

	Best   *bestFigure         `json:"best,omitempty"`
	Spark  map[string][]number `json:"spark"`           // losses by player
	Thumb  string              `json:"thumb,omitempty"` // name of the newest picture and its version
	Tags   []string            `json:"tags"`
	Word   *word               `json:"word,omitempty"`   // of the referee
	Errors []string            `json:"errors,omitempty"` // what cannot be read
	Begun  int64               `json:"begun"`            // milliseconds since 1970
	Ours   bool                `json:"ours,omitempty"`   // this board has started its process
}

// A bestFigure is the figure that train.best names at the best checkpoint, or else the
// first figure of the newest measurement.
type bestFigure struct {
	Figure   string  `json:"figure"`
	Value    number  `json:"value"`
	Baseline *number `json:"baseline,omitempty"` // of real examples
	Step     int64   `json:"step"`
	Chosen   bool    `json:"chosen"` // by train.best
}

// A word is the newest failure that the referee has found in a run.
type word struct {
	Failure    string `json:"failure"`
	Title      string `json:"title"` // the failure in words
	Confidence string `json:"confidence"`
	Why        string `json:"why"`
	Step       int64  `json:"step"`
	Over       bool   `json:"over,omitempty"`   // the run has ended, or gone on, without this failure
	Healed     string `json:"healed,omitempty"` // the remedy that the run has applied against it
}

func newWord(f referee.Finding) *word {
	return &word{string(f.Failure), f.Failure.Title(), f.Confidence(), f.Why, f.Since, f.Applied != "", f.Applied}
}

// left returns the seconds that a run still needs, NaN if that is not known.
func left(r run.Record, kimg float64, steps int64) float64 {
	switch {
	case steps > 0 && r.Step > 0:
		return r.Seconds / float64(r.Step) * float64(max(steps-r.Step, 0))
	case steps == 0 && r.SamplesPerS > 0:
		return max(kimg-r.Kimg, 0) * 1000 / r.SamplesPerS
	}
	return math.NaN()
}
