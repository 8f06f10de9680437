package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// manyPictures writes n pictures of 4x4 to two folders, every fifth in colours.
func manyPictures(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		name := filepath.Join(dir, string(rune('a'+i%2)), fmt.Sprintf("%04d.png", i))
		if i%5 == 0 {
			putPicture(t, rgb(4, 4, byte(i)), name)
		} else {
			putPicture(t, grey(4, 4, byte(i), byte(i>>8)), name)
		}
	}
	return dir
}

// examples reads all of a set.
func examples(t testing.TB, set data.Set) []data.Row {
	t.Helper()
	var rows []data.Row
	for i := range set.Len() {
		row := set.Info().NewRow()
		if err := set.Read(row, i); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// withLittleMemory has sets packed that are larger than n bytes.
func withLittleMemory(t testing.TB, n int) {
	t.Helper()
	before := mostInMemory
	mostInMemory = n
	t.Cleanup(func() { mostInMemory = before })
}

// However many are decoded at a time, and wherever they are kept, the set is the same.
func TestPicturesAnyhow(t *testing.T) {
	dir := manyPictures(t, 300)
	want, _ := whole(t, dir, Options{Threads: 1})
	for _, limit := range []int{1, 1000, 1 << 20} {
		for _, o := range []Options{{Threads: 1}, {Threads: 7}} {
			withLittleMemory(t, limit)
			t.Setenv(CacheVariable, t.TempDir())
			parts := New(dir, 1, o)
			if _, err := parts.Open(t.Context(), data.Train); err != nil {
				t.Fatal(err)
			}
			got := parts.read[data.Train]
			if _, packed := got.(*packedSet); packed != (limit < 1<<20) {
				t.Errorf("with %d bytes: packed is %v", limit, packed)
			}
			if diff := cmp.Diff(examples(t, want), examples(t, got)); diff != "" {
				t.Errorf("with %d bytes and %d threads: %s", limit, o.Threads, diff)
			}
			if notes := parts.Notes(); len(notes) != 1 || !strings.HasPrefix(notes[0], "60 of 300 pictures converted from colours to grey: a/0000.png, ") {
				t.Errorf("notes %q", notes)
			}
		}
	}
}

// Packed pictures are read again without decoding, until a file changes.
func TestPackedPicturesAreKept(t *testing.T) {
	withLittleMemory(t, 100)
	cache := t.TempDir()
	t.Setenv(CacheVariable, cache)
	dir := manyPictures(t, 50)
	first := open2(t, dir, Options{})
	packedFiles := func() []string {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(cache, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	before := packedFiles()
	if len(before) != 1 {
		t.Fatalf("cache: %v", before)
	}
	// A spoilt picture of the same size and time is not looked at.
	spoilt := filepath.Join(dir, "a", "0002.png")
	info, err := os.Stat(spoilt)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(spoilt, make([]byte, info.Size()), 0o666), os.Chtimes(spoilt, time.Time{}, info.ModTime())); err != nil {
		t.Fatal(err)
	}
	again := open2(t, dir, Options{})
	if diff := cmp.Diff(examples(t, first), examples(t, again)); diff != "" {
		t.Error(diff)
	}
	// Other options are kept next to it.
	open2(t, dir, Options{Height: 3, Width: 3, Fit: "stretch", SkipBroken: true})
	if got := packedFiles(); len(got) != 2 {
		t.Errorf("cache: %v", got)
	}
	// A changed picture makes a new file in place of the old one.
	putPicture(t, grey(4, 4, 77), spoilt)
	third := open2(t, dir, Options{})
	if got := packedFiles(); len(got) != 2 || slices.Contains(got, before[0]) {
		t.Errorf("cache: %v, before %v", got, before)
	}
	if got := examples(t, third)[1][0].Bytes[0]; got != 77 {
		t.Errorf("the changed picture begins with %d", got)
	}
	// A broken packed file is made again.
	want := examples(t, third)
	for _, file := range packedFiles() {
		if err := os.Truncate(file, 100); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, examples(t, open2(t, dir, Options{}))); diff != "" {
		t.Error(diff)
	}
}

// open2 opens the training part undivided.
func open2(t testing.TB, name string, o Options) data.Set {
	t.Helper()
	parts := New(name, 1, o)
	if _, err := parts.Open(context.Background(), data.Train); err != nil {
		t.Fatal(hint.Text(err))
	}
	return parts.read[data.Train]
}

// Pictures stay in memory where no file can be made, and that is noted.
func TestNowhereToPack(t *testing.T) {
	withLittleMemory(t, 100)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv(CacheVariable, filepath.Join(file, "below"))
	parts := New(manyPictures(t, 50), 1, Options{})
	if _, err := parts.Open(t.Context(), data.Train); err != nil {
		t.Fatal(err)
	}
	if notes := parts.Notes(); len(notes) != 2 || !strings.Contains(notes[1], "all pictures are kept in memory") {
		t.Errorf("notes %q", notes)
	}
}

// killedVariable names the file that a process packs which is killed.
const killedVariable = "GANDER_TEST_PACK"

// A process that is killed while it packs leaves nothing that is taken for a packed
// file.
func TestKilledWhilePacking(t *testing.T) {
	withLittleMemory(t, 100)
	if path := os.Getenv(killedVariable); path != "" {
		s := spool{path: path}
		if err := s.add(make([]byte, 3000)); err != nil {
			t.Fatal(err)
		}
		fmt.Println("packing")
		time.Sleep(time.Minute)
		return
	}
	cache := t.TempDir()
	t.Setenv(CacheVariable, cache)
	dir := manyPictures(t, 300)
	c, err := walkFolder(t.Context(), dir, new(meter))
	if err != nil {
		t.Fatal(err)
	}
	l, err := arrange(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	path := placeOf(c, data.Train, l.parts[data.Train], Options{}, shape{}).path()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledWhilePacking$")
	child.Env = append(os.Environ(), killedVariable+"="+path)
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	output.Read(make([]byte, 1)) // or its end
	child.Process.Kill()
	child.Wait()
	left, err := filepath.Glob(filepath.Join(cache, ".*.tmp-*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the killed process left %v, %v", left, err)
	}
	if whole, _ := filepath.Glob(filepath.Join(cache, "*"+packedEnding)); len(whole) != 0 {
		t.Errorf("the killed process left %v", whole)
	}
	if set := open2(t, dir, Options{}); set.Len() != 300 {
		t.Errorf("%d pictures", set.Len())
	}
}

func TestBrokenPictures(t *testing.T) {
	dir := manyPictures(t, 40)
	for _, name := range []string{"a/0004.png", "a/0008.png", "b/0001.png", "b/0011.png"} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte("\x89PNG\r\n\x1a\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // the first one by path, whoever finishes first
		_, err := Open(dir, data.Train, 1)
		if !errors.Is(err, data.ErrFormat) || !strings.HasPrefix(err.Error(), "dataset "+dir+": a/0004.png: malformed data: ") ||
			!strings.HasSuffix(hint.Of(err), "--set data.skip_broken=true leaves out pictures that cannot be read") {
			t.Errorf("error %v", hint.Text(errors.Join(err)))
		}
	}
	for _, limit := range []int{100, 1 << 20} {
		withLittleMemory(t, limit)
		t.Setenv(CacheVariable, t.TempDir())
		for range 2 { // packed, then read from there
			parts := New(dir, 1, Options{SkipBroken: true})
			if _, err := parts.Open(t.Context(), data.Train); err != nil {
				t.Fatal(err)
			}
			set := parts.read[data.Train]
			if set.Len() != 36 || class(t, set, 17) != 0 || class(t, set, 18) != 1 {
				t.Errorf("%d pictures; classes %d, %d at the border", set.Len(), class(t, set, 17), class(t, set, 18))
			}
			want := "left out: 4 pictures that cannot be read: a/0004.png, a/0008.png, b/0001.png, ..."
			if notes := parts.Notes(); len(notes) < 1 || notes[0] != want {
				t.Errorf("notes %q", notes)
			}
		}
	}
	none := inDir(t, map[string][]byte{"a.png": nil, "b.jpg": nil})
	if _, err := New(none, 1, Options{SkipBroken: true}).Open(t.Context(), data.Train); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("nothing but broken pictures: %v", err)
	}
}

// Loading ends soon after its context.
func TestCancelLoading(t *testing.T) {
	dir := manyPictures(t, 20)
	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	r := &pictureReader{progress: new(meter)}
	c, err := walkFolder(ctx, dir, new(meter))
	if err != nil {
		t.Fatal(err)
	}
	r.items, _, _ = new(layout).sift(c)
	start := time.Now()
	err = decodeAll(ctx, 20, 2, func(i int) decoded {
		if i == 5 {
			cancel()
			<-release // a picture that takes for ever
		}
		return r.decode(i)
	}, r.take)
	if took := time.Since(start); !errors.Is(err, context.Canceled) || took > time.Second {
		t.Errorf("%v after %v", err, took)
	}
	if _, err := New(dir, 1, Options{}).Open(ctx, data.Train); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// Progress is told all the time, even if nothing is done.
func TestProgress(t *testing.T) {
	var m meter
	told := map[string]int{}
	err := m.watch(func(what string, done, total int) {
		told[fmt.Sprint(what, " ", done, " of ", total)]++
	}, func() error {
		time.Sleep(2 * tellEvery)
		m.set("reading", 3, 9)
		time.Sleep(10 * tellEvery)
		m.set("reading", 9, 9)
		return errors.New("done")
	})
	if err == nil || err.Error() != "done" || told["reading 3 of 9"] < 3 || told["reading 9 of 9"] < 1 || len(told) != 2 {
		t.Errorf("%v; told %v", err, told)
	}
}

// A decoder that panics is an error that tells which picture it was.
func TestPanicWhileDecoding(t *testing.T) {
	err := decodeAll(t.Context(), 3, 2, func(i int) decoded { panic("no") }, func(i int, d decoded) error { return d.err })
	if err == nil || !strings.Contains(err.Error(), "its decoder panics: no") {
		t.Errorf("error %v", err)
	}
}

func TestPicturesThatChange(t *testing.T) {
	withLittleMemory(t, 100)
	t.Setenv(CacheVariable, t.TempDir())
	dir := manyPictures(t, 200)
	o := Options{Threads: 1}
	c, err := walkFolder(t.Context(), dir, new(meter))
	if err != nil {
		t.Fatal(err)
	}
	putPicture(t, grey(4, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9), dir, "b", "0007.png")
	items, _, _ := new(layout).sift(c)
	r := &pictureReader{o: o, from: c, items: items, progress: new(meter)}
	_, err = r.open(t.Context(), dir, placeOf(c, data.Train, items, o, shape{}), &layout{})
	if !errors.Is(err, data.ErrFormat) || !strings.Contains(err.Error(), "0007.png was changed while it was read") {
		t.Errorf("error %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.Getenv(CacheVariable), "*")); len(left) != 0 {
		t.Errorf("left in the cache: %v", left)
	}
}
