package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/picture"
)

var text = map[string]string{"gander:seed": "1", "gander:step": "12000", "gander:run": "0003-goose-鵝", "empty": ""}

func encode(t *testing.T, text map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := picture.EncodePNG(&b, image.NewGray(image.Rect(0, 0, 3, 2)), text); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPNGText(t *testing.T) {
	raw := encode(t, text)
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil { // also checks the checksums
		t.Errorf("image/png: %v", err)
	}
	if !bytes.Equal(raw, encode(t, text)) {
		t.Error("two files of one picture differ")
	}
	if bytes.Index(raw, []byte("gander:step")) > bytes.Index(raw, []byte("IDAT")) {
		t.Error("the text comes after the pixels")
	}
	got, err := picture.ReadPNGText(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, got); diff != "" {
		t.Error(diff)
	}
	if got, err := picture.ReadPNGText(bytes.NewReader(encode(t, nil))); err != nil || len(got) > 0 {
		t.Errorf("a file without text gave %v, error %v", got, err)
	}
}

func TestEncodePNGRefuses(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 1, 1))
	tests := []struct {
		name string
		m    image.Image
		text map[string]string
	}{
		{"empty key", m, map[string]string{"": "x"}},
		{"long key", m, map[string]string{strings.Repeat("k", 80): "x"}},
		{"blank at the end", m, map[string]string{"key ": "x"}},
		{"two blanks", m, map[string]string{"a  b": "x"}},
		{"key not ASCII", m, map[string]string{"clé": "x"}},
		{"key with a newline", m, map[string]string{"a\nb": "x"}},
		{"text not UTF-8", m, map[string]string{"a": "\xff"}},
		{"text with a zero", m, map[string]string{"a": "b\x00c"}},
		{"long text", m, map[string]string{"a": strings.Repeat("x", 1<<19), "b": strings.Repeat("x", 1<<19)}},
		{"no pixels", image.NewGray(image.Rectangle{}), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := picture.EncodePNG(&b, test.m, test.text); err == nil {
				t.Error("no error")
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written", b.Len())
			}
		})
	}
	_, broken := io.Pipe()
	broken.Close()
	if err := picture.EncodePNG(broken, m, text); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("broken writer: error %v", err)
	}
}

// chunk returns a PNG chunk.
func chunk(kind, content string) string {
	sum := crc32.ChecksumIEEE([]byte(kind + content))
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	return string(binary.BigEndian.AppendUint32(append(b, kind+content...), sum))
}

const signature = "\x89PNG\r\n\x1a\n"

func TestReadForeignPNGText(t *testing.T) {
	end := chunk("IDAT", "never read")
	tests := []struct {
		name, chunks string
		want         map[string]string
	}{
		{"Latin-1", chunk("tEXt", "Author\x00Andr\xe9") + end, map[string]string{"Author": "André"}},
		{"the first of two", chunk("tEXt", "a\x001") + chunk("tEXt", "a\x002") + end, map[string]string{"a": "1"}},
		{"international", chunk("iTXt", "a\x00\x00\x00fr\x00clé\x00été") + end, map[string]string{"a": "été"}},
		{"compressed", chunk("iTXt", "a\x00\x01\x00\x00\x00xyz") + chunk("zTXt", "b\x00\x00xyz") + end, map[string]string{}},
		{"odd key", chunk("tEXt", "cl\xe9\x00x") + chunk("iTXt", " a\x00\x00\x00\x00\x00x") + end, map[string]string{}},
		{"other chunks", chunk("gAMA", "1234") + chunk("tEXt", "a\x00b") + chunk("IEND", ""), map[string]string{"a": "b"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := picture.ReadPNGText(strings.NewReader(signature + test.chunks))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadPNGTextRefuses(t *testing.T) {
	flipped := []byte(signature + chunk("tEXt", "a\x00b") + chunk("IEND", ""))
	flipped[len(signature)+10] ^= 1
	huge := strings.Repeat("x", 1<<19)
	tests := []struct{ name, raw, say string }{
		{"empty", "", "too soon"},
		{"GIF", "GIF89a..", "it begins"},
		{"no chunks", signature, "too soon"},
		{"flipped bit", string(flipped), "checksum"},
		{"text of gigabytes", signature + "\xff\xff\xff\xfftEXt", "more than"},
		{"much text", signature + chunk("tEXt", "a\x00"+huge) + chunk("tEXt", "b\x00"+huge), "more than"},
		{"gigabytes of another kind", signature + "\xff\xff\xff\xffgAMAxy", "too soon"},
		{"tEXt without key", signature + chunk("tEXt", "abc"), "no keyword"},
		{"iTXt without key", signature + chunk("iTXt", "abc"), "no keyword"},
		{"iTXt broken off", signature + chunk("iTXt", "a\x00\x00\x00en\x00"), "no text"},
		{"iTXt not UTF-8", signature + chunk("iTXt", "a\x00\x00\x00\x00\x00\xff"), "UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := picture.ReadPNGText(strings.NewReader(test.raw))
			if !errors.Is(err, picture.ErrFormat) || !strings.Contains(err.Error(), test.say) {
				t.Errorf("error %v, want ErrFormat with %q", err, test.say)
			}
		})
	}
}

// FuzzReadPNGText decodes text, encodes it and decodes it again.
func FuzzReadPNGText(f *testing.F) {
	for _, name := range []string{"grey", "neighbours"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name+".png"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(signature + chunk("tEXt", "Author\x00Andr\xe9") + chunk("iTXt", "a\x00\x00\x00fr\x00k\x00t") + chunk("IEND", "")))
	f.Add([]byte(signature + "\xff\xff\xff\xfftEXt"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := picture.ReadPNGText(bytes.NewReader(raw))
		if err != nil {
			if !errors.Is(err, picture.ErrFormat) {
				t.Fatalf("error %v is not ErrFormat", err)
			}
			return
		}
		for key, value := range text {
			if strings.Contains(value, "\x00") || len(value) > 1<<16 {
				delete(text, key) // legal to meet, not always to write
			}
		}
		again, err := picture.ReadPNGText(bytes.NewReader(encode(t, text)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
