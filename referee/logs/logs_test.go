package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/referee"
	"google.golang.org/protobuf/encoding/protowire"
)

func TestMeanings(t *testing.T) {
	for name, want := range map[string]string{
		"Loss_D": referee.LossD, "loss_G": referee.LossG, "errD": referee.LossD, "errG": referee.LossG, "D(x)": referee.DReal,
		"D(G(z))": referee.DFake, "D(G(z))_before": referee.DFake, "D(G(z))_after": ignored,
		"dis_loss": referee.LossD, "gen_loss": referee.LossG, "Gen_loss": referee.LossG, "generator_error": referee.LossG,
		"discriminator_error": referee.LossD, "discriminator loss": referee.LossD, "Generator Loss": referee.LossG,
		"d1_real": referee.LossReal, "d2_fake": referee.LossFake, "d_loss_real": referee.LossReal, "D/loss_fake": referee.LossFake,
		"a1_real": ignored, "d_acc": ignored, "g": referee.LossG, "d": referee.LossD, "critic_loss": referee.LossD, "avg_critic": referee.LossD,
		"daring-sun-3 - d_loss": referee.LossD, "daring-sun-3 - d_loss__MIN": ignored, "train/g_loss": referee.LossG, "G/loss": referee.LossG,
		"loss/D": referee.LossD, "gp": referee.Penalty, "gradient_penalty": referee.Penalty, "d_aux_loss": referee.ClassLoss, "D loss supervised": referee.ClassLoss, "D loss unsupervised": referee.LossD,
		"FID": referee.FID, "inception_score": referee.GoodScore, "_step": stepColumn, "iteration": stepColumn, "global_step": stepColumn,
		"epoch": epochColumn, "batch": batchColumn, "lr": ignored, "val_d_loss": ignored, "discLoss": referee.LossD, "lossG": referee.LossG,
		"time": ignored, "d_lr": ignored, "grad_norm_d": ignored, "wasserstein_distance": referee.LossD,
	} {
		if got := meaningOf(name); got != want {
			t.Errorf("%q means %s, want %s", name, got, want)
		}
	}
}

