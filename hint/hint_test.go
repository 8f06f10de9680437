package hint_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/gander-ml/gander/hint"
)

func TestHint(t *testing.T) {
	if err := hint.Add(nil, "nothing is wrong"); err != nil {
		t.Errorf("a hint without an error is %v", err)
	}
	inner := hint.Add(fmt.Errorf("file x: %w", fs.ErrNotExist), "look for %s", "y")
	outer := hint.Add(fmt.Errorf("dataset d: %w", inner), "another hint")
	if got := hint.Of(outer); got != "look for y" {
		t.Errorf("the hint is %q, want the first that was added", got)
	}
	if got, want := outer.Error(), "dataset d: file x: file does not exist"; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	if got, want := hint.Text(outer), outer.Error()+" (hint: look for y)"; got != want {
		t.Errorf("text and hint are %q, want %q", got, want)
	}
	if !errors.Is(outer, fs.ErrNotExist) {
		t.Error("the error is not what it wraps")
	}
	joined := errors.Join(errors.New("first"), outer)
	if hint.Of(joined) != "look for y" || hint.Text(errors.New("plain")) != "plain" {
		t.Error("joined or plain errors lose or gain a hint")
	}
}
