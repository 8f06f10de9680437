package format

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// scipyWriter saves arrays in npz and MATLAB files of several kinds.
const scipyWriter = `
import sys
import numpy as np
import scipy.io
dir = sys.argv[1]
x = np.arange(24).reshape(2, 3, 4)
arrays = dict(x=x.astype("u1"), y=x[0, :, :1].astype("f8"), z=x.astype("i2"), f=x.astype("f4"), l=x[0] > 3)
odd = dict(words=np.array(["cat", "dog"]), c=x * 1j)
np.savez(dir + "/plain.npz", **arrays, **odd)
np.savez_compressed(dir + "/packed.npz", **arrays, **odd)
scipy.io.savemat(dir + "/plain.mat", dict(**arrays, **odd, s={"a": 1}))
scipy.io.savemat(dir + "/packed.mat", dict(**arrays, **odd, s={"a": 1}), do_compression=True)
scipy.io.savemat(dir + "/old.mat", dict(y=arrays["y"]), format="4")
`

// TestNamedOfSciPy reads what NumPy and SciPy have written.
func TestNamedOfSciPy(t *testing.T) {
	scipy, dir := python(t, "scipy.io"), t.TempDir()
	if out, err := exec.Command(scipy, "-W", "ignore", "-c", scipyWriter, dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := map[string]*Array{
		"x": {[]int{2, 3, 4}, upTo24(func(i int) uint8 { return uint8(i) })},
		"y": {[]int{3, 1}, []float64{0, 4, 8}},
		"z": {[]int{2, 3, 4}, upTo24(func(i int) int16 { return int16(i) })},
		"f": {[]int{2, 3, 4}, upTo24(func(i int) float32 { return float32(i) })},
	}
	for _, name := range []string{"plain.npz", "packed.npz", "plain.mat", "packed.mat"} {
		file := readTestFile(t, filepath.Join(dir, name))
		arrays, err := DecodeMAT(bytes.NewReader(file))
		if strings.HasSuffix(name, "npz") {
			arrays, err = DecodeNPZ(bytes.NewReader(file), int64(len(file)))
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := 0
		for _, a := range arrays {
			switch array, ok := want[a.Name]; {
			case ok:
				found++
				if diff := cmp.Diff(array, a.Array); diff != "" {
					t.Errorf("%s: %s: %s", name, a.Name, diff)
				}
			case a.Name == "l":
				if a.Err != nil || len(a.Shape) != 2 {
					t.Errorf("%s: %+v", name, a)
				}
			default: // text, complex numbers, a structure
				if a.Array != nil || !errors.Is(a.Err, data.ErrFormat) {
					t.Errorf("%s: %+v", name, a)
				}
			}
		}
		if found != len(want) {
			t.Errorf("%s: %d of %d arrays", name, found, len(want))
		}
	}
	_, err := DecodeMAT(bytes.NewReader(readTestFile(t, filepath.Join(dir, "old.mat"))))
	if !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), "level 5 (hint: save it in MATLAB with -v7)") {
		t.Errorf("a file of level 4: %v", err)
	}
}