func parse(t *testing.T, text string, o Options) *Log {
	t.Helper()
	l, err := Parse(t.Context(), strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFormats(t *testing.T) {
	for name, text := range map[string]string{
		"commas":              "step,d_loss,g_loss\n100,1.2,0.8\n200,1.1,0.9\n",
		"semicolons":          "step;d_loss;g_loss\r\n100;1.2;0.8\r\n200;1.1;0.9\r\n",
		"tabs":                "\ufeffstep\td_loss\tg_loss\n100\t1.2\t0.8\n200\t1.1\t0.9",
		"blanks":              "step d_loss g_loss\n100 1.2 0.8\n200 1.1 0.9\n",
		"JSON lines":          `{"_step":100,"d_loss":1.2,"g_loss":0.8,"samples":{"_type":"images"}}` + "\n\n" + `{"_step":200,"d_loss":1.1,"g_loss":"0.9"}`,
		"sparse":              "epoch,step,d_loss,g_loss,note\n0,100,1.2,0.8,good\n0,150,,,\n0,200,1.1,0.9,\n",
		"a table with bars":   "| step | D loss | G loss |\n|---|---|---|\n| 100 | 1.2 | 0.8 |\n| 200 | 1.1 | 0.9 |\n",
		"decimal commas":      "step;d_loss;g_loss\n100;1,2;0,8\n200;1,1;0,9\n",
		"names again":         "step,d_loss,g_loss\n100,1.2,0.8\nstep,d_loss,g_loss\n200,1.1,0.9\n",
		"cells with lists":    "step,d_loss,g_loss\n100,[1.2 0.5],[0.8]\n200,\"[1.1, 0.5]\",0.9\n",
		"JSON with lists":     `{"step": [100, 200], "d_loss": [1.2, 1.1], "g_loss": [0.8, 0.9], "note": ["a", "b", "c"]}`,
		"JSON, several lines": "{\n  \"step\": [100, 200],\n  \"d_loss\": [1.2, 1.1],\n  \"g_loss\": [0.8, 0.9]\n}\n",
		"means":               `{"step": 100, "Loss/signs/fake": {"mean": -1}, "Loss/D/loss": {"num": 9, "mean": 1.2, "std": 0}, "Loss/G/loss": {"mean": 0.8}}` + "\n" + `{"step": 200, "Loss/D/loss": {"mean": 1.1}, "Loss/G/loss": {"mean": 0.9}}` + "\n",
		"a list of objects":   `[{"step": 100, "d_loss": 1.2, "g_loss": 0.8}, {"step": 200, "d_loss": 1.1, "g_loss": 0.9}]`,
		"Chinese":             "[Epoch 3] step: 100 判别器损失：1.2，生成器损失：0.8\n[Epoch 3] step: 200 判别器损失：1.1，生成器损失：0.9\n",
		"units":               "step 100 kimg 4.1 time 1m loss G 0.8 loss D 1.2 gpumem 8.9\nstep 200 kimg 8.1 time 2m 1.5s loss G 0.9 loss D 1.1\n",
		"W&B export":          `"Step","a run - d_loss","a run - d_loss__MIN","a run - d_loss__MAX","a run - g_loss"` + "\n" + `"100","1.2","1","2","0.8"` + "\n" + `"200","1.1","1","2","0.9"` + "\n",
	} {
		h := parse(t, text, Options{}).History
		if len(h.Rows) != 2 || h.Rows[1].Step != 200 || h.Rows[1].Values[referee.LossD] != 1.1 || h.Rows[1].Values[referee.LossG] != .9 || !h.Steps {
			t.Errorf("%s: %v", name, h.Rows)
		}
	}
}

func TestEpochsAndBatches(t *testing.T) {
	h := parse(t, "epoch,batch,d_loss,g_loss\n0,0,1,1\n0,9,1,1\n1,0,1,1\n1,9,1,1\n", Options{}).History
	if got := []int64{h.Rows[0].Step, h.Rows[1].Step, h.Rows[2].Step, h.Rows[3].Step}; fmt.Sprint(got) != "[0 9 10 19]" {
		t.Errorf("steps %v", got)
	}
	h = parse(t, "epoch,batch,d_loss,g_loss\n0,0,1,1\n0,9,1,1\n1,10,1,1\n1,19,1,1\n", Options{}).History
	if h.Rows[3].Step != 19 || h.Rows[3].Label != "epoch 1, batch 19" {
		t.Errorf("row %v", h.Rows[3])
	}
}

func TestColumnsTold(t *testing.T) {
	text := "n,first,second\n1,1.2,0.8\n2,1.1,0.9\n"
	if _, err := Parse(t.Context(), strings.NewReader(text), Options{}); err == nil || !strings.Contains(hint.Of(err), "loss.D") {
		t.Errorf("%v", err)
	}
	l := parse(t, text, Options{Columns: map[string]string{"n": "step", "first": referee.LossD, "second": referee.LossG}})
	if l.History.Rows[1].Values[referee.LossG] != .9 {
		t.Errorf("%v", l.History.Rows)
	}
	for _, wrong := range []map[string]string{{"third": referee.LossD}, {"first": "loss"}} {
		if _, err := Parse(t.Context(), strings.NewReader(text), Options{Columns: wrong}); err == nil || hint.Of(err) == "" {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

// TestBadLogs gives one clear error for each, or reads what can be read.
func TestBadLogs(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "it is empty",
		"  \n\n":                              "it is empty",
		"step,d_loss,g_loss\n":                "it has no row with a number",
		"1,2,3\n4,5,6\n":                      "its first line has numbers and no names",
		"step,d_loss\n1,2\n":                  "no column is recognised as the loss of G",
		"step,g_loss\n1,2\n":                  "no column is recognised as the loss of D",
		"step,a,b\n1,2,3\n":                   "no column is recognised as the loss of D and of G",
		"step,d_loss,g_loss\n1,x,3\n":         `line 2: column d_loss has "x", want a number`,
		"step,d_loss,g_loss\n1,2,3,4\n":       "line 2: it has 4 cells, and the first line has 3 names",
		"{\"d_loss\":1}\n[1]\n":               "line 2 is no JSON object",
		"{\"d_loss\":1,\"g_loss\":1\n":        "line 1 is no JSON object",
		`{"a": "text"}`:                       "it has no number with a name",
		`[{"a": "text"}, 3]`:                  "it has no number with a name",
		`{"d_loss": [[1]], "g_loss": []}`:     "it has no number with a name",
		`{"d_loss": [1], "g_loss": [`:         "line 1 is no JSON object",
		"some words of a text\nand more\n":    "no column is recognised",
		strings.Repeat("a,", 5000) + "b\n1\n": "it has 5001 columns",
		strings.Repeat("a,", 4000) + "b\n1\n": "no column is recognised",
		strings.Repeat("[", 200_000):          "no column is recognised",
		"step,\x1b[2J,b\n1,2,3\n":             "no column is recognised",
		"step,d_loss\x1b[2J,g_loss\n1,x,3\n":  "has \"x\", want a number",
		strings.Repeat("\x00", 5000):          "it has only zero bytes",
		strings.Repeat("\xff\x07é", 5000):     "no column is recognised",
	} {
		if _, err := Parse(t.Context(), strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: %v is several lines", text, err)
		} else if h := hint.Of(err); len(h) > 3000 || strings.ContainsFunc(h+err.Error(), unicode.IsControl) {
			t.Errorf("%.40q: %d bytes of hint %.100q, want a short one that a terminal can show", text, len(h), h)
		}
	}
	if _, err := Read(t.Context(), filepath.Join(t.TempDir(), "none.csv"), Options{}); err == nil {
		t.Error("no error for a file that does not exist")
	}
	if _, err := Read(t.Context(), t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "no event files") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestDisorder(t *testing.T) {
	l := parse(t, "step,d_loss,g_loss\n300,3,3\n100,1,1\n100,1,1\n200,nan,inf\n", Options{})
	if notes := strings.Join(l.Notes, "; "); !strings.Contains(notes, "1 row is earlier than the row above") || !strings.Contains(notes, "1 row has the step") {
		t.Errorf("notes: %s", notes)
	}
	if r := l.History.Rows; r[0].Step != 100 || r[3].Step != 300 || !math.IsNaN(r[2].Values[referee.LossD]) || !math.IsInf(r[2].Values[referee.LossG], 1) {
		t.Errorf("rows %v", r)
	}
}

// TestUnplacedRows reads rows with a step that is no number: they follow the row before, and
// a note reports them.
func TestUnplacedRows(t *testing.T) {
	l := parse(t, "step,d_loss,g_loss\n100,1,1\nnan,2,2\n1e300,3,3\n,4,4\n200,5,5\n", Options{})
	if notes := strings.Join(l.Notes, "; "); notes != "3 rows have no finite step, epoch or batch, so that of the row before is used" {
		t.Errorf("notes: %s", notes)
	}
	for i, want := range []int64{100, 100, 100, 100, 200} {
		if got := l.History.Rows[i].Step; got != want {
			t.Errorf("row %d is at step %d, want %d", i, got, want)
		}
	}
}

// A counter writes a log of many rows without keeping it.
type counter struct {
	rows, next int
	rest       []byte
}

func (c *counter) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.next > c.rows {
			return 0, io.EOF
		}
		switch c.next {
		case 0:
			c.rest = []byte("step,d_loss,g_loss\n")
		case 654_321:
			c.rest = fmt.Appendf(nil, "%d,nan,1\n", c.next)
		default:
			c.rest = fmt.Appendf(nil, "%d,1.2,0.8\n", c.next)
		}
		c.next++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// TestMillionRows reads a million rows in little memory, and finds the one that is not finite.
func TestMillionRows(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := Parse(t.Context(), &counter{rows: 1_000_000}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 16<<20 {
		t.Errorf("%d MB are kept", kept>>20)
	}
	rows := l.History.Rows
	if l.Rows != 1_000_000 || len(rows) > firstKept+mostBody+lastKept+1 || rows[0].Step != 1 || rows[len(rows)-1].Step != 1_000_000 {
		t.Errorf("%d rows, %d kept, from %d to %d", l.Rows, len(rows), rows[0].Step, rows[len(rows)-1].Step)
	}
	for i := 1; i < len(rows); i++ {
		if rows[i].Step <= rows[i-1].Step {
			t.Fatalf("row %d has step %d after %d", i, rows[i].Step, rows[i-1].Step)
		}
	}
	if f := referee.Judge(l.History)[0]; f.Failure != referee.NotANumber || f.Since != 654_321 {
		t.Errorf("found %s since %d", f.Failure, f.Since)
	}
}

// record returns a record of an event file.
func record(data []byte) []byte {
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b := binary.LittleEndian.AppendUint32(head, masked(head))
	b = append(b, data...)
	return binary.LittleEndian.AppendUint32(b, masked(data))
}

// scalarEvent returns an event with one scalar: as a simple value, or as a tensor.
func scalarEvent(step int64, tag string, v float32, tensor bool) []byte {
	value := protowire.AppendTag(nil, valueTag, protowire.BytesType)
	value = protowire.AppendString(value, tag)
	if tensor {
		content := protowire.AppendTag(nil, tensorDType, protowire.VarintType)
		content = protowire.AppendVarint(content, dtypeFloat)
		content = protowire.AppendTag(content, tensorContent, protowire.BytesType)
		content = protowire.AppendBytes(content, binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
		value = protowire.AppendTag(value, valueTensor, protowire.BytesType)
		value = protowire.AppendBytes(value, content)
	} else {
		value = protowire.AppendTag(value, valueSimple, protowire.Fixed32Type)
		value = protowire.AppendFixed32(value, math.Float32bits(v))
	}
	summary := protowire.AppendTag(nil, summaryValue, protowire.BytesType)
	summary = protowire.AppendBytes(summary, value)
	e := protowire.AppendTag(nil, 1, protowire.Fixed64Type)
	e = protowire.AppendFixed64(e, math.Float64bits(1.7e9))
	e = protowire.AppendTag(e, eventStep, protowire.VarintType)
	e = protowire.AppendVarint(e, uint64(step))
	e = protowire.AppendTag(e, eventSummary, protowire.BytesType)
	return record(protowire.AppendBytes(e, summary))
}

// eventFile returns an event file as PyTorch writes it: a version, then a scalar an event.
func eventFile(tensors bool) []byte {
	version := protowire.AppendTag(nil, 3, protowire.BytesType)
	file := record(protowire.AppendString(version, "brain.Event:2"))
	for step := range int64(5) {
		file = append(file, scalarEvent(100*step, "Loss/D", 1.2, tensors)...)
		file = append(file, scalarEvent(100*step, "Loss/G", .8, tensors)...)
	}
	return file
}

func TestEvents(t *testing.T) {
	for _, tensors := range []bool{false, true} {
		l, err := Parse(t.Context(), bytes.NewReader(eventFile(tensors)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r := l.History.Rows; len(r) != 5 || r[4].Step != 400 || r[4].Values[referee.LossD] != float64(float32(1.2)) || r[4].Values[referee.LossG] != float64(float32(.8)) {
			t.Errorf("rows %v", r)
		}
	}
}

// TestEventFolder merges files of one training, as add_scalars of PyTorch writes them.
func TestEventFolder(t *testing.T) {
	folder := t.TempDir()
	for _, player := range []string{"loss_D", "loss_G"} {
		var file []byte
		for step := range int64(3) {
			file = append(file, scalarEvent(step, "losses", 1, false)...)
		}
		path := filepath.Join(folder, player, "events.out.tfevents.1.host")
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Read(t.Context(), folder, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.History.Rows) != 3 || len(l.History.Rows[2].Values) != 2 {
		t.Errorf("rows %v of columns %v", l.History.Rows, l.Columns)
	}
}

// endless is a reader of one byte without an end.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// TestEndlessRow reads rows without an end. They must not fill the memory.
func TestEndlessRow(t *testing.T) {
	for _, begin := range []string{"", "step,d_loss,g_loss\n", "step,d_loss,g_loss\n1,\"", "[0/1] Loss_D: 1 Loss_G: 1\n[0/2] Loss_D: 1 Loss_G: 1\n"} {
		for _, b := range []byte{0, 'a', '1'} {
			rest := &io.LimitedReader{R: endless(b), N: 16 << 20}
			if _, err := Parse(t.Context(), io.MultiReader(strings.NewReader(begin), rest), Options{}); err == nil || rest.N < 14<<20 {
				t.Errorf("%q and then only %q: error %v after %d bytes", begin, b, err, 16<<20-rest.N)
			}
		}
	}
}

// TestUnfinishedLine reads a file to which a program is still writing.
func TestUnfinishedLine(t *testing.T) {
	rows := "{\"_step\":1,\"d_loss\":1,\"g_loss\":1}\n{\"_step\":2,\"d_loss\":1,\"g_loss\":1}\n"
	l, err := Parse(t.Context(), strings.NewReader(rows+"{\"_step\":3,\"d_l"), Options{})
	if err != nil || l.Rows != 2 || strings.Join(l.Notes, "; ") != "line 3, the last, is not complete and is left out" {
		t.Errorf("%v, %+v", err, l)
	}
	if _, err := Parse(t.Context(), strings.NewReader(rows+"{\"_step\":3,\"d_l\n"), Options{}); err == nil || !strings.Contains(err.Error(), "line 3 is no JSON object") {
		t.Errorf("a whole line: %v", err)
	}
}

func TestBadEvents(t *testing.T) {
	file := eventFile(false)
	l, err := Parse(t.Context(), bytes.NewReader(file[:len(file)-3]), Options{}) // still being written
	if err != nil || len(l.History.Rows) != 5 {
		t.Errorf("an incomplete file: %v", err)
	}
	file[len(file)-8] ^= 1
	if _, err := Parse(t.Context(), bytes.NewReader(file), Options{}); err == nil || !strings.Contains(err.Error(), "wrong checksum") {
		t.Errorf("a flipped bit: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("step,d_loss,g_loss\n1,2,3\n2,nan,3\n"))
	f.Add([]byte("{\"d_loss\":1,\"g_loss\":2,\"_step\":1}\n"))
	f.Add(eventFile(true))
	f.Add([]byte(`{"d_loss": [1.2, 1.1], "g_loss": [0.8]}`))
	f.Add([]byte(`[{"d_loss": 1, "g_loss": 2}, [], {}]`))
	f.Add([]byte("|d_loss|g_loss|\n|--|--|\n|1,2|[3 4]|\n"))
	f.Add([]byte("epoch;batch;d;g\n1;2;;\n1;2;1e999;-\n"))
	f.Add([]byte("[{\"d_loss\": NaN, \"g_loss\": -Infinity},\n{\"d_loss\": 1,}]"))
	f.Add([]byte("{\n\"d_loss\": [1, 2,\n"))
	f.Add([]byte("epoch 0 loss: 0.7\nepoch 1 loss: 0.6\n"))
	f.Add([]byte("\xff\xfed\x00:\x001\x00 \x00g\x00:\x002\x00\n\x00\x3d\xd8"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x01\x02"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Parse(t.Context(), bytes.NewReader(data), Options{})
		if err != nil {
			return
		}
		if found := referee.Judge(l.History); len(found) == 0 || found[0].Why == "" {
			t.Errorf("no verdict on %d rows", l.Rows)
		}
	})
}
