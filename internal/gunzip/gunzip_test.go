package gunzip

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestOpen reads plain and compressed texts, and streams that are cut or changed.
func TestOpen(t *testing.T) {
	const text = "step,loss\n1,.5\n"
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	packed := b.String()
	changed := []byte(packed)
	changed[len(changed)-8] ^= 1 // of the checksum
	mine := errors.New("mine")
	for _, c := range []struct{ in, want, problem string }{
		{text, text, ""}, {packed, text, ""}, {"", "", ""}, {"\x1f", "\x1f", ""}, {packed + packed, text + text, ""},
		{packed[:1], packed[:1], ""}, {packed[:5], "", "the gzip stream is incomplete"}, {packed[:len(packed)-3], "", "the gzip stream is incomplete"},
		{string(changed), "", "the gzip stream is broken: gzip: invalid checksum"}, {"\x1f\x8b????????", "", "the gzip stream is broken: gzip: invalid header"},
	} {
		r, err := Open(bufio.NewReader(strings.NewReader(c.in)), func(problem error) error { return fmt.Errorf("%w: %w", mine, problem) })
		var got []byte
		if err == nil {
			got, err = io.ReadAll(r)
		}
		switch {
		case c.problem == "" && (err != nil || string(got) != c.want):
			t.Errorf("%q: %q, error %v; want %q", c.in, got, err, c.want)
		case c.problem != "" && (!errors.Is(err, mine) || err.Error() != "mine: "+c.problem):
			t.Errorf("%q: error %v, want %q", c.in, err, c.problem)
		}
	}
}
