package board_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/gander-ml/gander/internal/browsertest"
)

// open opens a tab of a browser with the board of a site.
func (s *site) open(t *testing.T) *browsertest.Tab {
	t.Helper()
	watch, end := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { s.board.Watch(watch) })
	t.Cleanup(func() { end(); watching.Wait() })
	return browsertest.Open(t, s, "/")
}

func join(lines ...string) string { return strings.Join(lines, "") }
