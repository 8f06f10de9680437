package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// npyFile returns an npy file with a header as given, not padded.
func npyFile(major byte, header, elements string) string {
	head := append([]byte(NPYMagic), major, 0)
	if major == 1 {
		head = binary.LittleEndian.AppendUint16(head, uint16(len(header)))
	} else {
		head = binary.LittleEndian.AppendUint32(head, uint32(len(header)))
	}
	return string(head) + header + elements
}

// npyHeaderText returns the text of a header as NumPy writes it.
func npyHeaderText(descr, fortran, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr, fortran, shape)
}

func TestNPYKnownBytes(t *testing.T) {
	var file bytes.Buffer
	if err := EncodeNPY(&file, []int{3}, []int32{1, -2, 3}); err != nil {
		t.Fatal(err)
	}
	header := "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }"
	want := "\x93NUMPY\x01\x00\x76\x00" + header + strings.Repeat(" ", 128-10-1-len(header)) + "\n" +
		"\x01\x00\x00\x00\xfe\xff\xff\xff\x03\x00\x00\x00"
	if diff := cmp.Diff(want, file.String()); diff != "" {
		t.Error(diff)
	}
}

func TestNPYHeaderLaysElementsAt64(t *testing.T) {
	for _, shape := range [][]int{{}, {1}, {1, 2}, slices.Repeat([]int{1}, npyMaxDims), {1234567, 1}, {123456, 1, 1}} {
		head := npyPreamble("<f4", shape)
		if len(head)%64 != 0 || head[len(head)-1] != '\n' {
			t.Errorf("shape %v: header of %d bytes ends with %q", shape, len(head), head[len(head)-1])
		}
	}
}

