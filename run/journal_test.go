package run_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/run"
)

type step struct {
	Step int64 `json:"step"`
}

// journal returns a journal with the given content.
func journal(t *testing.T, content string) (*run.Journal, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	j, err := run.OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, path
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func readLines(path string) (lines []string, err error) {
	err = run.ReadJournal(path, func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	})
	return lines, err
}

func TestJournalCutsATornLine(t *testing.T) {
	long := `{"text":"` + strings.Repeat("x", 10_000) + `"}`
	tests := []struct{ name, content, want string }{
		{"new", "", ""},
		{"whole", "{\"step\":1}\n", "{\"step\":1}\n"},
		{"torn", "{\"step\":1}\n{\"st", "{\"step\":1}\n"},
		{"only torn", "{\"st", ""},
		{"whole but for its newline", "{\"step\":1}\n{\"step\":2}", "{\"step\":1}\n"},
		{"zeros after a power cut", "{\"step\":1}\n" + strings.Repeat("\x00", 5000), "{\"step\":1}\n"},
		{"long", long + "\n" + long, long + "\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j, path := journal(t, test.content)
			wantContent(t, path, test.want)
			if err := j.Append(step{7}); err != nil {
				t.Fatal(err)
			}
			wantContent(t, path, test.want+"{\"step\":7}\n")
		})
	}
}

func TestJournalAppendRefuses(t *testing.T) {
	j, path := journal(t, "")
	for name, record := range map[string]any{
		"no object": 3, "a list": []int{1}, "null": nil, "no JSON": math.NaN(),
		"too long": map[string]string{"x": strings.Repeat("x", 1<<20)},
	} {
		if err := j.Append(record); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one that names the file", name, err)
		}
	}
	wantContent(t, path, "")
}

func TestJournalRewind(t *testing.T) {
	const lines = "{\"step\":100}\n{\"note\":\"no step\"}\n{\"step\":200}\n{\"step\":300,\"deep\":{\"step\":1}}\n"
	tests := []struct {
		step int64
		want string
	}{
		{99, "{\"note\":\"no step\"}\n"},
		{100, "{\"step\":100}\n{\"note\":\"no step\"}\n"},
		{299, "{\"step\":100}\n{\"note\":\"no step\"}\n{\"step\":200}\n"},
		{300, lines},
		{1 << 62, lines},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.step), func(t *testing.T) {
			j, path := journal(t, lines)
			if err := j.Rewind(test.step); err != nil {
				t.Fatal(err)
			}
			wantContent(t, path, test.want)
			if err := j.Append(step{400}); err != nil {
				t.Fatal(err)
			}
			wantContent(t, path, test.want+"{\"step\":400}\n")
		})
	}
}

func TestJournalRewindRefuses(t *testing.T) {
	for _, bad := range []string{"{\"step\":1}\nnot JSON\n{\"step\":2}\n", "{\"step\":1.5}\n", "{\"step\":\"1\"}\n", "[1]\n"} {
		j, path := journal(t, bad)
		if err := j.Rewind(1); err == nil || !strings.Contains(err.Error(), path+" line ") {
			t.Errorf("%q: error %v, want one that names the line", bad, err)
		}
		wantContent(t, path, bad)
		if err := j.Append(step{3}); err != nil {
			t.Error(err)
		}
	}
}

