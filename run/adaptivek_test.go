package run_test

import (
	"testing"

	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

// TestAdaptiveKResumes stops runs with an adaptive k and resumes them. The turns must be
// those of a run that was not stopped, and the journal must have their share.
func TestAdaptiveKResumes(t *testing.T) {
	for _, rule := range []string{"accuracy", "loss-change"} {
		whole := resumesExactly(t, 11, func() *run.Config {
			return configOf(t, "digits", "steps=20", "batch=4", "hidden=8", "grid=4", "tick_kimg=0.02", "keep=9",
				"adaptive_k="+rule, "k_accuracy=.6", "k_most=4")
		})
		for _, r := range records(t, whole.Folder) {
			share, ok := r.Statistics[recipe.MovesOfD]
			if !ok || share < 0 || share > 1 {
				t.Errorf("%s: the statistics of step %d are %v", rule, r.Step, r.Statistics)
			}
		}
	}
}