// npzFile returns an archive of two arrays and something else.
func npzFile(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	for _, name := range []string{"b.npy", "a.npy", "readme.txt"} {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if err := EncodeNPY(&content, []int{2}, []float32{1, 2}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestDecodeNPZ(t *testing.T) {
	file := npzFile(t)
	arrays, err := DecodeNPZ(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	array := &Array{[]int{2}, []float32{1, 2}}
	if diff := cmp.Diff([]Named{{"b", array, nil}, {"a", array, nil}}, arrays); diff != "" {
		t.Error(diff)
	}
	if _, err := DecodeNPZ(bytes.NewReader(file), int64(len(file)/2)); !errors.Is(err, data.ErrFormat) || hint.Of(err) == "" {
		t.Errorf("half an archive: %v", err)
	}
	var empty bytes.Buffer
	zip.NewWriter(&empty).Close()
	if _, err := DecodeNPZ(bytes.NewReader(empty.Bytes()), int64(empty.Len())); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("an empty archive: %v", err)
	}
	damaged := bytes.Clone(file)
	damaged[bytes.Index(file, []byte("b.npy"))+40] ^= 0x55
	arrays, err = DecodeNPZ(bytes.NewReader(damaged), int64(len(file)))
	if err != nil || arrays[0].Array != nil || !errors.Is(arrays[0].Err, data.ErrFormat) || arrays[1].Err != nil {
		t.Errorf("a damaged array: %+v, %v", arrays, err)
	}
}

type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// matFile returns a MATLAB file of a 2x2 array of doubles, kept as bytes, and of text.
func matFile(order byteOrder, packed bool) []byte {
	element := func(kind uint32, content ...byte) []byte {
		e := order.AppendUint32(order.AppendUint32(nil, kind), uint32(len(content)))
		e = append(e, content...)
		return append(e, make([]byte, (8-len(content)%8)%8)...)
	}
	words := func(v ...uint32) (content []byte) {
		for _, w := range v {
			content = order.AppendUint32(content, w)
		}
		return content
	}
	array := func(class uint32, name string, numbers []byte) []byte {
		small := append(words(matInt8|uint32(len(name))<<16), name...)
		return element(matMatrix, bytes.Join([][]byte{element(matUint32, words(class, 0)...), element(matInt32, words(2, 2)...),
			append(small, make([]byte, 8-len(small))...), numbers}, nil)...)
	}
	file := append([]byte("MATLAB 5.0 MAT-file"), bytes.Repeat([]byte(" "), 124-19)...)
	file = append(file, "\x01\x00MI"...)
	if order.Uint16([]byte{0, 1}) != 1 {
		copy(file[124:], "\x00\x01IM")
	}
	for _, a := range [][]byte{array(6, "x", element(matUint8, 1, 2, 3, 4)), array(4, "t", element(matUint8, 'a', 'b', 'c', 'd'))} {
		if packed {
			var out bytes.Buffer
			w := zlib.NewWriter(&out)
			w.Write(a)
			w.Close()
			a = append(words(matCompressed, uint32(out.Len())), out.Bytes()...)
		}
		file = append(file, a...)
	}
	return file
}

func TestDecodeMAT(t *testing.T) {
	for _, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, packed := range []bool{false, true} {
			file := matFile(order, packed)
			arrays, err := DecodeMAT(bytes.NewReader(file))
			if err != nil || len(arrays) != 2 {
				t.Errorf("%v, packed %v: %d arrays, %v", order, packed, len(arrays), err)
				continue
			}
			if diff := cmp.Diff(&Array{[]int{2, 2}, []float64{1, 3, 2, 4}}, arrays[0].Array); diff != "" || arrays[0].Name != "x" {
				t.Errorf("%v, packed %v: %s: %s", order, packed, arrays[0].Name, diff)
			}
			if a := arrays[1]; a.Name != "t" || a.Array != nil || !strings.Contains(a.Err.Error(), "it is text, not an array of numbers") {
				t.Errorf("text: %+v", a)
			}
			if _, err := DecodeMAT(bytes.NewReader(file[:len(file)-9])); !errors.Is(err, data.ErrFormat) {
				t.Errorf("a file cut off: %v", err)
			}
		}
	}
}

func TestBadMAT(t *testing.T) {
	good := matFile(binary.LittleEndian, false)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":     {nil, "does not begin as a MATLAB file of level 5 (hint: save it in MATLAB with -v7)"},
		"version 7.3": {[]byte("MATLAB 7.3 MAT-file, Platform"), "version 7.3, which is HDF5 and is not read (hint: save it in MATLAB with -v7)"},
		"sizes":       {bytes.Replace(good, []byte("\x02\x00\x00\x00\x02\x00\x00\x00\x01"), []byte("\x02\x00\x00\x00\x03\x00\x00\x00\x01"), 1), "shape [2 3] in 4 bytes, want 6"},
		"absurd":      {bytes.Replace(good, []byte("\x02\x00\x00\x00\x02\x00\x00\x00\x01"), []byte("\xff\xff\xff\xff\x02\x00\x00\x00\x01"), 1), "is impossible"},
		"length":      {bytes.Replace(good, []byte("\x0e\x00\x00\x00"), []byte("\x0e\x00\x00\x00\xff"), 1), "it ends within an array (hint: download it again"},
	} {
		if _, err := DecodeMAT(bytes.NewReader(c.file)); !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	if _, err := DecodeMAT(bytes.NewReader(good[:128])); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("no arrays: %v", err)
	}
}

// checkNamed fails if what was decoded from any bytes does not agree with itself.
func checkNamed(t *testing.T, arrays []Named, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
		t.Fatalf("an error of no kind: %v", err)
	}
	if (err == nil) == (len(arrays) == 0) {
		t.Fatalf("%d arrays and error %v", len(arrays), err)
	}
	for _, a := range arrays {
		if (a.Array == nil) == (a.Err == nil) {
			t.Fatalf("array %+v and error %v", a.Array, a.Err)
		}
		if a.Array == nil {
			continue
		}
		if n, err := claimed(a.Shape, 1); err != nil || n != reflect.ValueOf(a.Data).Len() {
			t.Fatalf("%d elements in shape %v: %v", reflect.ValueOf(a.Data).Len(), a.Shape, err)
		}
	}
}

func FuzzNPZ(f *testing.F) {
	f.Add(npzFile(f))
	f.Fuzz(func(t *testing.T, file []byte) {
		arrays, err := DecodeNPZ(bytes.NewReader(file), int64(len(file)))
		checkNamed(t, arrays, err)
	})
}

func FuzzMAT(f *testing.F) {
	f.Add(matFile(binary.LittleEndian, false))
	f.Add(matFile(binary.BigEndian, true))
	f.Fuzz(func(t *testing.T, file []byte) {
		arrays, err := DecodeMAT(bytes.NewReader(file))
		checkNamed(t, arrays, err)
	})
}

// brokenAt is a file that cannot be read.
type brokenAt struct{}

func (brokenAt) ReadAt([]byte, int64) (int, error) { return 0, os.ErrClosed }

// An error of the disk is passed on as it is.
func TestNPZReadError(t *testing.T) {
	if _, err := DecodeNPZ(brokenAt{}, 1000); err != os.ErrClosed {
		t.Errorf("error %v", err)
	}
}
