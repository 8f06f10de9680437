package board

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxLine is the greatest length of a line of a journal in bytes; see docs/formats.md.
const maxLine = 1 << 20

// A tail reads the new lines of a journal that another process may be writing. Unlike a
// trainer, it goes on after a broken line.
type tail struct {
	file   fs.FileInfo // of the last read; nil before it
	offset int64       // of the first line that is not read yet
	lines  int         // that were read
	broken []string    // why lines could not be read: the first few
	bad    int         // number of broken lines
}

// maxBroken is how many broken lines are described.
const maxBroken = 3

// read calls each with every whole line since the last read. If the journal was replaced
// by another file or is shorter than before, read first calls reset and starts again at
// its beginning. A line that does not begin as a JSON object, that is longer than 1 MiB, or
// for which each returns an error counts as broken. The function each must not keep the line. A
// journal that does not exist has no lines.
func (t *tail) read(root *os.Root, name string, reset func(), each func(line []byte) error) error {
	file, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if t.file != nil {
			*t = tail{}
			reset()
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", name)
	}
	if t.file != nil && (!os.SameFile(t.file, info) || info.Size() < t.offset) {
		*t = tail{}
		reset()
	}
	t.file = info
	if _, err := file.Seek(t.offset, io.SeekStart); err != nil {
		return err
	}
	return t.readLines(bufio.NewReaderSize(file, 1<<16), each)
}

func (t *tail) readLines(r *bufio.Reader, each func(line []byte) error) error {
	var long []byte // a line that is longer than the buffer of r
	for {
		part, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if long = append(long, part...); len(long) > maxLine {
				skipped, err := skipLine(r)
				if err != nil {
					return ignoreEnd(err) // the line is still being written
				}
				t.offset += int64(len(long)) + skipped
				long = nil
				t.count(fmt.Errorf("it is longer than %d bytes", maxLine))
			}
			continue
		case err != nil:
			return ignoreEnd(err) // a last line without a newline is not finished
		}
		line := part
		if long != nil {
			line = append(long, part...)
			long = nil
		}
		t.offset += int64(len(line))
		line = line[:len(line)-1]
		if !bytes.HasPrefix(line, []byte("{")) {
			t.count(errors.New("it is not a JSON object"))
			continue
		}
		t.count(each(line))
	}
}

// count counts a line, which is broken if err is not nil.
func (t *tail) count(err error) {
	t.lines++
	if err == nil {
		return
	}
	if t.bad++; len(t.broken) < maxBroken {
		t.broken = append(t.broken, fmt.Sprintf("line %d of the journal: %v", t.lines, err))
	}
}

// notes returns sentences about the broken lines.
func (t *tail) notes() []string {
	notes := t.broken
	if more := t.bad - len(t.broken); more > 0 {
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%d more lines of the journal cannot be read", more))
	}
	return notes
}

// skipLine reads up to the next newline and returns the number of bytes.
func skipLine(r *bufio.Reader) (n int64, err error) {
	for {
		part, err := r.ReadSlice('\n')
		n += int64(len(part))
		if !errors.Is(err, bufio.ErrBufferFull) {
			return n, err
		}
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
