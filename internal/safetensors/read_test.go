package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/internal/safetensors"
)

// file returns a file with the given header and size bytes of data.
func file(header string, size int) []byte {
	raw := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	raw = append(raw, header...)
	return append(raw, make([]byte, size)...)
}

func TestReadAcceptsWhatOthersWrite(t *testing.T) {
	tests := []struct {
		name, header string
		size         int
		want         []string
	}{
		{"no tensors", `{}`, 0, nil},
		{"blanks and any order of keys", "{ \"a\" :\n{\"data_offsets\":[0, 4],\"shape\":[1],\"dtype\":\"F32\"} }   ", 4, []string{"a"}},
		{"header order differs from data order",
			`{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 2, []string{"a", "b"}},
		{"no data at the end",
			`{"z":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1, []string{"a", "z"}},
		{"metadata last", `{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":{"k":"v"}}`, 1, []string{"a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			raw := file(test.header, test.size)
			f, err := safetensors.Read(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, f.Names()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRejects(t *testing.T) {
	a := func(rest string) string { return `{"a":{` + rest + `}}` }
	tests := []struct {
		name, header string
		size         int
		say          string
	}{
		{"no object", `[]`, 0, "not a JSON object"},
		{"blank before the object", ` {}`, 0, "not a JSON object"},
		{"newline as padding", "{}\n", 0, "not a JSON object"},
		{"two objects", `{}{}`, 0, "more than one"},
		{"not JSON", `{"a"}`, 0, "header"},
		{"broken off", `{"a":{}`, 0, "header"},
		{"not UTF-8", "{\"\xff\":{}}", 0, "UTF-8"},
		{"metadata not text", `{"__metadata__":{"a":1}}`, 0, "want a string"},
		{"metadata null", `{"__metadata__":null}`, 0, "want {"},
		{"repeated metadata", `{"__metadata__":{"a":"","a":""}}`, 0, "twice"},
		{"repeated tensor", `{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0, "twice"},
		{"repeated key", a(`"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]`), 0, "twice"},
		{"unknown key", a(`"dtype":"U8","shape":[0],"data_offsets":[0,0],"order":"C"`), 0, "unknown key"},
		{"no shape", a(`"dtype":"U8","data_offsets":[0,0]`), 0, "is missing"},
		{"unknown type", a(`"dtype":"F4","shape":[1],"data_offsets":[0,1]`), 1, `"F4" is unknown`},
		{"type not text", a(`"dtype":4,"shape":[1],"data_offsets":[0,1]`), 1, "want a string"},
		{"shape not a list", a(`"dtype":"U8","shape":1,"data_offsets":[0,1]`), 1, "want ["},
		{"shape of text", a(`"dtype":"U8","shape":["1"],"data_offsets":[0,1]`), 1, "want a number"},
		{"negative size", a(`"dtype":"U8","shape":[-1],"data_offsets":[0,1]`), 1, "not a size"},
		{"fraction", a(`"dtype":"U8","shape":[1.0],"data_offsets":[0,1]`), 1, "not a size"},
		{"huge size", a(`"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]`), 1, "not a size"},
		{"overflow", a(`"dtype":"F64","shape":[4294967296,2147483648],"data_offsets":[0,0]`), 0, "overflows"},
		{"one offset", a(`"dtype":"U8","shape":[0],"data_offsets":[0]`), 0, "a begin and an end"},
		{"offsets swapped", a(`"dtype":"U8","shape":[0],"data_offsets":[1,0]`), 0, "a begin and an end"},
		{"too few bytes", a(`"dtype":"F32","shape":[1],"data_offsets":[0,3]`), 3, "has 4 bytes"},
		{"past the end", a(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), 7, "the file has only 7"},
		{"far past the end", a(`"dtype":"U8","shape":[4611686018427387904],"data_offsets":[0,4611686018427387904]`), 0, "the file has only 0"},
		{"begin at the edge of numbers", a(`"dtype":"U8","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]`), 0, "gap"},
		{"trailing bytes", `{}`, 1, "has 1 more bytes"},
		{"gap", `{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 3, "gap"},
		{"overlap", `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3, "overlaps"},
		{"same place", `{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2, "overlaps"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := decode(file(test.header, test.size))
			if !errors.Is(err, safetensors.ErrFormat) || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v, want ErrFormat with %q", err, test.say)
			}
		})
	}
}

func TestReadRejectsFalseLengths(t *testing.T) {
	for _, length := range []uint64{3, 57, 100_000_000, 100_000_001, 1 << 63, 1<<64 - 1} {
		raw := append(binary.LittleEndian.AppendUint64(nil, length), "{}"...)
		if _, _, err := decode(raw); !errors.Is(err, safetensors.ErrFormat) {
			t.Errorf("a header of %d bytes in a file of %d: error %v", length, len(raw), err)
		}
	}
}

// TestEveryCutIsDetected also shows that allocations do not trust the header: a
// file of a few bytes that claims gigabytes fails without a large allocation.
func TestEveryCutIsDetected(t *testing.T) {
	raw := encodeExample(t)
	for n := range raw {
		if _, _, err := decode(raw[:n]); !errors.Is(err, safetensors.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: error %v", n, len(raw), err)
		}
	}
}

func encodeExample(t *testing.T) []byte {
	metadata, tensors := example()
	return encode(t, metadata, tensors)
}

func TestReadInto(t *testing.T) {
	raw := encodeExample(t)
	f, err := safetensors.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.ReadInto("flag", make([]byte, 3)); err == nil || !strings.Contains(err.Error(), `no tensor "flag"`) {
		t.Errorf("unknown tensor: error %v", err)
	}
	for _, size := range []int{0, 2, 4} {
		if err := f.ReadInto("flags", make([]byte, size)); err == nil || !strings.Contains(err.Error(), "has 3 bytes") {
			t.Errorf("room for %d bytes: error %v", size, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "x.safetensors")
	if _, err := safetensors.Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: error %v", err)
	}
	if _, err := safetensors.Open(folder); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("folder: error %v", err)
	}
	raw := encodeExample(t)
	if err := os.WriteFile(path, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, int64(len(raw)-1)); err != nil {
		t.Skip("an open file cannot be cut here:", err)
	}
	if err := f.ReadInto("flags", make([]byte, 3)); !errors.Is(err, safetensors.ErrFormat) {
		t.Errorf("file cut after it was opened: error %v", err)
	}
	if _, err := safetensors.Open(path); !errors.Is(err, safetensors.ErrFormat) || !strings.Contains(err.Error(), path) {
		t.Errorf("cut file: error %v", err)
	}
}

// FuzzRead decodes any bytes, encodes the content and decodes it again. Long inputs are left
// out, because the time to shorten an input that reaches new code grows with the square of
// its length.
func FuzzRead(f *testing.F) {
	f.Add(file(`{}`, 0))
	f.Add(file(`{"__metadata__":{"k":"\u00e9<"}}`, 0))
	f.Add(file(`{"a":{"dtype":"U32","shape":[],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 3))
	f.Add(file(`{"a":{"dtype":"F64","shape":[4294967296,2147483648],"data_offsets":[0,0]}}`, 0))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 150 {
			return
		}
		metadata, tensors, err := decode(raw)
		if err != nil {
			if !errors.Is(err, safetensors.ErrFormat) {
				t.Fatalf("error %v is not ErrFormat", err)
			}
			return
		}
		again := encode(t, metadata, tensors)
		gotMetadata, got, err := decode(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(metadata, gotMetadata); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(byName(tensors), byName(got)); diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(again, encode(t, gotMetadata, got)) {
			t.Fatal("encoding is not deterministic")
		}
	})
}
