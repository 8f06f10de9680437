package run_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/run"
)

var update = flag.Bool("update", false, "write the golden files anew")

// checkpoint returns a small checkpoint, its tensors in the order of the file.
func checkpoint(step int64) *run.Checkpoint {
	return &run.Checkpoint{
		Step:     step,
		Metadata: map[string]string{"recipe": "goodfellow2014", "position": "1200"},
		Tensors: []safetensors.Tensor{
			{Name: "generator.0.weight", DType: "F32", Shape: []int{2, 2}, Data: []byte("0123456789abcdef")},
			{Name: "random", DType: "U32", Shape: []int{1}, Data: []byte{1, 0, 0, 0}},
		},
	}
}

func save(t *testing.T, folder run.Checkpoints, step int64) string {
	t.Helper()
	path := folder.Path(step)
	if err := run.SaveCheckpoint(path, checkpoint(step)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckpointGolden(t *testing.T) {
	golden := filepath.Join("testdata", "checkpoint-v1.safetensors")
	path := save(t, run.Checkpoints(t.TempDir()), 12000)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("wrote %q, want %q", got, want)
	}
	c, err := run.LoadCheckpoint(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(checkpoint(12000), c); diff != "" {
		t.Error(diff)
	}
}

// TestChecksumAsSpecified computes the checksum by the description in
// docs/formats.md.
func TestChecksumAsSpecified(t *testing.T) {
	path := save(t, run.Checkpoints(t.TempDir()), 1)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sum := f.Metadata["gander.sha256"]
	zeroed := bytes.Replace(content, []byte(sum), bytes.Repeat([]byte("0"), 64), 1)
	if want := sha256.Sum256(zeroed); sum != hex.EncodeToString(want[:]) {
		t.Errorf("checksum %s, want %x", sum, want)
	}
}

func TestCheckpointBytesDoNotDependOnOrder(t *testing.T) {
	folder := t.TempDir()
	c := checkpoint(1)
	a, b := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	if err := run.SaveCheckpoint(a, c); err != nil {
		t.Fatal(err)
	}
	c.Tensors[0], c.Tensors[1] = c.Tensors[1], c.Tensors[0]
	if err := run.SaveCheckpoint(b, c); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, b, string(content))
}

func TestSaveCheckpointRefuses(t *testing.T) {
	negative, reserved, broken := checkpoint(-1), checkpoint(1), checkpoint(1)
	reserved.Metadata["gander.step"] = "2"
	broken.Tensors[0].Data = nil
	for say, c := range map[string]*run.Checkpoint{
		"step -1 is negative":                         negative,
		`metadata key "gander.step" belongs to`:       reserved,
		`tensor "generator.0.weight": shape [2 2] of`: broken,
	} {
		folder := t.TempDir()
		err := run.SaveCheckpoint(filepath.Join(folder, "x"), c)
		if err == nil || !strings.Contains(hint.Text(err), say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
		if entries, _ := os.ReadDir(folder); len(entries) > 0 {
			t.Errorf("%q left %v", say, entries)
		}
	}
}

// TestEveryFlippedBitIsFound changes each byte of a checkpoint in turn, and cuts
// it at each.
func TestEveryFlippedBitIsFound(t *testing.T) {
	folder := run.Checkpoints(t.TempDir())
	path := save(t, folder, 12)
	save(t, folder, 7)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	load := func(content []byte) error {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := run.LoadCheckpoint(path)
		return err
	}
	for i := range whole {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 1 << (i % 8)
		err := load(flipped)
		if !errors.Is(err, run.ErrCorrupt) && !errors.Is(err, run.ErrForeign) && !errors.Is(err, run.ErrFuture) {
			t.Errorf("bit %d of byte %d flipped: error %v", i%8, i, err)
		}
		if err := load(whole[:i]); !errors.Is(err, run.ErrCorrupt) {
			t.Errorf("cut to %d bytes: error %v", i, err)
		}
	}
	if err := load(append(bytes.Clone(whole), 0)); !errors.Is(err, run.ErrCorrupt) {
		t.Errorf("a byte too many: error %v", err)
	}
	if err := load(whole); err != nil {
		t.Error(err)
	}
}

// writeTensors writes a safetensors file with the given metadata.
func writeTensors(t *testing.T, path string, metadata map[string]string) {
	t.Helper()
	err := atomicfile.Write(path, 0o666, func(w io.Writer) error {
		return safetensors.Write(w, metadata, checkpoint(0).Tensors)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoadCheckpointErrors(t *testing.T) {
	folder := run.Checkpoints(t.TempDir())
	save(t, folder, 100)
	save(t, folder, 200)
	cut := save(t, folder, 300)
	if err := os.Truncate(cut, 500); err != nil {
		t.Fatal(err)
	}
	first := folder.Path(50)
	if err := os.WriteFile(first, []byte("hello, world"), 0o666); err != nil {
		t.Fatal(err)
	}
	loose := filepath.Join(string(folder), "mine.safetensors")
	foreign, future, none := folder.Path(400), folder.Path(500), folder.Path(600)
	writeTensors(t, foreign, map[string]string{"format": "pt"})
	writeTensors(t, future, map[string]string{"format": "gander-checkpoint", "version": "2"})
	writeTensors(t, none, map[string]string{"format": "gander-checkpoint", "version": "one"})
	writeTensors(t, loose, map[string]string{"format": "gander-checkpoint", "version": "1"})
	tests := []struct {
		name, path string
		is         error
		hint       string
	}{
		{"truncated", cut, run.ErrCorrupt, "(hint: resume from the one before it, step-00000200.safetensors)"},
		{"nothing before it", first, run.ErrCorrupt, "(hint: there is none before it"},
		{"foreign", foreign, run.ErrForeign, "(hint: the checkpoints of a run are in its folder checkpoints)"},
		{"future", future, run.ErrFuture, "version 2 of the format, this one reads up to 1 (hint: update gander)"},
		{"odd version", none, run.ErrCorrupt, "step-00000500.safetensors"},
		{"no checksum, another name", loose, run.ErrCorrupt, "checksum"},
		{"missing", folder.Path(700), fs.ErrNotExist, "step-00000700"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := run.LoadCheckpoint(test.path)
			if !errors.Is(err, test.is) || !strings.Contains(hint.Text(err), test.hint) || strings.Count(hint.Text(err), test.path) != 1 {
				t.Errorf("error %v, want %v with %q and the path once", err, test.is, test.hint)
			}
		})
	}
}

func steps(t *testing.T, folder run.Checkpoints) (all []int64) {
	t.Helper()
	files, err := folder.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Path != folder.Path(f.Step) {
			t.Errorf("step %d at %s", f.Step, f.Path)
		}
		all = append(all, f.Step)
	}
	return all
}

func TestCheckpointsList(t *testing.T) {
	folder := run.Checkpoints(filepath.Join(t.TempDir(), "checkpoints"))
	if got := steps(t, folder); len(got) > 0 {
		t.Errorf("a missing folder has %v", got)
	}
	if err := os.Mkdir(string(folder), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"step-00000020.safetensors", "step-00000003.safetensors", "step-123456789.safetensors",
		".step-00000004.safetensors.tmp-0123abcd", "step-4.safetensors", "step-0000000005.safetensors",
		"step-00000006", "step-00000007.keep", "diverged-step-00000008.safetensors", "step--0000009.safetensors",
		"step-99999999999999999999.safetensors", "notes.txt",
	} {
		if err := os.WriteFile(filepath.Join(string(folder), name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(folder.Path(10), 0o777); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{3, 20, 123456789}, steps(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestPrune(t *testing.T) {
	for _, test := range []struct {
		keep int
		want []int64
	}{
		{5, []int64{1, 2, 3, 4}}, {4, []int64{1, 2, 3, 4}}, {2, []int64{2, 3, 4}}, {1, []int64{2, 4}}, {0, []int64{2, 4}}, {-1, []int64{2, 4}},
	} {
		t.Run(strconv.Itoa(test.keep), func(t *testing.T) {
			folder := run.Checkpoints(t.TempDir())
			for s := range int64(4) {
				save(t, folder, s+1)
			}
			protect(t, folder, 2)
			if err := folder.Prune(4, test.keep, -1); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, steps(t, folder)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// protect marks a checkpoint as not to be pruned.
func protect(t *testing.T, folder run.Checkpoints, step int64) {
	t.Helper()
	mark := strings.TrimSuffix(folder.Path(step), ".safetensors") + ".keep"
	if err := os.WriteFile(mark, nil, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestPruneAfterBroken prunes in a run that has continued from a checkpoint before a
// damaged one.
func TestPruneAfterBroken(t *testing.T) {
	folder := run.Checkpoints(t.TempDir())
	for _, step := range []int64{1000, 1266} {
		save(t, folder, step)
	}
	if err := os.WriteFile(folder.Path(1377), []byte("cut"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := folder.Prune(1266, 1, -1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1266, 1377}, steps(t, folder)); diff != "" {
		t.Error(diff)
	}
	if newest, _, err := folder.Newest(); err != nil || newest.Step != 1266 {
		t.Errorf("the newest whole checkpoint is %+v, error %v, want step 1266", newest, err)
	}
}

// TestNewestWhilePruned reads the newest checkpoint while the run trains and keeps
// only one.
func TestNewestWhilePruned(t *testing.T) {
	folder := run.Checkpoints(t.TempDir())
	step := int64(1)
	save(t, folder, step)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for ; ; step++ {
			select {
			case <-stop:
				return
			default:
			}
			if run.SaveCheckpoint(folder.Path(step+1), checkpoint(step+1)) != nil || os.Remove(folder.Path(step)) != nil {
				return // what is there can still be read
			}
		}
	}()
	for range 300 {
		if _, _, err := folder.Newest(); err != nil {
			t.Error(err)
			break
		}
	}
	close(stop)
	<-stopped
}

func TestNewest(t *testing.T) {
	folder := run.Checkpoints(t.TempDir())
	if _, _, err := folder.Newest(); !errors.Is(err, run.ErrNoCheckpoint) || !strings.Contains(hint.Text(err), "(hint: ") {
		t.Errorf("empty folder: error %v", err)
	}
	for s := int64(1); s <= 4; s++ {
		save(t, folder, s)
	}
	if err := os.Truncate(folder.Path(4), 100); err != nil {
		t.Fatal(err)
	}
	writeTensors(t, folder.Path(3), nil)
	c, skipped, err := folder.Newest()
	if err != nil {
		t.Fatal(err)
	}
	if c.Step != 2 || len(skipped) != 2 || skipped[0].Path != folder.Path(4) || !errors.Is(skipped[0].Err, run.ErrCorrupt) ||
		skipped[1].Path != folder.Path(3) || !errors.Is(skipped[1].Err, run.ErrForeign) {
		t.Errorf("step %d after skipping %v", c.Step, skipped)
	}
	for s := int64(1); s <= 2; s++ {
		if err := os.Truncate(folder.Path(s), 100); err != nil {
			t.Fatal(err)
		}
	}
	if _, skipped, err := folder.Newest(); !errors.Is(err, run.ErrNoCheckpoint) || len(skipped) != 4 || !strings.Contains(hint.Text(err), "4 broken") {
		t.Errorf("all broken: error %v, skipped %v", err, skipped)
	}
	writeTensors(t, folder.Path(5), map[string]string{"format": "gander-checkpoint", "version": "7"})
	if _, _, err := folder.Newest(); !errors.Is(err, run.ErrFuture) {
		t.Errorf("newest from the future: error %v", err)
	}
}

// TestHostileCheckpoint loads files of a few bytes whose headers describe gigabytes, and
// files that consist of a header. The memory for them must be in proportion to the size of
// the file.
func TestHostileCheckpoint(t *testing.T) {
	const (
		perByte = 128     // an axis of 2 bytes is parsed in about 170 bytes
		fixed   = 1 << 17 // for opening a file, buffers and an error
	)
	metadata := `"__metadata__":{"format":"gander-checkpoint","version":"1","gander.step":"1"}`
	tensor := func(name string, shape, end int64) string {
		return fmt.Sprintf(`%q:{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}`, name, shape, end)
	}
	list := func(n int, entry func(i int) string) string {
		var all []string
		for i := range n {
			all = append(all, entry(i))
		}
		return strings.Join(all, ",")
	}
	withLength := func(header string, length uint64) string {
		return string(binary.LittleEndian.AppendUint64(nil, length)) + header
	}
	with := func(header string) string { return withLength(header, uint64(len(header))) }
	tests := []struct{ name, content string }{
		{"length of the header", withLength("{}", 99_999_999)},
		{"length beyond the limit", withLength("{}", 1<<63)},
		{"tensor of 4 GiB", with("{" + metadata + "," + tensor("x", 1<<32, 1<<32) + "}")},
		{"tensor of 2^62 bytes", with("{" + metadata + "," + tensor("x", 1<<62, 1<<62) + "}")},
		{"a tensor ten times", with("{" + metadata + "," + list(10, func(int) string { return tensor("x", 1<<32, 1<<32) }) + "}")},
		{"ten thousand empty tensors", with("{" + metadata + "," + list(10_000, func(i int) string { return tensor(strconv.Itoa(i), 0, 0) }) + "}")},
		{"a tensor of a hundred thousand axes", with("{" + metadata + `,"x":{"dtype":"U8","shape":[` + list(100_000, func(int) string { return "1" }) + `],"data_offsets":[0,1]}}`)},
		{"a hundred thousand keys", with(`{"__metadata__":{` + list(100_000, func(i int) string { return fmt.Sprintf(`"%d":""`, i) }) + "}}")},
		{"a long name", with(`{"` + strings.Repeat("x", 1_000_000) + `":1}`)},
		{"brackets", with("{\"x\":" + strings.Repeat("[", 1_000_000) + "}")},
	}
	path := filepath.Join(t.TempDir(), "step-00000001.safetensors")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(test.content), 0o666); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := run.LoadCheckpoint(path)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, run.ErrCorrupt) && !errors.Is(err, run.ErrForeign) {
				t.Errorf("error %.200v", err)
			}
			allocated := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes allocated for a file of %d", allocated, len(test.content))
			if most := uint64(fixed + perByte*len(test.content)); allocated > most {
				t.Errorf("%d bytes allocated for a file of %d, want at most %d", allocated, len(test.content), most)
			}
		})
	}
}

// FuzzLoadCheckpoint decodes checkpoints of any step, further entries of the header and
// data, with the correct checksum. It encodes what it decoded, and decodes it again. Any
// bytes are the input of safetensors.FuzzRead.
//
// For each input that reaches new code, the fuzzing engine tries to shorten its n bytes in
// n*n/2 calls. So the inputs are short, without the keys that each checkpoint has, and no
// call uses a file.
func FuzzLoadCheckpoint(f *testing.F) {
	f.Add("1", "}", []byte{})
	f.Add("-1", `,"k":"v"}`, []byte{})
	f.Add("2", `},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}`, []byte{1})
	f.Add("3", `},"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}`, []byte{1})
	f.Fuzz(func(t *testing.T, step, entries string, data []byte) {
		if len(step)+len(entries)+len(data) > 120 {
			return // see above
		}
		metadata := `{"__metadata__":{"format":"gander-checkpoint","version":"1","gander.step":"` + step + `","gander.sha256":"` + run.PendingChecksum + `"`
		header := metadata + entries + "}"
		content := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
		c, err := run.DecodeCheckpoint(run.AddChecksum(append(content, data...)))
		if err != nil {
			if !errors.Is(err, run.ErrCorrupt) && !errors.Is(err, run.ErrForeign) && !errors.Is(err, run.ErrFuture) {
				t.Fatal(err)
			}
			return
		}
		encoded, err := run.EncodeCheckpoint(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := run.DecodeCheckpoint(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
