package logs

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/gunzip"
)

// open opens a file. To open a pipe waits until a program writes to it; open returns the error of
// ctx if ctx ends before.
func open(ctx context.Context, path string) (*os.File, error) {
	type result struct {
		file *os.File
		err  error
	}
	opened := make(chan result)
	go func() {
		file, err := os.Open(path)
		select {
		case opened <- result{file, err}:
		case <-ctx.Done():
			file.Close() // does nothing if file is nil
		}
	}()
	select {
	case r := <-opened:
		return r.file, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A contextReader reads from r until ctx ends, also if a Read of r does not return.
type contextReader struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte
}

// mostRead is the greatest number of bytes that a contextReader reads at once.
const mostRead = 1 << 16

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if c.ctx.Done() == nil {
		return c.r.Read(p)
	}
	if c.buffer == nil {
		c.buffer = make([]byte, mostRead)
	}
	into := c.buffer[:min(len(p), mostRead)] // p belongs to the caller again when Read returns
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := c.r.Read(into)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return copy(p, into[:r.n]), r.err
	case <-c.ctx.Done():
		c.buffer = nil
		return 0, c.ctx.Err()
	}
}

// decoded returns a reader of the content of r, and its first bytes. It unpacks gzip, and makes
// UTF-8 of UTF-16. A file that is no log is an error.
func decoded(r io.Reader) (buffered *bufio.Reader, head []byte, err error) {
	unpacked, err := gunzip.Open(bufio.NewReaderSize(r, mostHead), func(problem error) error {
		return hint.Add(problem, "copy the file again, or unpack it: gunzip keeps what is there")
	})
	if err != nil {
		return nil, nil, err
	}
	marked := unicode.BOMOverride(transform.Nop) // a text with a byte order mark is UTF-16 or UTF-8
	buffered = bufio.NewReaderSize(transform.NewReader(unpacked, marked), mostHead)
	head, err = buffered.Peek(mostHead)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	if !isEvents(head) {
		if err := checkText(head); err != nil {
			return nil, nil, err
		}
	}
	return buffered, head, nil
}

// foreign are the first bytes of files that are no logs, and what they are. A file with packed is
// one that contains others.
var foreign = []struct {
	text, what string
	packed     bool
}{
	{"\x89PNG\r\n", "a PNG picture", false}, {"\xff\xd8\xff", "a JPEG picture", false}, {"GIF8", "a GIF picture", false},
	{"%PDF-", "a PDF document", false}, {"\x93NUMPY", "a NumPy array", false}, {"\x89HDF\r\n", "an HDF5 file", false},
	{"SQLite format 3\x00", "a SQLite database", false}, {"PAR1", "a Parquet file", false}, {":W&B", "a record of Weights & Biases", false},
	{"\x7fELF", "a program", false}, {"\x80\x02", "a pickle of Python", false}, {"\x80\x03", "a pickle of Python", false},
	{"\x80\x04", "a pickle of Python", false}, {"\x80\x05", "a pickle of Python", false},
	{"PK\x03\x04", "a ZIP archive", true}, {"7z\xbc\xaf\x27\x1c", "a 7z archive", true}, {"\xfd7zXZ\x00", "compressed with xz", true},
	{"\x28\xb5\x2f\xfd", "compressed with zstd", true}, {"BZh91AY&SY", "compressed with bzip2", true}, {"\x1f\x8b", "compressed twice with gzip", true},
}

// checkText returns an error unless head is the beginning of a text.
func checkText(head []byte) error {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.text)) {
			advice := "give " + formats
			if f.packed {
				advice = "unpack it, and give the log that it contains"
			}
			return hint.Add(fmt.Errorf("it is %s and no log", f.what), "%s", advice)
		}
	}
	if isTar(head) {
		return hint.Add(errors.New("it is a tar archive and no log"), "unpack it, and give the log that it contains")
	}
	text := bytes.TrimRight(head, "\x00") // after a crash, a log may end with blocks of zeros
	switch zeros, strange := bytes.Count(text, []byte{0}), controls(text); {
	case len(text) == 0 && len(head) > 0:
		return hint.Add(errors.New("it has only zero bytes"), "give %s", formats)
	case zeros > len(text)/4 && zeros == strange:
		return hint.Add(errors.New("it looks like a text in UTF-16 without a byte order mark"), "save it as UTF-8")
	case strange > len(text)/50:
		return hint.Add(errors.New("it is a binary file and no log"), "give %s", formats)
	}
	return nil
}

// isTar reports whether a file begins like a tar archive.
func isTar(head []byte) bool {
	const at = 257
	return len(head) > at && bytes.HasPrefix(head[at:], []byte("ustar"))
}

// controls returns the number of characters that no text has, and no terminal obeys.
func controls(text []byte) (n int) {
	for _, c := range text {
		if c < ' ' && bytes.IndexByte([]byte("\a\b\t\n\v\f\r\x1b"), c) < 0 {
			n++
		}
	}
	return n
}
