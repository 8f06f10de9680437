package logs_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/referee"
	"github.com/gander-ml/gander/referee/logs"
)

// TestTraces judges the histories of people's trainings that testdata/traces contains, with
// nothing told: the names of the columns and the kind of the losses are guessed. The figures
// are transcribed from public reports, and what was found out about each training is known.
func TestTraces(t *testing.T) {
	for _, test := range []struct {
		file    string
		want    referee.Failure
		surely  bool   // no other answer is right
		since   string // the row that shows it first
		because string // a part of the explanation
	}{
		{"t01", referee.DWins, false, "row 8", "hardly ever above a quarter"},          // D pulls ahead slowly
		{"t02", referee.Unknown, false, "", "mode collapse"},                           // collapsed on purpose, and losses cannot tell
		{"t03", referee.Contradiction, true, "", "batch normalisation in D"},           // one mixed batch for D
		{"t04", referee.Frozen, true, "epoch 18, batch 725", "no success"},             // flips from D wins to the clamp
		{"t05", referee.DWins, false, "", "overfit"},                                   // 2000 images
		{"t06", referee.DoubleSigmoid, true, "epoch 50, batch 772", "0.7311"},          // a sigmoid in D and one in the loss
		{"t07", referee.NotANumber, true, "", "mixed precision"},                       // with a gradient penalty
		{"t08", referee.GWins, false, "epoch 14, batch 0", "does not follow"},          // D learns nothing
		{"t09", referee.DWins, false, "", "certain"},                                   // Adam with a rate of 1e-3
		{"t10", referee.Healthy, false, "", "shrinks steadily"},                        // WGAN-GP, good samples
		{"t11", referee.Unknown, false, "", "D is ahead"},                              // FID 17
		{"t12", referee.Unknown, false, "", "in 8% of the rows it is above a quarter"}, // diverse faces
		{"t13", referee.Unknown, false, "", "hinge or relativistic loss"},              // as its author expects
		{"t14", referee.Unknown, false, "", "either G has reached the data, or n"},     // 8 of 8 modes
	} {
		log, err := logs.Read(t.Context(), filepath.Join("testdata", "traces", test.file+".csv"), logs.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		f := referee.Judge(log.History)[0]
		switch {
		case f.Failure != test.want:
			t.Errorf("%s: %s, want %s: %s", test.file, f.Failure, test.want, f.Line())
		case test.surely != (f.Confidence() == "sure"):
			t.Errorf("%s is %s", test.file, f.Confidence())
		case test.since != "" && f.When != test.since:
			t.Errorf("%s: since %s, want %s", test.file, f.When, test.since)
		case !strings.Contains(f.Why, test.because):
			t.Errorf("%s: %s\nwant %q", test.file, f.Why, test.because)
		}
	}
}

// TestFamilyTold tells the referee what it cannot see: the same numbers mean another thing
// with another loss.
func TestFamilyTold(t *testing.T) {
	for _, test := range []struct {
		family referee.Family
		want   referee.Failure
	}{{"", referee.Unknown}, {referee.Hinge, referee.Unknown}, {referee.CrossEntropy, referee.DWins}} {
		log, err := logs.Read(t.Context(), filepath.Join("testdata", "traces", "t01.csv"), logs.Options{Family: test.family})
		if err != nil {
			t.Fatal(err)
		}
		want := test.want
		if test.family == "" {
			want = referee.DWins
		}
		if f := referee.Judge(log.History)[0]; f.Failure != want {
			t.Errorf("t01 as %q is %s, want %s", test.family, f.Failure, want)
		}
	}
}
