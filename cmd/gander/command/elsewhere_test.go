package command

import (
	"os"
	"path/filepath"
	"testing"
)

// TestResumedElsewhere resumes a run from within its folder, through a symbolic link and
// after renaming. The files must be equal to those of an unbroken run.
func TestResumedElsewhere(t *testing.T) {
	t.Parallel()
	few, unbroken := fewDigits(t), t.TempDir()
	gander(t, 0, unbroken, small(few, 40, 10)...)
	want := contents(t, only(t, unbroken))
	for name, arrange := range map[string]func(run string) (dir, resume string, err error){
		"within": func(run string) (dir, resume string, err error) { return run, ".", nil },
		"latest": func(run string) (dir, resume string, err error) {
			return filepath.Dir(filepath.Dir(run)), "latest", nil
		},
		"link": func(run string) (dir, resume string, err error) {
			dir = filepath.Dir(filepath.Dir(run))
			return dir, "link", os.Symlink(run, filepath.Join(dir, "link"))
		},
		"renamed": func(run string) (dir, resume string, err error) {
			dir = filepath.Dir(filepath.Dir(run))
			return dir, "mine", os.Rename(run, filepath.Join(dir, "runs", "mine"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			gander(t, 0, dir, small(few, 20, 10)...)
			in, resume, err := arrange(only(t, dir).Path())
			if err != nil {
				t.Fatal(err)
			}
			gander(t, 0, in, "train", "--resume", resume, "--steps", "40")
			wantSame(t, want, contents(t, only(t, dir)))
		})
	}
}