func TestDecodeNPY(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       Array
	}{
		{"booleans", npyFile(1, npyHeaderText("|b1", "False", "(3,)"), "\x00\x01\x02"),
			Array{[]int{3}, []bool{false, true, true}}},
		{"bytes", npyFile(1, npyHeaderText("|u1", "False", "(2, 1)"), "\x07\xff"),
			Array{[]int{2, 1}, []uint8{7, 255}}},
		{"big-endian", npyFile(1, npyHeaderText(">i4", "False", "(2,)"), "\x00\x00\x00\x01\xff\xff\xff\xff"),
			Array{[]int{2}, []int32{1, -1}}},
		{"unsigned", npyFile(1, npyHeaderText("<u4", "False", "(1,)"), "\xff\xff\xff\xff"),
			Array{[]int{1}, []uint32{math.MaxUint32}}},
		{"long", npyFile(1, npyHeaderText("<i8", "False", "(1,)"), "\xfe\xff\xff\xff\xff\xff\xff\xff"),
			Array{[]int{1}, []int64{-2}}},
		{"a scalar", npyFile(1, npyHeaderText("<f4", "False", "()"), "\x00\x00\x80\x3f"),
			Array{[]int{}, []float32{1}}},
		{"no elements", npyFile(1, npyHeaderText("<f8", "False", "(0, 5)"), ""),
			Array{[]int{0, 5}, []float64{}}},
		{"Fortran order", npyFile(1, npyHeaderText("|u1", "True", "(2, 3)"), "\x01\x04\x02\x05\x03\x06"),
			Array{[]int{2, 3}, []uint8{1, 2, 3, 4, 5, 6}}},
		{"Fortran order, no elements", npyFile(1, npyHeaderText("|u1", "True", "(2, 0)"), ""),
			Array{[]int{2, 0}, []uint8{}}},
		{"version 2", npyFile(2, npyHeaderText("|u1", "False", "(1,)"), "a"), Array{[]int{1}, []uint8{'a'}}},
		{"version 3", npyFile(3, npyHeaderText("|u1", "False", "(1,)"), "a"), Array{[]int{1}, []uint8{'a'}}},
		{"other blanks, order and quotes", npyFile(1, "{\"shape\":(1L,),\n\t'fortran_order' :False , 'descr':'|u1'}", "a"),
			Array{[]int{1}, []uint8{'a'}}},
	} {
		got, err := DecodeNPY(strings.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestNPYBadFiles(t *testing.T) {
	good := npyFile(1, npyHeaderText("|u1", "False", "(2, 2)"), "abcd")
	withHeader := func(header string) string { return npyFile(1, header, "abcd") }
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", "after 0 bytes"},
		{"half a magic", good[:4], "ends within the npy header, after 4 bytes"},
		{"another format", "\x89PNG\r\n\x1a\n\x00\x00\x00\x00", "want the npy magic"},
		{"version 9", "\x93NUMPY\x09\x00\x10\x00", "npy format 9.0"},
		{"a cut header", good[:30], "ends within the npy header, after 30 bytes"},
		{"a cut length", "\x93NUMPY\x02\x00\x10\x00", "ends within the npy header, after 10 bytes"},
		{"a header of 4 GB", "\x93NUMPY\x02\x00\xff\xff\xff\xff", "npy header of 4294967295 bytes"},
		{"no dictionary", withHeader("hello"), `found "hello", want "{"`},
		{"an endless dictionary", withHeader("{'descr': '|u1'"), `want "}"`},
		{"an endless string", withHeader("{'descr"), "a string has no end"},
		{"a key too many", withHeader("{'colour': 'red'}"), `key "colour"`},
		{"a long key", withHeader("{'" + strings.Repeat("k", 9999) + "': 1}"), `key "kkk`},
		{"a long type", withHeader(npyHeaderText("<"+strings.Repeat("f", 9999), "False", "(4,)")), `type "<fff`},
		{"a long text after it", withHeader(npyHeaderText("|u1", "False", "(4,)") + strings.Repeat("x", 9999)), "after its end"},
		{"a key too few", withHeader("{'descr': '|u1', 'shape': (4,)}"), "is missing"},
		{"text after it", withHeader(npyHeaderText("|u1", "False", "(4,)") + "x"), "after its end"},
		{"structured", withHeader("{'descr': [('r', '|u1')], }"), "structured elements"},
		{"no byte order", withHeader(npyHeaderText("u1", "False", "(4,)")), `element type "u1"`},
		{"an unknown type", withHeader(npyHeaderText("<c8", "False", "(2,)")), `type "<c8"`},
		{"objects", withHeader(npyHeaderText("|O", "False", "(2,)")), `type "|O"`},
		{"no boolean", withHeader(npyHeaderText("|u1", "Maybe", "(4,)")), `want "False"`},
		{"a negative size", withHeader(npyHeaderText("|u1", "False", "(-4,)")), "want a size"},
		{"a size of words", withHeader(npyHeaderText("|u1", "False", "(four,)")), `"four,), }`},
		{"an endless shape", withHeader("{'shape': (4"), `want ")"`},
		{"too many dimensions", withHeader(npyHeaderText("|u1", "False", "("+strings.Repeat("1,", 33)+")")), "more than 32 dimensions"},
		{"an absurd size", withHeader(npyHeaderText("|u1", "False", "(99999999999999999999,)")), "is impossible"},
		{"an absurd product", withHeader(npyHeaderText("<f8", "False", "(9999999, 9999999)")), "is too large"},
		{"an absurd product with a zero", withHeader(npyHeaderText("<f8", "False", "(0, 99999999999)")), "is impossible"},
		{"a claim of 8 GB", withHeader(npyHeaderText("<f8", "False", "(1000000, 1000)")), "after 4 bytes, but its header requires 8000000000"},
		{"too few bytes", good[:len(good)-1], "after 3 bytes, but its header requires 4"},
		{"too many bytes", good + "e", "more than the 4 bytes"},
	} {
		_, err := DecodeNPY(strings.NewReader(c.file))
		if !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%s: an error of %d bytes", c.name, len(err.Error()))
		}
	}
}

// What is wrong with a header comes with its hint.
func TestNPYHints(t *testing.T) {
	for descr, want := range map[string]string{"[('r', '|u1')]": "save each field as an array", "'<c8'": "convert with astype before saving"} {
		file := npyFile(1, "{'descr': "+descr+", 'fortran_order': False, 'shape': (2,)}", "abcd")
		if _, err := DecodeNPY(strings.NewReader(file)); hint.Of(err) != want {
			t.Errorf("%s: %s", descr, hint.Text(err))
		}
	}
}

