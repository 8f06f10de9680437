package load

import (
	"io"

	"github.com/gander-ml/gander/data/load/internal/packed"
)

// mostInMemory is how many bytes of pixels are kept in memory. Sets with more are
// packed to a file. It is less in tests.
var mostInMemory = 64 << 20

// A spool stores bytes in memory. When they become too many, it moves them to a file.
type spool struct {
	path   string // of the file; "": everything is kept in memory
	memory []byte
	file   *packed.Writer // has all bytes once there are too many for memory
	size   int64
	failed error // why there is no file
}

// reserve makes room for the expected number of bytes. Nothing may have been added
// before.
func (s *spool) reserve(bytes int) {
	if s.path != "" {
		bytes = min(bytes, mostInMemory)
	}
	s.memory = make([]byte, 0, bytes)
}

// add appends bytes.
func (s *spool) add(bytes []byte) error {
	s.size += int64(len(bytes))
	if s.file == nil && s.path != "" && s.size > int64(mostInMemory) {
		if err := s.begin(); err != nil {
			return err
		}
	}
	if s.file == nil {
		s.memory = append(s.memory, bytes...)
		return nil
	}
	_, err := s.file.Write(bytes)
	return err
}

// begin moves the bytes to a file. If no file can be made, they stay in memory.
func (s *spool) begin() error {
	file, err := packed.Create(s.path)
	if err != nil {
		s.path, s.failed = "", err
		return nil
	}
	s.file = file
	_, err = file.Write(s.memory)
	s.memory = nil
	return err
}

// ReadAt reads what was added.
func (s *spool) ReadAt(bytes []byte, at int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(bytes, at)
	}
	if n := copy(bytes, s.memory[at:]); n < len(bytes) {
		return n, io.EOF
	}
	return len(bytes), nil
}

// discard forgets everything.
func (s *spool) discard() error {
	s.memory = nil
	if s.file == nil {
		return nil
	}
	return s.file.Discard()
}
