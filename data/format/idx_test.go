package format

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/gander-ml/gander/data"
)

func encodeIDX(t testing.TB, shape []int, content []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := EncodeIDX(&file, shape, content); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func zipped(t testing.TB, plain []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestIDXKnownBytes(t *testing.T) {
	want := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60}
	if got := encodeIDX(t, []int{2, 1, 3}, want[16:]); !bytes.Equal(got, want) {
		t.Errorf("encoded % x, want % x", got, want)
	}
	for name, file := range map[string][]byte{"plain": want, "gzipped": zipped(t, want)} {
		got, err := DecodeIDX(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(&IDX{[]int{2, 1, 3}, want[16:]}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestIDXRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rank := rapid.SampledFrom([]int{1, 3, 4}).Draw(rt, "rank")
		shape := rapid.SliceOfN(rapid.IntRange(1, 30), rank, rank).Draw(rt, "shape")
		n, err := claimed(shape, 1)
		if err != nil {
			rt.Fatal(err)
		}
		content := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(rt, "pattern"), n)[:n]
		file := encodeIDX(t, shape, content)
		if rapid.Bool().Draw(rt, "zip") {
			file = zipped(t, file)
		}
		got, err := DecodeIDX(iotest.HalfReader(bytes.NewReader(file)))
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(&IDX{shape, content}, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestIDXBadFiles(t *testing.T) {
	good := encodeIDX(t, []int{2, 2, 2}, make([]byte, 8))
	packed := zipped(t, good)
	wrongSum := bytes.Clone(packed)
	wrongSum[len(wrongSum)-8]++
	flipped := bytes.Clone(packed)
	flipped[12] ^= 0xff
	for _, c := range []struct {
		name, file string
		kind       error
		want       string // in the message
	}{
		{"nothing", "", data.ErrFormat, "ends within the IDX header, after 0 bytes"},
		{"half a magic number", "\x00\x00", data.ErrFormat, "after 2 bytes"},
		{"no sizes", string(good[:9]), data.ErrFormat, "after 9 bytes"},
		{"a picture", "\x89PNG\r\n\x1a\n", data.ErrFormat, `("\x89PNG"): want 2049`},
		{"a web page", "<!DOCTYPE html>", data.ErrFormat, "like a web page"},
		{"floats", "\x00\x00\x0d\x03\x00\x00", data.ErrFormat, "elements of type 0x0d, want 0x08"},
		{"two dimensions", "\x00\x00\x08\x02\x00\x00", data.ErrFormat, "2050 means 2 dimensions"},
		{"zero images", "\x00\x00\x08\x03\x00\x00\x00\x00\x00\x00\x00\x1c\x00\x00\x00\x1c", data.ErrEmpty, "the number of items in its header is 0"},
		{"zero labels", "\x00\x00\x08\x01\x00\x00\x00\x00", data.ErrEmpty, "the number of items in its header is 0"},
		{"images without pixels", "\x00\x00\x08\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x1c", data.ErrFormat, "no pixels"},
		{"an absurd size", "\x00\x00\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", data.ErrFormat, "too large"},
		{"a claim of 4 GB", "\x00\x00\x08\x03\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00\x01\x00abcd", data.ErrFormat, "after 4 bytes, but its header requires 4294901760"},
		{"a byte too few", string(good[:len(good)-1]), data.ErrFormat, "after 7 bytes, but its header requires 8"},
		{"a byte too many", string(good) + "x", data.ErrFormat, "more than the 8 bytes"},
		{"too few, zipped", string(zipped(t, good[:20])), data.ErrFormat, "after 4 bytes, but its header requires 8"},
		{"too many, zipped", string(zipped(t, append(bytes.Clone(good), 0))), data.ErrFormat, "more than the 8 bytes"},
		{"a cut gzip header", string(packed[:5]), data.ErrFormat, "gzip stream is incomplete"},
		{"cut gzip", string(packed[:len(packed)-10]), data.ErrFormat, "gzip stream is incomplete"},
		{"gzip cut in its checksum", string(packed[:len(packed)-3]), data.ErrFormat, "gzip stream is incomplete"},
		{"gzip with a wrong checksum", string(wrongSum), data.ErrFormat, "gzip stream is broken"},
		{"gzip with a wrong byte", string(flipped), data.ErrFormat, "gzip stream is broken"},
		{"gzip of an unknown kind", "\x1f\x8b\x07aaaaaaaaaa", data.ErrFormat, "gzip stream is broken"},
	} {
		_, err := DecodeIDX(strings.NewReader(c.file))
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q and %v", c.name, err, c.want, c.kind)
		}
	}
}

// An error of the disk is passed on as it is.
func TestIDXReadError(t *testing.T) {
	good := encodeIDX(t, []int{300, 28, 28}, make([]byte, 300*784))
	broken := errors.New("the disk is on fire")
	for _, n := range []int{0, 2, 10, 1000, 100000, len(good)} {
		r := io.MultiReader(bytes.NewReader(good[:n]), iotest.ErrReader(broken))
		if _, err := DecodeIDX(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: error %v", n, err)
		}
	}
}

// A header that lies costs no memory to speak of.
func TestClaimsAreNotBelieved(t *testing.T) {
	lie := []byte("\x00\x00\x08\x03\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00\x01\x00abcd")
	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		if _, err := DecodeIDX(bytes.NewReader(lie)); err == nil {
			t.Fatal("no error")
		}
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) / runs; got > 4*firstChunk {
		t.Errorf("a file of %d bytes made %d be allocated", len(lie), got)
	}
}

func TestEncodeIDXRefuses(t *testing.T) {
	for _, shape := range [][]int{{}, {2, 2}, {1, 1, 1, 1, 1}, {3}, {2, -1, -2}} {
		if err := EncodeIDX(io.Discard, shape, make([]byte, 4)); err == nil {
			t.Errorf("no error for shape %v", shape)
		}
	}
}

// Whatever decodes is encoded to a file that decodes to the same. The seeds are in
// testdata/fuzz.
func FuzzIDX(f *testing.F) {
	f.Fuzz(func(t *testing.T, file []byte) {
		idx, err := DecodeIDX(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		again, err := DecodeIDX(bytes.NewReader(encodeIDX(t, idx.Shape, idx.Data)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(idx, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