func TestNPYRoundTrip(t *testing.T) {
	t.Run("b1", rapid.MakeCheck(npyRoundTrip(rapid.Bool())))
	t.Run("u1", rapid.MakeCheck(npyRoundTrip(rapid.Uint8())))
	t.Run("i4", rapid.MakeCheck(npyRoundTrip(rapid.Int32())))
	t.Run("i8", rapid.MakeCheck(npyRoundTrip(rapid.Int64())))
	t.Run("u4", rapid.MakeCheck(npyRoundTrip(rapid.Uint32())))
	t.Run("i1", rapid.MakeCheck(npyRoundTrip(rapid.Int8())))
	t.Run("i2", rapid.MakeCheck(npyRoundTrip(rapid.Int16())))
	t.Run("u2", rapid.MakeCheck(npyRoundTrip(rapid.Uint16())))
	t.Run("u8", rapid.MakeCheck(npyRoundTrip(rapid.Uint64())))
	t.Run("f4", rapid.MakeCheck(npyRoundTrip(rapid.Float32())))
	t.Run("f8", rapid.MakeCheck(npyRoundTrip(rapid.Float64())))
}

func npyRoundTrip[T Element](element *rapid.Generator[T]) func(*rapid.T) {
	return func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
		n, err := claimed(shape, 1)
		if err != nil {
			t.Fatal(err)
		}
		elements := rapid.SliceOfN(element, n, n).Draw(t, "data")
		var file bytes.Buffer
		if err := EncodeNPY(&file, shape, elements); err != nil {
			t.Fatal(err)
		}
		got, err := DecodeNPY(&file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&Array{shape, elements}, got, cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestNPYLong(t *testing.T) {
	elements := make([]float32, 3*(1<<13)+5) // several chunks of the writer and the reader
	for i := range elements {
		elements[i] = float32(i)
	}
	var file bytes.Buffer
	if err := EncodeNPY(&file, []int{len(elements)}, elements); err != nil {
		t.Fatal(err)
	}
	got, err := DecodeNPY(&file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Data.([]float32), elements) {
		t.Error("the elements changed")
	}
}

func TestEncodeNPYRefuses(t *testing.T) {
	for _, shape := range [][]int{{}, {3}, {-2, -1}, slices.Repeat([]int{1}, npyMaxDims+1)} {
		if err := EncodeNPY(io.Discard, shape, []uint8{1, 2}); err == nil {
			t.Errorf("no error for shape %v", shape)
		}
	}
	if err := EncodeNPY(io.Discard, slices.Repeat([]int{1}, npyMaxDims+1), []uint8{1}); err == nil {
		t.Error("no error for too many dimensions")
	}
}

// Whatever decodes is encoded to a file that decodes to the same. The seeds are in
// testdata/fuzz.
func FuzzNPY(f *testing.F) {
	f.Fuzz(func(t *testing.T, file []byte) {
		array, err := DecodeNPY(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		var out bytes.Buffer
		switch elements := array.Data.(type) {
		case []bool:
			err = EncodeNPY(&out, array.Shape, elements)
		case []uint8:
			err = EncodeNPY(&out, array.Shape, elements)
		case []int32:
			err = EncodeNPY(&out, array.Shape, elements)
		case []int64:
			err = EncodeNPY(&out, array.Shape, elements)
		case []uint32:
			err = EncodeNPY(&out, array.Shape, elements)
		case []float32:
			err = EncodeNPY(&out, array.Shape, elements)
		case []float64:
			err = EncodeNPY(&out, array.Shape, elements)
		case []int8:
			err = EncodeNPY(&out, array.Shape, elements)
		case []int16:
			err = EncodeNPY(&out, array.Shape, elements)
		case []uint16:
			err = EncodeNPY(&out, array.Shape, elements)
		case []uint64:
			err = EncodeNPY(&out, array.Shape, elements)
		default:
			t.Fatalf("elements of type %T", elements)
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeNPY(&out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(array, again, cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	})
}
