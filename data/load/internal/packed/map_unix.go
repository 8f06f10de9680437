//go:build unix

package packed

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// A mapping is a file that the system pages into memory, and out of it when memory
// is short.
type mapping struct{ bytes []byte }

// mapped returns a reader of a file of the given length, which is closed.
func mapped(file *os.File, size int64) (io.ReaderAt, error) {
	if int64(int(size)) != size {
		return nil, fmt.Errorf("%d bytes are too many for this machine", size)
	}
	bytes, err := unix.Mmap(int(file.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping it to memory: %w", err)
	}
	m := &mapping{bytes}
	runtime.AddCleanup(m, func(bytes []byte) { unix.Munmap(bytes) }, bytes)
	return m, file.Close()
}

func (m *mapping) ReadAt(bytes []byte, at int64) (int, error) {
	n := copy(bytes, m.bytes[at:])
	runtime.KeepAlive(m)
	if n < len(bytes) {
		return n, io.EOF
	}
	return n, nil
}
