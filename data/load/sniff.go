package load

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// sniffFile returns the kind of the file at path. For a gzipped file it returns the
// kind of its content.
func sniffFile(path string) (kind format.Kind, gzipped bool, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, false, err
	}
	defer file.Close()
	head, err := peek(file)
	if err != nil {
		return 0, false, err
	}
	kind = format.Sniff(head, path)
	if kind != format.KindGzip || len(head) == 0 {
		return kind, false, nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, false, err
	}
	content, err := format.Gunzip(file)
	if err != nil {
		return 0, false, err
	}
	if head, err = peek(content); err != nil {
		return 0, false, err
	}
	inner := strings.TrimSuffix(path, ".gz")
	if strings.HasSuffix(strings.ToLower(path), ".tgz") {
		inner = path[:len(path)-len(".tgz")] + ".tar"
	}
	return format.Sniff(head, inner), true, nil
}

// peek returns the beginning of a file.
func peek(r io.Reader) ([]byte, error) {
	head, err := bufio.NewReaderSize(r, format.SniffLen).Peek(format.SniffLen)
	if err == io.EOF {
		err = nil
	}
	return head, err
}

// notRead returns the error of a file that is of no kind that is read.
func notRead(kind format.Kind, head []byte) error {
	switch {
	case kind.Hint() != "":
		return hint.Add(fmt.Errorf("%w: it is a file of kind %v, which is not read", data.ErrFormat, kind), "%s", kind.Hint())
	case kind.IsPicture():
		return hint.Add(fmt.Errorf("%w: it is one picture", data.ErrFormat), "name a folder of pictures")
	case len(head) == 0:
		return fmt.Errorf("%w: the file is empty", data.ErrEmpty)
	}
	return hint.Add(fmt.Errorf("%w: it begins %q, as no kind of file that is read", data.ErrFormat, head[:min(len(head), 8)]),
		"npy, npz, mat, csv and idx files are read, batches of CIFAR, and folders, zip and tar archives of pictures")
}
