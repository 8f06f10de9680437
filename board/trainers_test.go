package board_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gander-ml/gander/run"
)

// trainerVar makes the test binary a trainer: it does what the variable says.
const trainerVar = "GANDER_TEST_TRAINER"

// TestMain is a trainer if the variable is set. A trainer prints its arguments, locks the
// run of --resume, and waits for the signal to stop.
func TestMain(m *testing.M) {
	if os.Getenv(trainerVar) == "" {
		os.Exit(m.Run())
	}
	fmt.Println(strings.Join(os.Args[1:], "|"))
	for _, arg := range os.Args {
		path, ok := strings.CutPrefix(arg, "--resume=")
		if !ok {
			continue
		}
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt)
		f, err := run.OpenFolder(path)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		lock, err := f.Lock()
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		<-stop
		fmt.Println("saved")
		lock.Unlock()
	}
	if slices.Contains(os.Args, "--set=train.seed=666") {
		os.Exit(1)
	}
}

// A job is what the tests read of a training.
type job struct {
	Number, PID    int
	Args           []string
	Running        bool
	Failed, Output string
}

func newTrainingSite(t *testing.T, dir string) *site {
	t.Helper()
	t.Setenv(trainerVar, "1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return newSite(t, dir, self, "train")
}

// await waits until a training is as wanted.
func (s *site) await(what string, ok func(j job) bool) job {
	s.Helper()
	for s.Context().Err() == nil {
		var jobs []job
		s.read("/api/trainings", "", 200, &jobs)
		if len(jobs) > 0 && ok(jobs[0]) {
			return jobs[0]
		}
	}
	s.Fatalf("never %s", what)
	return job{}
}

// TestWatchOnly refuses to train without the permission of the one who starts the board.
func TestWatchOnly(t *testing.T) {
	dir := t.TempDir()
	fake(t, dir, "0001-a")
	s := newSite(t, dir)
	for _, c := range []struct{ address, body string }{
		{"/api/train", `{"recipe":"digits"}`}, {"/api/resume", `{"id":"0001-a"}`}, {"/api/stop", `{"id":"0001-a"}`},
	} {
		s.refuses(c.address, c.body, 403, "--allow-training")
	}
}

// TestForm describes the settings of a recipe with their ranges.
func TestForm(t *testing.T) {
	s := newSite(t, t.TempDir())
	var list []struct{ Name, Title string }
	s.read("/api/recipes", "", 200, &list)
	if len(list) < 10 || list[0].Title == "" {
		t.Errorf("recipes %v", list)
	}
	for _, r := range list {
		var form struct {
			Fields []struct {
				Key, Doc, Kind, Value, Min, Max string
				Words                           []string
			}
		}
		s.read("/api/recipe?name="+r.Name, "", 200, &form)
		found := false
		for _, f := range form.Fields {
			found = found || f.Key == "train.keep" && f.Kind == "integer" && f.Min == "1" && f.Value == "3" && f.Doc != ""
		}
		if !found {
			t.Errorf("%s: no field train.keep in %v", r.Name, form.Fields)
		}
	}
	s.refuses("/api/recipe?name=diigts", "", 400, "digits")
}

// TestStart starts a training with the settings that differ from the defaults.
func TestStart(t *testing.T) {
	dir := t.TempDir()
	s := newTrainingSite(t, dir)
	s.read("/api/train", `{"recipe":"digits","threads":2,"settings":{"train.kimg":"1.5","train.keep":"3","data.name":"digits","model.hidden":"64"}}`, 200, nil)
	j := s.await("ended", func(j job) bool { return !j.Running })
	want := []string{"digits", "--out=" + dir, "--threads=2", "--set=train.kimg=1.5", "--set=model.hidden=64"}
	if !slices.Equal(j.Args, want) || j.Output != "train|"+strings.Join(want, "|")+"\n" || j.Failed != "" {
		t.Errorf("job %+v", j)
	}
	s.read("/api/train", `{"recipe":"digits","settings":{"train.seed":"666"}}`, 200, nil)
	if j := s.await("failed", func(j job) bool { return j.Number == 1 && !j.Running }); !strings.Contains(j.Failed, "exit status 1") {
		t.Errorf("job %+v", j)
	}
	for body, words := range map[string]string{
		`{"recipe":"diigts"}`:                                        "digits",
		`{"recipe":"digits","settings":{"train.keep":"0"}}`:          "out of range",
		`{"recipe":"digits","settings":{"train.kimg":"fast"}}`:       "train.kimg",
		`{"recipe":"digits","settings":{"train.keeep":"1"}}`:         "no setting",
		`{"recipe":"digits","settings":{"--out":"/"}}`:               "no setting",
		`{"recipe":"digits","threads":-1}`:                           "threads",
		`{"recipe":"digits","settings":{"recipe":"goodfellow2014"}}`: "no setting",
	} {
		s.refuses("/api/train", body, 400, words)
	}
}

// TestStopAndResume continues a run, stops it, and stops the rest when the board ends.
func TestStopAndResume(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted there")
	}
	dir := t.TempDir()
	paths := []string{fake(t, dir, "0001-a"), fake(t, dir, "0002-b")}
	t.Cleanup(func() { // after that of the site, which closes the board and so ends the process
		f, err := run.OpenFolder(paths[1])
		if err != nil {
			t.Fatal(err)
		}
		lock, err := f.Lock()
		if err != nil {
			t.Fatalf("after the end of the board: %v", err)
		}
		lock.Unlock()
	})
	s := newTrainingSite(t, dir)
	s.rows()
	s.refuses("/api/stop", `{"id":"0001-a"}`, 500, "is not training")
	for body, words := range map[string]string{
		`{"id":"0001-a","kimg":-1}`: "positive", `{"id":"0001-a","kimg":1,"steps":2}`: "positive", `{"id":"0001-a","threads":5000}`: "threads",
	} {
		s.refuses("/api/resume", body, 400, words)
	}
	s.read("/api/resume", `{"id":"0001-a","kimg":20,"threads":1}`, 200, nil)
	locked := func(id string) func(job) bool {
		return func(j job) bool {
			r := s.rows()[id]
			return r.State == "training" && r.PID == j.PID
		}
	}
	j := s.await("training", locked("0001-a"))
	if want := []string{"--resume=" + paths[0], "--kimg=20", "--threads=1"}; !slices.Equal(j.Args, want) {
		t.Errorf("arguments %q, want %q", j.Args, want)
	}
	s.refuses("/api/resume", `{"id":"0001-a"}`, 400, "is training")
	s.read("/api/stop", `{"id":"0001-a"}`, 200, nil)
	if j := s.await("stopped", func(j job) bool { return !j.Running }); !strings.HasSuffix(j.Output, "saved\n") || j.Failed != "" {
		t.Errorf("job %+v", j)
	}
	if r := s.rows()["0001-a"]; r.State != "interrupted" {
		t.Errorf("row %+v", r)
	}
	s.read("/api/resume", `{"id":"0002-b","steps":50}`, 200, nil)
	s.await("training", locked("0002-b"))
	text, err := json.Marshal(s.rows()["0002-b"])
	if err != nil || !strings.Contains(string(text), "training") {
		t.Errorf("row %s", text)
	}
}
