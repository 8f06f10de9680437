package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// maxLine is the greatest length of a journal line in bytes, including its newline.
const maxLine = 1 << 20

// A Journal is a file to which a run appends one line for each tick. Only one process
// may have it open at a time: hold the [Lock] of the run.
type Journal struct {
	path string
	file *os.File
	size int64 // bytes up to the end of the last whole line
}

// OpenJournal opens the journal at path for appending. It creates the file if
// necessary. If the last line is incomplete because a process was killed, OpenJournal
// removes that line.
func OpenJournal(path string) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, atomicfile.Explain(path, err)
	}
	size, err := wholeLines(file)
	if err == nil {
		err = file.Truncate(size)
	}
	if err != nil {
		file.Close()
		return nil, atomicfile.Explain(path, err)
	}
	return &Journal{path, file, size}, nil
}

// wholeLines returns the number of bytes in file up to and including the last
// newline.
func wholeLines(file *os.File) (int64, error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	buf := make([]byte, 1<<12)
	for end > 0 {
		part := buf[:min(int64(len(buf)), end)]
		start := end - int64(len(part))
		if _, err := file.ReadAt(part, start); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// Append writes record as one line, with one write, and syncs the file to the disk.
// The record must encode to a JSON object. After an error the journal is unchanged.
func (j *Journal) Append(record any) error {
	line, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("journal %s: %w", j.path, err)
	}
	line = append(line, '\n')
	if line[0] != '{' || len(line) > maxLine {
		return fmt.Errorf("journal %s: a record must be an object of at most %d bytes", j.path, maxLine)
	}
	if _, err = j.file.WriteAt(line, j.size); err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.file.Truncate(j.size)
		return atomicfile.Explain(j.path, err)
	}
	j.size += int64(len(line))
	return nil
}

// Rewind removes the lines of all steps after step, atomically. A run that is resumed
// from the checkpoint of step will write these lines again. Rewind keeps lines
// without a "step".
func (j *Journal) Rewind(step int64) error {
	var kept bytes.Buffer
	err := ReadJournal(j.path, func(line []byte) error {
		at, err := stepOf(line)
		if err == nil && at <= step {
			kept.Write(line)
			kept.WriteByte('\n')
		}
		return err
	})
	if err != nil || int64(kept.Len()) == j.size {
		return err
	}
	j.file.Close() // Windows cannot replace an open file
	err = atomicfile.Write(j.path, 0o666, func(w io.Writer) error {
		_, err := kept.WriteTo(w)
		return err
	})
	again, reopened := OpenJournal(j.path)
	if reopened == nil {
		*j = *again
	}
	return errors.Join(err, reopened)
}

// stepOf returns the step of a line. For a line without a step it returns a number
// less than all steps.
func stepOf(line []byte) (int64, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return 0, err
	}
	text, ok := fields["step"]
	if !ok {
		return -1 << 63, nil
	}
	step, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("step %s is not a whole number", text)
	}
	return step, nil
}

// Close closes the journal.
func (j *Journal) Close() error { return j.file.Close() }

// ReadJournal calls each with every complete line of the journal at path, in order
// and without the newline. The function each must not keep the line. ReadJournal
// ignores an incomplete last line, which a process may still be writing. If a line is
// not a JSON object, or is longer than 1 MiB, or each returns an error, ReadJournal
// returns an error that names the line.
func ReadJournal(path string, each func(line []byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewReaderSize(file, maxLine)
	for number := 1; ; number++ {
		line, err := lines.ReadSlice('\n')
		if err == io.EOF {
			return nil
		}
		if err == bufio.ErrBufferFull {
			err = fmt.Errorf("it is longer than %d bytes", maxLine)
		}
		if err == nil {
			line = line[:len(line)-1]
			err = checkLine(line)
		}
		if err == nil {
			err = each(line)
		}
		if err != nil {
			return fmt.Errorf("%s line %d: %w", path, number, err)
		}
	}
}

func checkLine(line []byte) error {
	if !bytes.HasPrefix(line, []byte("{")) || !json.Valid(line) {
		return hint.Add(errors.New("it is not a JSON object"), "if a crash has damaged it, delete the line")
	}
	return nil
}
