package packed

import (
	"bytes"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// write makes a file of records of the given size and returns its path.
func write(t testing.TB, dir string, key Key, size int, records, notes []byte) string {
	t.Helper()
	path := filepath.Join(dir, "file")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for rest := records; len(rest) > 0; {
		n := min(len(rest), 1+rand.IntN(1000_000))
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Finish(key, size, notes); err != nil {
		t.Fatal(err)
	}
	return path
}

// random returns n bytes.
func random(n int) []byte {
	out := make([]byte, n)
	source := rand.NewChaCha8([32]byte{1})
	source.Read(out)
	return out
}

// What was written is read, whole or in any order, by several goroutines.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.SampledFrom([]int{1, 7, 4096, blockSize - 1, blockSize, blockSize + 1, 2*blockSize + 5}).Draw(rt, "size")
		n := rapid.IntRange(1, 3+20000/size).Draw(rt, "records")
		records, notes := random(size*n), random(rapid.IntRange(0, 99).Draw(rt, "notes"))
		f, err := Open(write(t, t.TempDir(), Key{1}, size, records, notes), Key{1})
		if err != nil {
			rt.Fatal(err)
		}
		if f.Records() != int64(n) || f.Size() != size || !bytes.Equal(f.Notes(), notes) {
			rt.Errorf("%d records of %d, notes %x", f.Records(), f.Size(), f.Notes())
		}
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				record := make([]byte, size)
				for _, i := range rand.Perm(n) {
					if err := f.Read(record, int64(i)); err != nil || !bytes.Equal(record, records[i*size:][:size]) {
						rt.Errorf("record %d is wrong, %v", i, err)
					}
				}
			})
		}
		wait.Wait()
	})
}

// A change of any one byte is found, when the file is opened or a record is read.
func TestChangesAreFound(t *testing.T) {
	const size, n = 100, 30_000
	path := write(t, t.TempDir(), Key{1}, size, random(size*n), []byte("notes"))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	places := []int{0, 9, 12, 17, 50, 60, 70, 74, 200, headerSize - 1, headerSize, headerSize + size*n/2, headerSize + size*n - 1, headerSize + size*n, len(whole) - 6, len(whole) - 1}
	for _, place := range places {
		changed := bytes.Clone(whole)
		changed[place] ^= 4
		if err := os.WriteFile(path, changed, 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, Key{1})
		if place < headerSize || place >= headerSize+size*n {
			if !errors.Is(err, data.ErrFormat) {
				t.Errorf("byte %d: opening gives %v", place, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		record := make([]byte, size)
		if err := f.Read(record, int64((place-headerSize)/size)); !errors.Is(err, data.ErrFormat) || hint.Of(err) != "remove the file, it is made again" {
			t.Errorf("byte %d: reading gives %v", place, err)
		}
	}
	for _, length := range []int{0, 7, headerSize - 1, headerSize, len(whole) - 1, len(whole) + 1} {
		if err := os.WriteFile(path, append(bytes.Clone(whole), 0)[:length], 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, Key{1}); !errors.Is(err, data.ErrFormat) {
			t.Errorf("%d of %d bytes: %v", length, len(whole), err)
		}
	}
	if err := os.WriteFile(path, whole, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Key{2}); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
}

// Nothing is under the file's name before it is finished, and nothing is left after
// it was discarded. What others left long ago is removed.
func TestUnfinished(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, ".file.tmp-1"), filepath.Join(dir, ".file.tmp-2")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*abandoned)); err != nil {
		t.Fatal(err)
	}
	w, err := Create(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	back := make([]byte, 2)
	if _, err := w.ReadAt(back, 1); err != nil || !bytes.Equal(back, []byte{2, 3}) {
		t.Errorf("read back: %v, %v", back, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "file")); !os.IsNotExist(err) {
		t.Errorf("the file is there before it is finished: %v", err)
	}
	if err := w.Finish(Key{}, 2, nil); err == nil {
		t.Error("3 bytes are no records of 2")
	}
	if err := w.Discard(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 1 || left[0] != young {
		t.Errorf("left: %v", left)
	}
}

// A file that is cut off while it is read is an error, not the end of the process.
func TestCutWhileOpen(t *testing.T) {
	path := write(t, t.TempDir(), Key{}, 100, random(100_000), nil)
	f, err := Open(path, Key{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, headerSize); err != nil {
		t.Fatal(err)
	}
	if err := f.Read(make([]byte, 100), 900); err == nil {
		t.Error("a record was read that is not there")
	}
}

// FuzzOpen opens files with any header and correct checksums. It reads all records of a
// file that it accepts.
func FuzzOpen(f *testing.F) {
	f.Add(int64(3), int64(2), int64(1), []byte("123456....n"))
	f.Add(int64(1)<<62, int64(4), int64(-1), []byte{})
	f.Add(int64(0), int64(0), int64(0), []byte{})
	path := filepath.Join(f.TempDir(), "file")
	f.Fuzz(func(t *testing.T, size, records, notes int64, rest []byte) {
		h := header{size: size, records: records, notes: notes}
		if size > 0 && records > 0 && size*records > 0 && size*records < int64(len(rest)) {
			h.tail = crc32.Checksum(rest[size*records:], castagnoli)
		}
		if err := os.WriteFile(path, append(h.encode(), rest...), 0o666); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, Key{})
		if err != nil {
			return
		}
		record := make([]byte, file.Size())
		for i := range file.Records() {
			file.Read(record, i)
		}
	})
}

// A file that is sent to the disk in parts is whole.
func TestSyncInTheBackground(t *testing.T) {
	const size = 1 << 20
	records := random(2*syncEvery + 3*size)
	f, err := Open(write(t, t.TempDir(), Key{1}, size, records, nil), Key{1})
	if err != nil {
		t.Fatal(err)
	}
	record := make([]byte, size)
	for i := range f.Records() {
		if err := f.Read(record, i); err != nil || !bytes.Equal(record, records[i*size:][:size]) {
			t.Errorf("record %d is wrong, %v", i, err)
		}
	}
}

// If a sync in the background fails, there is no file.
func TestFailedSync(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	failure := errors.New("the disk fails")
	w.syncing = make(chan error, 1)
	w.syncing <- failure
	if _, err := w.Write(random(100)); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(Key{1}, 100, nil); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
