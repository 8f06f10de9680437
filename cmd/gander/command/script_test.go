package command

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/internal/safetensors"
)

// tiny are the settings of a run that takes no time, points of one on points. Unless it has
// other data, a tiny run learns fewDigits: the report of every run searches all its images.
var (
	tiny   = []string{"--set=hidden=8", "--set=batch=4", "--set=latent=4", "--set=train.grid=4"}
	points = []string{"mixture", "--set=hidden=8", "--set=maxout=4", "--set=pieces=2", "--set=batch=4"}
)

// scriptCommands are the commands of our own that scripts use.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":   scriptExits,
	"files":   scriptFiles,
	"idx":     scriptIDX,
	"cut":     scriptCut,
	"edit":    scriptEdit,
	"npy":     scriptNPY,
	"tensors": scriptTensors,
}

// scriptExits runs "exits STATUS VERB ARGS...": gander with the arguments must
// end with that status. The verbs "tiny" and "points" are train, with the settings
// of that name.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits STATUS ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	command := slices.Clone(args[1:])
	if len(command) > 0 && command[0] == "tiny" {
		data := []string{"digits", "--data", ts.Getenv("FEW_DIGITS")}
		if slices.ContainsFunc(command, func(arg string) bool { return arg == "--data" || strings.HasPrefix(arg, "data.name=") }) {
			data = nil
		}
		command = slices.Concat([]string{"train"}, data, tiny, command[1:])
	}
	if len(command) > 0 && command[0] == "points" {
		command = slices.Concat([]string{"train"}, points, command[1:])
	}
	err = ts.Exec("gander", command...)
	var exit *exec.ExitError
	switch got := 0; {
	case errors.As(err, &exit):
		got = exit.ExitCode()
		fallthrough
	case err == nil:
		if got != want {
			ts.Fatalf("exit status %d, want %d", got, want)
		}
	default:
		ts.Fatalf("%v", err)
	}
}

// scriptFiles runs "files DIR NAME...": the folder must hold these files and
// no other, wherever within it.
func scriptFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: files DIR NAME...")
	}
	dir := ts.MkAbs(args[0])
	var have []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		have = append(have, filepath.ToSlash(name))
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		ts.Check(err)
	}
	want := slices.Sorted(slices.Values(args[1:]))
	slices.Sort(have)
	if !slices.Equal(have, want) {
		ts.Fatalf("%s holds %q, want %q", args[0], have, want)
	}
}

// scriptIDX runs "idx FILE MAGIC SIZES...": an IDX file whose header says so,
// with the bytes that belong to it; one that ends in .gz is packed. After the
// sizes may stand "+N" or "-N": so many bytes more or less.
func scriptIDX(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: idx FILE MAGIC SIZES... [+N|-N]")
	}
	var content []byte
	bytesLong := 1
	for i, text := range args[1:] {
		n, err := strconv.Atoi(text)
		ts.Check(err)
		switch {
		case strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-"):
			bytesLong += n
		default:
			content = binary.BigEndian.AppendUint32(content, uint32(n))
			if i > 0 {
				bytesLong *= n
			}
		}
	}
	for i := range bytesLong {
		content = append(content, byte(i*7%10))
	}
	if strings.HasSuffix(args[0], ".gz") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write(content)
		ts.Check(errors.Join(err, z.Close()))
		content = packed.Bytes()
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o777))
	ts.Check(os.WriteFile(path, content, 0o666))
}

// scriptNPY runs "npy FILE TYPE SHAPE VALUES...": an array of u1, i4, f4 or f8
// and a shape such as 20,8,8, through which the values go round.
func scriptNPY(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: npy FILE TYPE SHAPE VALUES...")
	}
	size := 1
	var shape []int
	for text := range strings.SplitSeq(args[2], ",") {
		n, err := strconv.Atoi(text)
		ts.Check(err)
		shape, size = append(shape, n), size*n
	}
	values := make([]float64, size)
	for i := range values {
		v, err := strconv.ParseFloat(args[3+i%len(args[3:])], 64)
		ts.Check(err)
		values[i] = v
	}
	var file bytes.Buffer
	switch args[1] {
	case "u1":
		ts.Check(format.EncodeNPY(&file, shape, converted[uint8](values)))
	case "i4":
		ts.Check(format.EncodeNPY(&file, shape, converted[int32](values)))
	case "f4":
		ts.Check(format.EncodeNPY(&file, shape, converted[float32](values)))
	default:
		ts.Check(format.EncodeNPY(&file, shape, values))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file.Bytes(), 0o666))
}

func converted[T uint8 | int32 | float32](values []float64) []T {
	list := make([]T, len(values))
	for i, v := range values {
		list[i] = T(v)
	}
	return list
}

// scriptCut runs "cut FILE N": the file loses its last N bytes.
func scriptCut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut FILE N")
	}
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()-n))
}

// scriptEdit runs "edit FILE OLD NEW": replaces the one OLD in a text.
func scriptEdit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, args[1]); n != 1 {
		ts.Fatalf("%s holds %q %d times", args[0], args[1], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o666))
}

// scriptTensors runs "tensors FILE KEY=VALUE...": a safetensors file with this
// metadata.
func scriptTensors(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: tensors FILE KEY=VALUE...")
	}
	metadata := map[string]string{}
	for _, pair := range args[1:] {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			ts.Fatalf("%q is no KEY=VALUE", pair)
		}
		metadata[key] = value
	}
	var file bytes.Buffer
	one := safetensors.Tensor{Name: "w", DType: "U8", Shape: []int{1}, Data: []byte{1}}
	ts.Check(safetensors.Write(&file, metadata, []safetensors.Tensor{one}))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file.Bytes(), 0o666))
}
