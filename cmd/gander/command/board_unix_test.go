//go:build unix

package command

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestBoard starts the board, trains a run from it, and ends it.
func TestBoard(t *testing.T) {
	p := launch(t, t.TempDir(), "board", "--port", "0", "--allow-training")
	address := strings.TrimSpace(p.line())
	if !strings.HasPrefix(address, "http://127.0.0.1:") {
		p.end()
		t.Fatalf("the board prints %q and\n%s", address, p.stderr.String())
	}
	body := `{"recipe":"digits","threads":1,"settings":{"train.steps":"3","train.grid":"4","model.hidden":"8","model.batch":"4","model.latent":"4"}}`
	answer, err := http.Post(address+"api/train", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("status %d", answer.StatusCode)
	}
	for {
		var list struct{ Runs []struct{ ID, State string } }
		answer, err := http.Get(address + "api/runs")
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(answer.Body).Decode(&list)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Runs) > 0 && list.Runs[0].State == "finished" {
			if list.Runs[0].ID != "0001-digits-digits" {
				t.Errorf("the run is %s", list.Runs[0].ID)
			}
			break
		}
		if t.Context().Err() != nil {
			t.Fatal("the run never ends")
		}
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if status := p.end(); status != 0 {
		t.Errorf("exit status %d:\n%s", status, p.stderr.String())
	}
	if !strings.Contains(p.stderr.String(), "serving the runs in runs; Ctrl-C ends it") {
		t.Errorf("the board says %q", p.stderr.String())
	}
}
