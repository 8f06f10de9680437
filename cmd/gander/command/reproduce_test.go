package command

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReproduceGoesOn kills trials while they train and wants the same command
// to end with the same figures as if nothing had happened.
func TestReproduceGoesOn(t *testing.T) {
	t.Parallel()
	args := []string{"reproduce", "grid25", "--trials", "2", "--jobs", "1", "--set", "hidden=8", "--set", "maxout=4", "--set", "batch=20",
		"--set", "train.steps=500", "--set", "train.tick_kimg=1", "--set", "train.grid=4"}
	trials := func(dir string) string {
		page, err := os.ReadFile(filepath.Join(dir, "results", "grid25", "grid25.md"))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(page), "## The trials")
		return regexp.MustCompile(`\b([0-9]+m[0-9]+|[0-9.]+)s\b`).ReplaceAllString(rest, "T")
	}
	calm := t.TempDir()
	gander(t, 0, calm, args...)

	dir := killedInSecondTrial(t, args)
	says := gander(t, 0, dir, args...)
	if strings.Contains(says, "0001-mixture-grid25") {
		t.Errorf("the first trial was trained again:\n%s", says)
	}
	if got, want := trials(dir), trials(calm); got != want {
		t.Errorf("gone on it gives\n%s\nundisturbed\n%s", got, want)
	}
}

// killedInSecondTrial returns the folder in which trials were killed when the
// second had begun.
func killedInSecondTrial(t *testing.T, args []string) string {
	t.Helper()
	for range 20 {
		dir := t.TempDir()
		p := prepare(t, dir, args...)
		stderr, err := p.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		p.begin()
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if strings.Contains(lines.Text(), "0002-mixture-grid25") {
				break
			}
		}
		p.Process.Kill()
		p.end()
		if _, err := os.Stat(filepath.Join(dir, "results", "grid25", "grid25.md")); err != nil {
			return dir
		}
		t.Log("killed too late; again")
	}
	t.Fatal("always killed too late")
	return ""
}
