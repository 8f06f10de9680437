package command

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// disk mounts a disk of its own, which takes root, and returns the folder.
func disk(t *testing.T, options string) string {
	t.Helper()
	folder := t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, options); err != nil {
		t.Skipf("no disk of our own to fill: mounting one: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(folder, unix.MNT_DETACH) })
	return folder
}

// TestDiskFullOnTheWay fills the disk of a run that trains. It must say so, and
// go on from its last checkpoint when there is room, exactly.
func TestDiskFullOnTheWay(t *testing.T) {
	t.Parallel()
	few, calm := fewDigits(t), t.TempDir()
	gander(t, 0, calm, small(few, 60, 10)...)
	want := contents(t, only(t, calm))

	dir := disk(t, "size=64m")
	p := launch(t, dir, small(few, 1_000_000, 10)...)
	p.step()
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 65<<20), 0o666); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the disk: error %v", err)
	}
	if status := p.end(); status != 1 {
		t.Errorf("exit status %d", status)
	}
	wantSays(t, p.stderr.String(),
		`^error: writing runs.0001-digits-digits.*: no space left on device$`, `^hint: free some space on that disk`)
	saved, _ := newest(t, dir)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if saved >= 60 {
		t.Skipf("the disk was full too late to compare, after step %d", saved)
	}
	gander(t, 0, dir, "train", "--resume", "1", "--steps", "60")
	wantSame(t, want, contents(t, only(t, dir)))
}

// TestDiskFullFromTheStart has no room for even the beginning of a run, nor for
// samples.
func TestDiskFullFromTheStart(t *testing.T) {
	t.Parallel()
	dir := disk(t, "size=48k")
	says := gander(t, 1, dir, small(fewDigits(t), 10, 10)...)
	wantSays(t, says, `^error: writing runs.0001-digits-digits.*: no space left on device$`, `^hint: free some space`)
	wantNoFile(t, dir)

	elsewhere := t.TempDir()
	gander(t, 0, elsewhere, small(fewDigits(t), 1, 1)...)
	for _, name := range []string{"a.png", "a.npy", "a"} {
		says := gander(t, 1, elsewhere, "sample", "1", "-n", "400", "-o", filepath.Join(dir, name))
		wantSays(t, says, `^error: writing .*: no space left on device$`, `^hint: free some space`)
		wantNoFile(t, dir)
	}
}

// TestReadOnlyDisk cannot write at all.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir := disk(t, "size=1m")
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skipf("no read-only disk: %v", err)
	}
	says := gander(t, 1, dir, small(fewDigits(t), 10, 10)...)
	wantSays(t, says, `^error: writing runs: read-only file system$`, `^hint: that file system is read-only: choose a folder elsewhere$`)
}

// wantNoFile checks that a failed command left nothing in the folder.
func wantNoFile(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestOutputFull writes its data where nothing can be written.
func TestOutputFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	p := prepare(t, t.TempDir(), "recipes")
	p.Stdout, p.Stderr = full, &p.stderr
	if err := p.Run(); err == nil {
		t.Error("exit status 0")
	}
	wantSays(t, p.stderr.String(), `^error: writing the standard output: no space left on device$`, `^hint: direct it elsewhere$`)
}
