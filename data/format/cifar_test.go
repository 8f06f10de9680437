package format

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestDecodeCIFAR(t *testing.T) {
	record := func(label ...byte) []byte { return append(label, bytes.Repeat([]byte{7}, cifarPixels)...) }
	ten, err := DecodeCIFAR(bytes.NewReader(slices.Concat(record(3), record(9))))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&CIFAR{10, nil, []byte{3, 9}, bytes.Repeat([]byte{7}, 2*cifarPixels)}, ten); diff != "" {
		t.Error(diff)
	}
	hundred, err := DecodeCIFAR(bytes.NewReader(slices.Concat(record(19, 99), record(0, 5))))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&CIFAR{100, []byte{19, 0}, []byte{99, 5}, bytes.Repeat([]byte{7}, 2*cifarPixels)}, hundred); diff != "" {
		t.Error(diff)
	}
	// A length that would do for both: the labels decide.
	if c, err := DecodeCIFAR(bytes.NewReader(bytes.Repeat(record(19, 99), 3073))); err != nil || c.Classes != 100 {
		t.Errorf("%v", err)
	}
	for name, c := range map[string]struct {
		file []byte
		kind error
		want string
	}{
		"nothing":      {nil, data.ErrEmpty, "the file is empty"},
		"cut off":      {record(3)[:3000], data.ErrFormat, "the length, 3000 bytes, is not a multiple of 3073 (CIFAR-10) or 3074 (CIFAR-100) (hint: download the binary version"},
		"label":        {slices.Concat(record(3), record(10)), data.ErrFormat, "record 1 has the label 10, want 0 to 9"},
		"coarse label": {record(20, 10), data.ErrFormat, "record 0 has the coarse label 20, want 0 to 19"},
	} {
		if _, err := DecodeCIFAR(bytes.NewReader(c.file)); !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func FuzzCIFAR(f *testing.F) {
	f.Add(make([]byte, 1+cifarPixels))
	f.Add(make([]byte, 2+cifarPixels))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := DecodeCIFAR(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		n := len(c.Labels)
		if n == 0 || len(c.Pixels) != n*cifarPixels || c.Coarse != nil && len(c.Coarse) != n {
			t.Errorf("%d labels, %d coarse, %d pixels", n, len(c.Coarse), len(c.Pixels))
		}
	})
}
