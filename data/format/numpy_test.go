package format

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// python returns a Python that has NumPy and the given modules, or skips the test.
func python(t *testing.T, modules ...string) string {
	t.Helper()
	need := "import " + strings.Join(append(modules, "numpy"), ", ")
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path := filepath.Join(dir, "python3")
		if exec.Command(path, "-c", need).Run() == nil {
			return path
		}
	}
	t.Skipf("needs a python3 on the PATH that can %s, to compare with", need)
	return ""
}

// numpyDigest prints, for every file, what NumPy reads from it.
const numpyDigest = `
import sys, numpy
for path in sys.argv[1:]:
    a = numpy.load(path, allow_pickle=False)
    print(a.dtype.str, a.shape, a.flags.c_contiguous, a.ravel().tolist())
`

func writeNPY[T Element](t *testing.T, path string, shape []int, elements []T) string {
	t.Helper()
	var file bytes.Buffer
	if err := EncodeNPY(&file, shape, elements); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNumPyReadsOurs(t *testing.T) {
	numpy, dir := python(t), t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	out, err := exec.Command(numpy, "-c", numpyDigest,
		writeNPY(t, at("b1"), []int{2}, []bool{true, false}),
		writeNPY(t, at("u1"), []int{2, 2}, []uint8{0, 1, 128, 255}),
		writeNPY(t, at("i4"), []int{1, 2}, []int32{-1 << 31, 1<<31 - 1}),
		writeNPY(t, at("i8"), []int{1}, []int64{-1 << 63}),
		writeNPY(t, at("u4"), []int{}, []uint32{1<<32 - 1}),
		writeNPY(t, at("f4"), []int{1, 1, 2}, []float32{0.5, -0.25}),
		writeNPY(t, at("f8"), []int{0, 3}, []float64{}),
		writeNPY(t, at("i1"), []int{1}, []int8{-128}),
		writeNPY(t, at("i2"), []int{1}, []int16{-32768}),
		writeNPY(t, at("u2"), []int{1}, []uint16{65535}),
		writeNPY(t, at("u8"), []int{1}, []uint64{1<<64 - 1}),
	).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := `|b1 (2,) True [True, False]
|u1 (2, 2) True [0, 1, 128, 255]
<i4 (1, 2) True [-2147483648, 2147483647]
<i8 (1,) True [-9223372036854775808]
<u4 () True [4294967295]
<f4 (1, 1, 2) True [0.5, -0.25]
<f8 (0, 3) True []
|i1 (1,) True [-128]
<i2 (1,) True [-32768]
<u2 (1,) True [65535]
<u8 (1,) True [18446744073709551615]
`
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Error(diff)
	}
}

// numpyWriter saves the numbers 0 to 23 as 2x3x4 in every type, byte order,
// memory order and format.
const numpyWriter = `
import sys, numpy
from numpy.lib import format
a = numpy.arange(24).reshape(2, 3, 4)
for kind in ["|b1", "|i1", "|u1", "<i2", ">i2", "<u2", ">u2", "<u8", ">u8", "<f2", ">f2", "<i4", ">i4", "<i8", ">i8", "<u4", ">u4", "<f4", ">f4", "<f8", ">f8"]:
    for order in "CF":
        for version in [(1, 0), (2, 0), (3, 0)]:
            name = "%s/%s-%s-%d.npy" % (sys.argv[1], kind.replace("|", "n").replace("<", "l").replace(">", "b"), order, version[0])
            with open(name, "wb") as f:
                format.write_array(f, numpy.array(a.astype(kind), order=order), version)
`

func TestWeReadNumPys(t *testing.T) {
	numpy, dir := python(t), t.TempDir()
	if out, err := exec.Command(numpy, "-W", "ignore", "-c", numpyWriter, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.npy"))
	if err != nil || len(paths) != 21*2*3 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	want := map[string]any{
		"b1": upTo24(func(i int) bool { return i != 0 }), "u1": upTo24(func(i int) uint8 { return uint8(i) }),
		"i4": upTo24(func(i int) int32 { return int32(i) }), "i8": upTo24(func(i int) int64 { return int64(i) }),
		"u4": upTo24(func(i int) uint32 { return uint32(i) }),
		"i1": upTo24(func(i int) int8 { return int8(i) }), "i2": upTo24(func(i int) int16 { return int16(i) }),
		"u2": upTo24(func(i int) uint16 { return uint16(i) }), "u8": upTo24(func(i int) uint64 { return uint64(i) }),
		"f2": upTo24(func(i int) float32 { return float32(i) }),
		"f4": upTo24(func(i int) float32 { return float32(i) }), "f8": upTo24(func(i int) float64 { return float64(i) }),
	}
	for _, path := range paths {
		name := filepath.Base(path)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeNPY(bytes.NewReader(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(&Array{[]int{2, 3, 4}, want[name[1:3]]}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func upTo24[T Element](of func(i int) T) []T {
	elements := make([]T, 24)
	for i := range elements {
		elements[i] = of(i)
	}
	return elements
}
