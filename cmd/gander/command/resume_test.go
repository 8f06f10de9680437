package command

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/run"
)

// TestResumeIsExact kills a run right after its checkpoint of step 100 appears,
// resumes it, and compares everything in its folder with that of a run of 200
// steps that nothing disturbed.
func TestResumeIsExact(t *testing.T) {
	t.Parallel()
	undisturbed := func(threads int) map[string]string {
		dir := t.TempDir()
		gander(t, 0, dir, append(small("digits", 200, 100), "--threads", strconv.Itoa(threads))...)
		return contents(t, only(t, dir))
	}
	want := undisturbed(1)
	if len(want["checkpoints/step-00000200.safetensors"]) == 0 || len(want["samples/step-00000200.png"]) == 0 {
		t.Fatal("the undisturbed run keeps no step 200")
	}
	wantSame(t, want, undisturbed(2))
	for _, before := range []int{1, 2} {
		for _, after := range []int{1, 2} {
			t.Run(strconv.Itoa(before)+" then "+strconv.Itoa(after), func(t *testing.T) {
				dir := killedAfterFirstTick(t, before)
				gander(t, 0, dir, "train", "--resume", "1", "--steps", "200", "--threads", strconv.Itoa(after))
				wantSame(t, want, contents(t, only(t, dir)))
			})
		}
	}
}

// killedAfterFirstTick returns the folder in which a run was killed between
// steps 100 and 200. It is meant to be longer, so that it is not done with 200
// if the kill is slow.
func killedAfterFirstTick(t *testing.T, threads int) string {
	t.Helper()
	for range 20 {
		dir := t.TempDir()
		p := launch(t, dir, append(small("digits", 100_000, 100), "--threads", strconv.Itoa(threads))...)
		step := p.step()
		p.Process.Kill()
		p.end()
		if step != 100 {
			t.Fatalf("the first tick is at step %d", step)
		}
		c, _, err := only(t, dir).Checkpoints().Newest()
		if err != nil {
			t.Fatal(err)
		}
		if c.Step == 100 {
			return dir
		}
		t.Logf("killed too late, at step %d; again", c.Step)
	}
	t.Fatal("always killed too late")
	return ""
}

// TestKilledAtRandomMoments kills runs that keep a checkpoint every few steps
// at 20 random moments. Each time the newest checkpoint must be whole and the
// run go on from it, and in the end be what an undisturbed run is.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	killAtRandom(t, fewDigits(t), 20)
}

// TestKilledWhileMeasuring does the same to runs that measure at every tick and
// keep the best checkpoint.
func TestKilledWhileMeasuring(t *testing.T) {
	t.Parallel()
	pixels := make([]byte, 300*25)
	for i := range pixels {
		pixels[i] = byte(i * i % 251)
	}
	var file bytes.Buffer
	path := filepath.Join(t.TempDir(), "few.npy")
	err := format.EncodeNPY(&file, []int{300, 5, 5}, pixels)
	if err = errors.Join(err, os.WriteFile(path, file.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
	killAtRandom(t, path, 8, "--measure=parzen@30", "--set=train.best=parzen", "--set=learning_rate=.02")
}

// killAtRandom kills runs of these data, with these arguments, at so many moments.
func killAtRandom(t *testing.T, data string, kills int, more ...string) {
	t.Helper()
	const steps, tick = 60, 3
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	calm := t.TempDir()
	gander(t, 0, calm, append(small(data, steps, tick), more...)...)
	want := contents(t, only(t, calm))

	dir, resumed := t.TempDir(), false
	finish := func() {
		if resumed {
			gander(t, 0, dir, "train", "--resume", "1")
			wantSame(t, want, contents(t, only(t, dir)))
		}
		dir, resumed = t.TempDir(), false
	}
	for range kills {
		args := append(small(data, steps, tick), more...)
		if resumed {
			args = []string{"train", "--resume", "1", "--json"}
		}
		p := launch(t, dir, args...)
		if random.IntN(4) > 0 { // once it trains, otherwise even before
			p.line()
		}
		time.Sleep(time.Duration(random.Int64N(int64(30 * time.Millisecond))))
		p.Process.Kill()
		p.end()
		last, begun := newest(t, dir)
		t.Logf("killed with step %d saved, begun %v", last, begun)
		switch {
		case !begun: // before it was a run
			dir, resumed = t.TempDir(), false
		case last == steps: // it was faster
			wantSame(t, want, contents(t, only(t, dir)))
			dir, resumed = t.TempDir(), false
		default:
			resumed = true
		}
	}
	finish()
}

// newest returns the step of the newest checkpoint in dir, which must be whole;
// begun is false if not even the settings were written.
func newest(t *testing.T, dir string) (step int64, begun bool) {
	t.Helper()
	folders, err := run.List(filepath.Join(dir, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		return 0, false
	}
	c, skipped, err := folders[0].Checkpoints().Newest()
	if len(skipped) > 0 {
		t.Fatalf("checkpoint %s is not whole: %v", skipped[0].Path, skipped[0].Err)
	}
	if errors.Is(err, run.ErrNoCheckpoint) {
		return 0, true
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.Step, true
}

// TestLocked trains a run that another process is training, and draws samples
// from it meanwhile.
func TestLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := launch(t, dir, small(fewDigits(t), 1_000_000, 50)...)
	p.step()
	says := gander(t, 1, dir, "train", "--resume", "1")
	wantSays(t, says, `^error: locking run 0001-digits-digits: another process is writing this run: process `+strconv.Itoa(p.Process.Pid)+` on .* since .*$`,
		`^hint: wait for it to end, or stop it, and try again$`)
	wantSays(t, gander(t, 0, dir, "sample", "1", "-n", "4", "-o", "a.png"), `^wrote a.png: step [0-9]+ of 0001-digits-digits, seed 0$`)
	if _, err := os.Stat(filepath.Join(dir, "a.png")); err != nil {
		t.Error(err)
	}
	p.Process.Kill()
	p.end()
	newest(t, dir)
}
