package safetensors_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/internal/safetensors"
)

var update = flag.Bool("update", false, "write the golden file anew")

// example contains every feature of the format.
func example() (map[string]string, []safetensors.Tensor) {
	metadata := map[string]string{"format": "test", "note": "quoted \"text\" <&> 鵝\n", "": "empty key"}
	return metadata, []safetensors.Tensor{
		{Name: "flags", DType: "BOOL", Shape: []int{3}, Data: []byte{0, 1, 1}},
		{Name: "generator.0.weight", DType: "F32", Shape: []int{2, 2}, Data: []byte("0123456789abcdef")},
		{Name: "counter", DType: "U32", Shape: nil, Data: []byte{1, 2, 3, 4}},
		{Name: "check", DType: "F64", Shape: []int{1}, Data: []byte("8 bytes!")},
		{Name: "nothing", DType: "F32", Shape: []int{0, 7}, Data: nil},
		{Name: "half", DType: "BF16", Shape: []int{1, 1}, Data: []byte("ab")},
	}
}

func encode(t interface{ Fatal(...any) }, metadata map[string]string, tensors []safetensors.Tensor) []byte {
	var b bytes.Buffer
	if err := safetensors.Write(&b, metadata, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decode reads all contents of raw.
func decode(raw []byte) (map[string]string, []safetensors.Tensor, error) {
	f, err := safetensors.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, nil, err
	}
	var tensors []safetensors.Tensor
	for _, name := range f.Names() {
		info := f.Tensors[name]
		t := safetensors.Tensor{Name: name, DType: info.DType, Shape: info.Shape, Data: make([]byte, info.Size)}
		if err := f.ReadInto(name, t.Data); err != nil {
			return nil, nil, err
		}
		tensors = append(tensors, t)
	}
	return f.Metadata, tensors, nil
}

func byName(tensors []safetensors.Tensor) map[string]safetensors.Tensor {
	all := map[string]safetensors.Tensor{}
	for _, t := range tensors {
		t.Data = append([]byte{}, t.Data...)
		all[t.Name] = t
	}
	return all
}

func TestGolden(t *testing.T) {
	metadata, tensors := example()
	raw := encode(t, metadata, tensors)
	golden := filepath.Join("testdata", "golden.safetensors")
	if *update {
		if err := os.WriteFile(golden, raw, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, want) {
		t.Errorf("wrote %q\nwant  %q", raw, want)
	}
	f, err := safetensors.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff(metadata, f.Metadata); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"check", "counter", "generator.0.weight", "nothing", "half", "flags"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	for _, tensor := range tensors {
		data := make([]byte, len(tensor.Data))
		if err := f.ReadInto(tensor.Name, data); err != nil || !bytes.Equal(data, tensor.Data) {
			t.Errorf("%s holds %q, want %q (error %v)", tensor.Name, data, tensor.Data, err)
		}
	}
}

// TestForeignReader lets Python read the output of Write.
func TestForeignReader(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		t.Skip("no foreign reader here:", err)
	}
	metadata, tensors := example()
	path := filepath.Join(t.TempDir(), "x.safetensors")
	if err := os.WriteFile(path, encode(t, metadata, tensors), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, filepath.Join("testdata", "read.py"), path).Output()
	if err != nil {
		var exit *exec.ExitError
		errors.As(err, &exit)
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	var read struct {
		Reader   string
		Start    int
		Metadata map[string]string
		Tensors  map[string]struct {
			DType string
			Shape []int
			Data  string
		}
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	t.Log("read by", read.Reader)
	if read.Start%64 != 0 {
		t.Errorf("the data begin at byte %d, want a multiple of 64", read.Start)
	}
	if diff := cmp.Diff(metadata, read.Metadata); diff != "" {
		t.Error(diff)
	}
	if len(read.Tensors) != len(tensors) {
		t.Errorf("%d tensors, want %d", len(read.Tensors), len(tensors))
	}
	for _, want := range tensors {
		got := read.Tensors[want.Name]
		if got.DType != want.DType || !slices.Equal(got.Shape, want.Shape) || got.Data != hex.EncodeToString(want.Data) {
			t.Errorf("%s read as %v, want %v", want.Name, got, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	widths := map[string]int{"BOOL": 1, "U8": 1, "I16": 2, "F32": 4, "U32": 4, "I32": 4, "F64": 8, "I64": 8}
	names := []string{"BOOL", "U8", "I16", "F32", "U32", "I32", "F64", "I64"}
	rapid.Check(t, func(t *rapid.T) {
		metadata := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "metadata")
		tensors := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) safetensors.Tensor {
			tensor := safetensors.Tensor{
				Name:  rapid.StringN(0, 12, -1).Draw(t, "name"),
				DType: rapid.SampledFrom(names).Draw(t, "type"),
				Shape: rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape"),
			}
			size := widths[tensor.DType]
			for _, d := range tensor.Shape {
				size *= d
			}
			tensor.Data = bytes.Repeat([]byte(tensor.DType[:1]), size)
			if len(tensor.Shape) == 0 {
				tensor.Shape = nil
			}
			return tensor
		}), 0, 8, func(t safetensors.Tensor) string { return t.Name }).Draw(t, "tensors")
		raw := encode(t, metadata, tensors)
		gotMetadata, got, err := decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(metadata, gotMetadata); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(byName(tensors), byName(got)); diff != "" {
			t.Fatal(diff)
		}
		slices.Reverse(tensors)
		if !bytes.Equal(raw, encode(t, metadata, tensors)) {
			t.Fatal("the order of the tensors shows in the file")
		}
	})
}

func TestWriteRejects(t *testing.T) {
	one := func(name, dtype string, shape []int, size int) []safetensors.Tensor {
		return []safetensors.Tensor{{Name: name, DType: dtype, Shape: shape, Data: make([]byte, size)}}
	}
	tests := []struct {
		name     string
		metadata map[string]string
		tensors  []safetensors.Tensor
		say      string
	}{
		{"reserved name", nil, one("__metadata__", "U8", []int{1}, 1), "reserved"},
		{"unknown type", nil, one("a", "F31", []int{1}, 4), `element type "F31" is unknown`},
		{"too few data", nil, one("a", "F32", []int{2}, 7), "has 8 bytes, but the data have 7"},
		{"negative size", nil, one("a", "F32", []int{-1}, 0), "negative"},
		{"overflow", nil, one("a", "F64", []int{1 << 31, 1 << 31, 2}, 0), "overflows"},
		{"overflow before a zero", nil, one("a", "F64", []int{1 << 62, 1 << 62, 0}, 0), "overflows"},
		{"repeated name", nil, append(one("a", "U8", []int{1}, 1), one("a", "F32", nil, 4)...), "used twice"},
		{"name not UTF-8", nil, one("\xff", "U8", nil, 1), "not UTF-8"},
		{"metadata not UTF-8", map[string]string{"a": "\xff"}, nil, "not UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			err := safetensors.Write(&b, test.metadata, test.tensors)
			if err == nil || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v, want one with %q", err, test.say)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written", b.Len())
			}
		})
	}
}

type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestWriterFails(t *testing.T) {
	metadata, tensors := example()
	size := len(encode(t, metadata, tensors))
	for left := range size {
		if err := safetensors.Write(&brokenWriter{left}, metadata, tensors); !errors.Is(err, io.ErrClosedPipe) {
			t.Fatalf("after %d bytes: error %v", left, err)
		}
	}
}
