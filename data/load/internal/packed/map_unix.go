//go:build unix

package packed

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
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

// ReadAt copies bytes from the mapping. The system signals a fault when it cannot
// bring them to memory, because the disk fails or somebody has cut the file off.
func (m *mapping) ReadAt(bytes []byte, at int64) (n int, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			n, err = 0, hint.Add(fmt.Errorf("%w: the packed file cannot be read any more: %v", data.ErrFormat, fault), "remove the file, it is made again")
		}
	}()
	n = copy(bytes, m.bytes[at:])
	runtime.KeepAlive(m)
	if n < len(bytes) {
		return n, io.EOF
	}
	return n, nil
}
