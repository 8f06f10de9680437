package format

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestDecodeCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		shape []int
		want  []float32
	}{
		"plain":            {"1,2\n3,4\n", []int{2, 2}, []float32{1, 2, 3, 4}},
		"header":           {"x,y\n1,2\n", []int{1, 2}, []float32{1, 2}},
		"quoted header":    {"\"x, 1\",\"y\n2\"\r\n1,2\r\n", []int{1, 2}, []float32{1, 2}},
		"byte order mark":  {"\ufeff1,2\n", []int{1, 2}, []float32{1, 2}},
		"no last newline":  {"1,2", []int{1, 2}, []float32{1, 2}},
		"blanks and lines": {"\n 1 ,\t-2e-3\n\n", []int{1, 2}, []float32{1, -2e-3}},
		"one column":       {"v\n1\n2\n", []int{2, 1}, []float32{1, 2}},
		"quoted numbers":   {"\"1\",\"2\"\n", []int{1, 2}, []float32{1, 2}},
		"semicolons":       {"a;c\n1,5;2,5\n", []int{1, 2}, []float32{1.5, 2.5}},
		"tabs":             {"a\tc\n1\t2\n", []int{1, 2}, []float32{1, 2}},
		"tiny":             {"1e-400,0\n", []int{1, 2}, []float32{0, 0}},
	} {
		array, err := DecodeCSV(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(&Array{c.shape, c.want}, array); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDecodeCSVFails(t *testing.T) {
	for _, c := range []struct {
		text string
		kind error
		want string
	}{
		{"", data.ErrEmpty, "no line with numbers"},
		{"x,y\n", data.ErrEmpty, "no line with numbers"},
		{"1,x\n", data.ErrFormat, `line 1, column 2: "x" is not a number (hint: keep only columns of numbers`},
		{"x,y\n1,2\n3,\n", data.ErrFormat, `line 3, column 2 (y): "" is not a number`},
		{"x,y\na,b\n", data.ErrFormat, `line 2, column 1 (x): "a" is not a number`},
		{"1,2\n3\n", data.ErrFormat, "line 2 has 1 columns, want 2 as in line 1"},
		{"\n\nx,y\n1,2,3\n", data.ErrFormat, "line 4 has 3 columns, want 2 as in line 3"},
		{"1,NaN\n", data.ErrFormat, "line 1, column 2: \"NaN\" is not a number"},
		{"x,y\n\n1,-inf\n", data.ErrFormat, "line 3, column 2 (y): -inf is not finite"},
		{"1e39,2\n", data.ErrFormat, "line 1, column 1: 1e39 is too large for float32"},
		{"x,label\n1,cat\n", data.ErrFormat, `line 2, column 2 (label): "cat" is not a number (hint: keep only columns of numbers`},
		{"a c\n1 2\n", data.ErrFormat, `line 2, column 1 (a c): "1 2" is not a number (hint: use commas between the columns`},
		{"1,2\n3,\"4\n", data.ErrFormat, "line 2, byte 6"},
	} {
		if _, err := DecodeCSV(strings.NewReader(c.text)); !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%q: error %v, want %v with %q", c.text, err, c.kind, c.want)
		}
	}
	broken := io.MultiReader(strings.NewReader("1,2\n"), iotest.ErrReader(os.ErrClosed))
	if _, err := DecodeCSV(broken); !errors.Is(err, os.ErrClosed) || errors.Is(err, data.ErrFormat) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

// What is written is read again to the last bit.
func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dims := rapid.IntRange(1, 4).Draw(rt, "dims")
		n := rapid.IntRange(1, 9).Draw(rt, "points")
		want := rapid.SliceOfN(rapid.Float32(), n*dims, n*dims).Draw(rt, "values")
		var file bytes.Buffer
		if err := EncodeCSV(&file, dims, nil, want); err != nil {
			rt.Fatal(err)
		}
		array, err := DecodeCSV(&file)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(&Array{[]int{n, dims}, want}, array); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestEncodeCSV(t *testing.T) {
	var file bytes.Buffer
	if err := EncodeCSV(&file, 2, nil, []float32{1, -0.5, 1e-9, 3}); err != nil {
		t.Fatal(err)
	}
	if want := "x1,x2\n1,-0.5\n1e-09,3\n"; file.String() != want {
		t.Errorf("wrote %q, want %q", file.String(), want)
	}
	file.Reset()
	if err := EncodeCSV(&file, 2, []string{"length, mm", "width"}, []float32{1, 2}); err != nil {
		t.Fatal(err)
	}
	if want := "\"length, mm\",width\n1,2\n"; file.String() != want {
		t.Errorf("wrote %q, want %q", file.String(), want)
	}
	if err := EncodeCSV(io.Discard, 2, nil, make([]float32, 3)); err == nil {
		t.Error("3 numbers were written as points of 2")
	}
	if err := EncodeCSV(io.Discard, 2, []string{"x"}, make([]float32, 2)); err == nil {
		t.Error("one name was written for two columns")
	}
	full, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	full.Close()
	if err := EncodeCSV(full, 2, nil, make([]float32, 2)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("writing to a closed file: %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("x,y\n1,2\n-3e4,.5\n"))
	f.Add([]byte("\ufeff\"1\",\"2\"\r\n\r\n3, 4"))
	f.Add([]byte("1,\"2\n"))
	f.Add([]byte("1,2\n3\n"))
	f.Add([]byte("nan,inf\n1e999,0x1p-2\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		array, err := DecodeCSV(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		values := array.Data.([]float32)
		if len(array.Shape) != 2 || len(values) == 0 || len(values) != array.Shape[0]*array.Shape[1] {
			t.Fatalf("%d numbers in shape %v", len(values), array.Shape)
		}
		if slices.ContainsFunc(values, func(v float32) bool { return v-v != 0 }) {
			t.Fatalf("numbers that are not finite: %v", values)
		}
		var out bytes.Buffer
		if err := EncodeCSV(&out, array.Shape[1], nil, values); err != nil {
			t.Fatal(err)
		}
		again, err := DecodeCSV(&out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(array, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
