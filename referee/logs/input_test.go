package logs

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/referee"
)

// table is a log of two rows.
const table = "step,d_loss,g_loss\n100,1.2,0.8\n200,1.1,0.9\n"

// zipped returns a text compressed with gzip.
func zipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wide returns a text in UTF-16 with a byte order mark.
func wide(text string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// TestEncodings reads logs that are compressed, or in UTF-16 as the shell of Windows writes them.
func TestEncodings(t *testing.T) {
	printed := "100 [D loss: 1.2] [G loss: 0.8] 😀\r\n200 [D loss: 1.1] [G loss: 0.9]\r\n"
	for name, data := range map[string][]byte{
		"gzip":                         zipped(t, []byte(table)),
		"gzip of events":               zipped(t, eventFile(false)),
		"little-endian":                wide(table, binary.LittleEndian),
		"big-endian":                   wide(table, binary.BigEndian),
		"printed, little-endian":       wide(printed, binary.LittleEndian),
		"printed, mark of UTF-8":       []byte("\ufeff" + printed),
		"JSON, mark of UTF-8":          []byte("\ufeff" + `[{"step":100,"d_loss":1.2,"g_loss":0.8},{"step":200,"d_loss":1.1,"g_loss":0.9}]`),
		"JSON lines, in gzip, UTF-16":  zipped(t, wide(`{"step":100,"d_loss":1.2,"g_loss":0.8}`+"\n"+`{"step":200,"d_loss":1.1,"g_loss":0.9}`, binary.LittleEndian)),
		"half a character, and a byte": append(wide(table, binary.LittleEndian), 0x0a, 0, 0x3d, 0xd8, 7),
		"zeros at the end":             []byte(table + strings.Repeat("\x00", 500)),
	} {
		l, err := Parse(t.Context(), bytes.NewReader(data), Options{})
		if name == "zeros at the end" || strings.HasPrefix(name, "half") {
			if err == nil || strings.Contains(err.Error(), "binary") { // the rest of a row is no number
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r := l.History.Rows; len(r) < 2 || r[1].Step != 200 && r[1].Step != 100 || name != "gzip of events" && r[1].Values[referee.LossD] != 1.1 {
			t.Errorf("%s: rows %v", name, r)
		}
	}
}

// TestNoLogs names files that are no logs as what they are, with a hint.
func TestNoLogs(t *testing.T) {
	random := make([]byte, 200_000)
	source := rand.NewChaCha8([32]byte{1})
	for range 8 {
		if _, err := source.Read(random); err != nil {
			t.Fatal(err)
		}
		wantError(t, random, "it is a binary file and no log")
	}
	packed := zipped(t, []byte(strings.Repeat(table, 100)))
	wantError(t, packed[:len(packed)-9], "the gzip stream is incomplete")
	wantError(t, append(packed[:20:20], random...), "the gzip stream is broken")
	wantError(t, zipped(t, random), "it is a binary file and no log")
	wantError(t, zipped(t, zipped(t, random)), "it is compressed twice with gzip and no log")
	wantError(t, wide(table, binary.LittleEndian)[2:], "it looks like a text in UTF-16 without a byte order mark")
	wantError(t, append([]byte("\x89PNG\r\n\x1a\n"), random...), "it is a PNG picture and no log")
	wantError(t, append([]byte("PK\x03\x04"), random...), "it is a ZIP archive and no log")
	wantError(t, []byte("%PDF-1.5\nd_loss: 1 g_loss: 1\n"), "it is a PDF document and no log")
	tar := make([]byte, 1024)
	copy(tar[257:], "ustar")
	wantError(t, tar, "it is a tar archive and no log")
}

func wantError(t *testing.T, data []byte, want string) {
	t.Helper()
	if _, err := Parse(t.Context(), bytes.NewReader(data), Options{}); err == nil || !strings.Contains(err.Error(), want) || hint.Of(err) == "" {
		t.Errorf("%.20q: %v (hint %q), want %q", data, err, hint.Of(err), want)
	}
}

// A silent reader gives nothing, and does not return before the test ends.
type silent struct{ done chan struct{} }

func (s silent) Read([]byte) (int, error) {
	<-s.done
	return 0, io.EOF
}

// TestInterrupted ends a context before a log is read, in its middle, and while its reader gives
// nothing.
func TestInterrupted(t *testing.T) {
	for row, begin := range map[string]string{
		"1,1.2,0.8\n": "step,d_loss,g_loss\n", "d_loss: 1 g_loss: 2\n": "", `{"d_loss":1,"g_loss":2}` + "\n": "", `{"d_loss":1,"g_loss":2},`: "[",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		endless := io.MultiReader(strings.NewReader(begin), &repeated{text: row, after: 4 << 20, then: cancel})
		if _, err := Parse(ctx, endless, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: %v", row, err)
		}
		cancel()
		if _, err := Parse(ctx, strings.NewReader(begin+row), Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%q after the end: %v", row, err)
		}
	}
	s := silent{make(chan struct{})}
	defer close(s.done)
	for _, before := range []string{"", table, strings.Repeat("d_loss: 1 g_loss: 2\n", 20_000)} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		if _, err := Parse(ctx, io.MultiReader(strings.NewReader(before), s), Options{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%.20q: %v", before, err)
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "losses.csv"), []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(folder, "losses.csv")} {
		if _, err := Read(ctx, path, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A repeated reader gives a text again and again, and calls then after some bytes.
type repeated struct {
	text  string
	after int
	then  func()
	rest  string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		r.rest = strings.Repeat(r.text, 1<<16/len(r.text))
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if r.after -= n; r.after < 0 {
		r.then()
	}
	return n, nil
}

// TestBrokenJSON reports what is wrong in a JSON value, and in which line.
func TestBrokenJSON(t *testing.T) {
	const row = `{"step": 1, "d_loss": 1, "g_loss": 1}`
	for text, want := range map[string]string{
		"[" + row + ",\n" + row + ",\n{\"step\": 3, \"d_l": "line 3: the file ends in the middle of its JSON list",
		"[" + row + ",\n" + row + "\n":                     "line 2: the file ends in the middle of its JSON list",
		"[":                                                "line 1: the file ends in the middle of its JSON list",
		"[\n" + row + ",\n" + row + ",\n]":                 "line 3: a comma too many in the JSON list",
		"[\n" + row + ",\n,\n" + row + "]":                 "line 2: a comma too many in the JSON list",
		"[\n{\"d_loss\": 1,\n},\n" + row + "]":             "line 2: a comma too many in the JSON list",
		"[\n" + row + "\n" + row + "]":                     "line 3: a comma is missing in the JSON list",
		"[\n" + row + "]\nend":                             "line 3: the JSON list is broken: invalid character 'e'",
		"[\n{'d_loss': 1}]":                                "line 2: the JSON list is broken: invalid character '\\''",
		"{\n\"d_loss\": [1, 2],\n\"g_loss\": [1,\n":        "line 3: the file ends in the middle of its JSON object",
		"{\n\"d_loss\": [1, 2,],\n\"g_loss\": [1]}\n":      "line 2: a comma too many in the JSON object",
		"{\n\"d_loss\": [1, NaN]\n\"g_loss\": [1]}\n":      "line 3: a comma is missing in the JSON object",
	} {
		wantError(t, []byte(text), want)
	}
	for _, text := range []string{`{"d_loss": 1, "g_loss": NaN}` + "\n" + `{"d_loss": Infinity, "g_loss": 1}`, `{"d_loss": [1, Infinity], "g_loss": [NaN, 1]}`} {
		if r := parse(t, text, Options{}).History.Rows; !math.IsNaN(r[0].Values[referee.LossG]) || !(r[1].Values[referee.LossD] > 1) {
			t.Errorf("%s: rows %v", text, r)
		}
	}
	l := parse(t, `[{"d_loss": NaN, "g_loss": -Infinity, "note": "NaN \" Infinity"}, {"d_loss": {"mean": Infinity}, "g_loss": 1}]`, Options{})
	if r := l.History.Rows; !math.IsNaN(r[0].Values[referee.LossD]) || r[0].Values[referee.LossG] >= 0 || !(r[1].Values[referee.LossD] > 1) {
		t.Errorf("rows %v", r)
	}
}

// TestFolders reads the one log of a folder.
func TestFolders(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string // the format, or a part of the error
	}{
		"printed":  {map[string]string{"training.log": "d_loss: 1 g_loss: 1\n", "README.md": "x"}, "printed lines"},
		"CSV":      {map[string]string{"version_0/metrics.csv": table, "version_0/hparams.yaml": "a: 1"}, "CSV"},
		"JSON":     {map[string]string{"history.json": `{"d_loss":[1],"g_loss":[1]}`, "config.json": `{"lr": 1}`}, "JSON"},
		"gzip":     {map[string]string{"losses.csv.gz": string(zipped(t, []byte(table)))}, "CSV"},
		"events":   {map[string]string{"events.out.tfevents.1.host": string(eventFile(false)), "metrics.csv": table}, "TensorBoard events"},
		"no name":  {map[string]string{"train_log": "d_loss: 1 g_loss: 1\n", "Makefile": "x"}, "printed lines"},
		"two":      {map[string]string{"a.log": "d_loss: 1 g_loss: 1\n", "b.csv": table, "c.txt": "x\n"}, "the folder has 2 logs: a.log, b.csv"},
		"one, bad": {map[string]string{"a.csv": "step,d_loss,g_loss\n1,x,1\n"}, `a.csv: line 2: column d_loss has "x", want a number`},
		"two, bad": {map[string]string{"a.csv": "1,2\n", "b.txt": "words\n"}, "none of the 2 files is a log with losses; of the first: "},
		"nothing":  {map[string]string{"a.png": "x"}, "the folder has no event files of TensorBoard and no file .csv"},
	} {
		folder := t.TempDir()
		for path, text := range test.files {
			path = filepath.Join(folder, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		l, err := Read(t.Context(), folder, Options{})
		if link := filepath.Join(t.TempDir(), "link"); err == nil && os.Symlink(folder, link) == nil {
			l, err = Read(t.Context(), link, Options{})
		}
		switch {
		case err != nil && (!strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), folder)):
			t.Errorf("%s: %v, want %s", name, err, test.want)
		case err == nil && l.Format != test.want:
			t.Errorf("%s: %s, want %s", name, l.Format, test.want)
		case err != nil && hint.Of(err) == "":
			t.Errorf("%s: %v has no hint", name, err)
		}
	}
}

// TestMend proposes columns for the losses that are missing, and the log can be read with them.
func TestMend(t *testing.T) {
	for text, want := range map[string]string{
		"step,a,b\n1,2,3\n":                             "a=loss.D b=loss.G ",
		"step,b,my loss,lr\n1,2,3,4\n":                  "my loss=loss.D b=loss.G ",
		"step,words,x,y\n1,good,3,4\n":                  "x=loss.D y=loss.G ",
		"step,d_loss,x,lr\n1,2,3,4\n":                   "x=loss.G ",
		"step,g_loss,x,\x1b[1m\n1,2,3,4\n":              "x=loss.D ",
		"step,d_loss,g_acc,val_g_loss\n1,2,3,4\n":       "",
		"epoch 0 one: 0.68 two: 0.66\nepoch 1 one: 2\n": "one=loss.D two=loss.G ",
		"epoch 1 d_loss: 1 other: 2\n":                  "other=loss.G ",
		`{"d_loss": 1, "x": 2, "lr": 3}`:                "x=loss.G ",
		"step,d_loss,g_loss,fid\n1,2,3,bad\n":           "fid=ignored ",
		"step,d_loss,g_loss\n1,bad,3\n":                 "",
	} {
		_, err := Parse(t.Context(), strings.NewReader(text), Options{})
		var e *ColumnError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v is no ColumnError", text, err)
			continue
		}
		got, given := "", map[string]string{}
		for _, m := range e.Mend {
			got += m.Name + "=" + m.Meaning + " "
			given[m.Name] = m.Meaning
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if _, err := Parse(t.Context(), strings.NewReader(text), Options{Columns: given}); want != "" && err != nil {
			t.Errorf("%q with %q: %v", text, got, err)
		}
	}
}

// TestNumbersWithoutLosses takes no lines with numbers for a table, and no table for such lines.
func TestNumbersWithoutLosses(t *testing.T) {
	for text, want := range map[string]string{
		"epoch 0 loss: 0.68 val_loss: 0.66\nepoch 1 loss: 0.66 val_loss: 0.65\n": "epoch, loss, val_loss",
		"epoch 0 loss 0.68\nepoch 1 loss 0.66\n":                                 "epoch, loss",
		"Using a GPU, and waiting\nepoch: 0, loss: 0.68\nepoch: 1, loss: 0.66\n": "epoch, loss",
		"loss=1\n":                       "loss",
		"a 1,b 2\n1,2\n3,4\n":            "a 1, b 2",
		"time,note\n10,lr 1\n20,lr 2\n":  "time, note",
		"first second\n1 2\n3 4\n":       "first, second",
		"some words of a text\nand more": "some, words, of, a, text",
	} {
		_, err := Parse(t.Context(), strings.NewReader(text), Options{})
		if err == nil || !strings.Contains(hint.Of(err), "columns are "+want) || strings.Contains(hint.Of(err), want+",") {
			t.Errorf("%q: %v, hint %q, want columns %s", text, err, hint.Of(err), want)
		}
	}
}