// TestJournalGoesOn plays ticks, kills and resumes: the journal always reads as
// if nothing had happened.
func TestJournalGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		folder, err := os.MkdirTemp("", "journal")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		path := filepath.Join(folder, "journal.jsonl")
		var want []string
		for range rapid.IntRange(1, 5).Draw(t, "lives") {
			j, err := run.OpenJournal(path)
			if err != nil {
				t.Fatal(err)
			}
			from := rapid.IntRange(0, len(want)).Draw(t, "checkpoint")
			if err := j.Rewind(int64(from)); err != nil {
				t.Fatal(err)
			}
			want = want[:from]
			for range rapid.IntRange(0, 3).Draw(t, "ticks") {
				want = append(want, fmt.Sprintf(`{"step":%d}`, len(want)+1))
				if err := j.Append(step{int64(len(want))}); err != nil {
					t.Fatal(err)
				}
			}
			j.Close()
			torn := rapid.SampledFrom([]string{"", "{", `{"step":99}`}).Draw(t, "torn")
			content := strings.Join(append(want, torn), "\n")
			if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := readLines(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestReadJournal(t *testing.T) {
	_, path := journal(t, "")
	if err := os.WriteFile(path, []byte("{\"step\":1}\n{\"step\":2}\n{\"st"), 0o666); err != nil {
		t.Fatal(err)
	}
	lines, err := readLines(path)
	if diff := cmp.Diff([]string{`{"step":1}`, `{"step":2}`}, lines); diff != "" || err != nil {
		t.Error(diff, err)
	}
	stop := errors.New("stop")
	if err := run.ReadJournal(path, func([]byte) error { return stop }); !errors.Is(err, stop) || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("error %v, want that of the caller at line 1", err)
	}
	if _, err := readLines(filepath.Join(t.TempDir(), "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: error %v", err)
	}
	for _, bad := range []string{"\n", "3\n", "{\"a\":1}{}\n", "\x00\n", "{" + strings.Repeat(" ", 1<<20) + "}\n"} {
		if err := os.WriteFile(path, []byte("{}\n"+bad), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := readLines(path); err == nil || !strings.Contains(err.Error(), path+" line 2: ") {
			t.Errorf("%.20q: error %v, want one that names line 2", bad, err)
		}
	}
}

func TestRecordGolden(t *testing.T) {
	spread, floor := measure.Number(0.25), measure.Number(math.Inf(1))
	want := run.Record{
		Step: 12000, Kimg: 1200, Seconds: 95.5, SamplesPerS: 12565.25,
		Losses:        run.Figures{"generator": 0.75, "discriminator": math.NaN()},
		Statistics:    run.Figures{"D(x)": 0.875, "D(G(z))": math.Inf(-1)},
		GradientNorms: run.Figures{"generator": math.Inf(1), "discriminator": 1e-9},
		Measures: []*measure.Result{{
			Measure: "prdc", Protocol: "what was computed", Space: "pixels", Samples: "step 12000", Reference: "mnist validation", N: 2000, M: 10000, Seed: 7,
			Values: []measure.Value{
				{Name: "density", Value: 0.875, StdErr: &spread, StdErrOf: "standard error", Baseline: &floor, Unit: "nats", Better: measure.NearBaseline},
				{Name: "recall", Better: measure.Higher},
			},
			Groups:   []measure.Group{{Name: "class", Of: []string{"0", "1"}, Samples: []measure.Number{0.5, 1.5}, Real: []measure.Number{1, 1}}},
			Warnings: []string{"doubtful"},
		}},
	}
	golden := filepath.Join("testdata", "journal.jsonl")
	j, path := journal(t, "")
	for _, r := range []run.Record{{}, want} {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, string(content))
	lines, err := readLines(golden)
	if err != nil {
		t.Fatal(err)
	}
	var got run.Record
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	before := filepath.Join("testdata", "journal-v1.jsonl") // of a version that also kept alarms
	if lines, err = readLines(before); err != nil {
		t.Fatal(err)
	}
	got = run.Record{}
	if err := json.Unmarshal([]byte(lines[1]), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{`{"losses":{"a":"nan"}}`, `{"losses":{"a":null}}`, `{"losses":[1]}`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// FuzzJournal opens any bytes as a journal, adds a line and reads it all.
func FuzzJournal(f *testing.F) {
	for _, seed := range []string{"", "{\"step\":1}\n{\"st", "\n\n", "{\"step\":1.5}\n", "{\"step\":9}\n{\"x\":[]}\n", "\x00\xff\n"} {
		f.Add([]byte(seed), int64(5))
	}
	f.Fuzz(func(t *testing.T, content []byte, to int64) {
		j, path := journal(t, string(content))
		if err := j.Append(step{to}); err != nil {
			t.Fatal(err)
		}
		before, err := readLines(path)
		if err == nil && before[len(before)-1] != fmt.Sprintf(`{"step":%d}`, to) {
			t.Fatalf("the last line is %s", before[len(before)-1])
		}
		if j.Rewind(to) != nil {
			return // a line without JSON, or whose step is no number
		}
		after, err := readLines(path)
		if err != nil || len(after) > len(before) || after[len(after)-1] != before[len(before)-1] {
			t.Fatalf("rewound to %d: %q became %q, error %v", to, before, after, err)
		}
	})
}
