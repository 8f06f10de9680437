package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// A fakeServer has one file. It handles request number n, from 1, by answer[n], or sends
// the file if there is no such answer. It records the requests.
type fakeServer struct {
	*httptest.Server
	entry  data.Entry
	file   []byte
	answer map[int]http.HandlerFunc
	ranges []string // of the requests, "" for the whole file
}

// newFakeServer serves a file of 300 kB. ServeContent sends the requested range.
func newFakeServer(t *testing.T) *fakeServer {
	t.Helper()
	s := &fakeServer{file: bytes.Repeat([]byte("gander!"), 300_000/7)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ranges = append(s.ranges, r.Header.Get("Range"))
		if special := s.answer[len(s.ranges)]; special != nil {
			special(w, r)
			return
		}
		s.serve(w, r)
	}))
	t.Cleanup(s.Close)
	s.entry = data.Entry{Info: data.NewInfo("fake"), Files: []data.File{{
		Name: "file.gz", URL: s.URL + "/file.gz",
		Bytes: int64(len(s.file)), SHA256: fmt.Sprintf("%x", sha256.Sum256(s.file))}}}
	return s
}

// serve responds like a correct server, with ranges and an ETag.
func (s *fakeServer) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1"`)
	http.ServeContent(w, r, "file.gz", time.Time{}, bytes.NewReader(s.file))
}

// cutAfter responds correctly, but the connection breaks after n bytes.
func (s *fakeServer) cutAfter(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.serve(&cuttingWriter{w, n}, r)
	}
}

type cuttingWriter struct {
	http.ResponseWriter
	left int
}

func (c *cuttingWriter) Write(p []byte) (int, error) {
	if len(p) >= c.left {
		c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

// status responds with a status code.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) }
}

// body responds 200 with a text of unknown length.
func body(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.(http.Flusher).Flush()
		io.WriteString(w, text)
	}
}

// fetch downloads the server's entry to dir without pauses.
func (s *fakeServer) fetch(t *testing.T, dir string) error {
	t.Helper()
	f := fetcher{client: s.Client(), stall: time.Minute, pause: func(context.Context, int) error { return nil }}
	return f.get(t.Context(), s.entry, dir)
}

// folder returns the names and sizes of the files in dir.
func folder(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, fmt.Sprint(e.Name(), " ", info.Size()))
	}
	return strings.Join(names, ", ")
}

const whole = "file.gz 299999"

func TestGet(t *testing.T) {
	s, dir := newFakeServer(t), filepath.Join(t.TempDir(), "new", "folder")
	var seen []int64
	progress := func(file string, done, total int64) {
		if file != "file.gz" || total != int64(len(s.file)) {
			t.Errorf("progress of %s, %d in all", file, total)
		}
		seen = append(seen, done)
	}
	if err := Get(t.Context(), s.Client(), s.entry, dir, progress); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "file.gz")); err != nil || !bytes.Equal(got, s.file) {
		t.Errorf("the file is not what was served: %v", err)
	}
	if folder(t, dir) != whole {
		t.Errorf("the folder holds %s", folder(t, dir))
	}
	if !slices.IsSorted(seen) || seen[0] != 0 || seen[len(seen)-1] != int64(len(s.file)) {
		t.Errorf("progress %v", seen)
	}

	seen = nil
	if err := Get(t.Context(), s.Client(), s.entry, dir, progress); err != nil {
		t.Fatal(err)
	}
	if len(s.ranges) != 1 || !slices.Equal(seen, []int64{int64(len(s.file))}) {
		t.Errorf("a file that is there was asked for again: requests %q, progress %v", s.ranges, seen)
	}
}

func TestGetGoesOn(t *testing.T) {
	ignoresRange := func(s *fakeServer) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.Write(s.file) }
	}
	for _, c := range []struct {
		name   string
		before map[string]int // files in the folder before, with their numbers of bytes
		answer func(s *fakeServer) map[int]http.HandlerFunc
		ranges []string
	}{
		{"after a part", map[string]int{"file.gz.part": 1000}, nil, []string{"bytes=1000-"}},
		{"after an empty part", map[string]int{"file.gz.part": 0}, nil, []string{""}},
		{"after a whole part", map[string]int{"file.gz.part": 299_999}, nil, nil},
		{"after a part too long", map[string]int{"file.gz.part": 300_000}, nil, []string{""}},
		{"over a wrong file", map[string]int{"file.gz": 7}, nil, []string{""}},
		{"after cuts", nil, func(s *fakeServer) map[int]http.HandlerFunc {
			return map[int]http.HandlerFunc{1: s.cutAfter(100_000), 2: s.cutAfter(1), 3: s.cutAfter(7)}
		}, []string{"", "bytes=100000-", "bytes=100001-", "bytes=100008-"}},
		{"after a busy server", nil, func(*fakeServer) map[int]http.HandlerFunc {
			return map[int]http.HandlerFunc{1: status(503), 2: status(429)}
		}, []string{"", "", ""}},
		{"from the start where ranges are ignored", map[string]int{"file.gz.part": 1000}, func(s *fakeServer) map[int]http.HandlerFunc {
			return map[int]http.HandlerFunc{1: ignoresRange(s)}
		}, []string{"bytes=1000-"}},
		{"from the start when the range is refused", map[string]int{"file.gz.part": 1000}, func(*fakeServer) map[int]http.HandlerFunc {
			return map[int]http.HandlerFunc{1: status(416)}
		}, []string{"bytes=1000-", ""}},
		{"after a body cut short without a length", nil, func(s *fakeServer) map[int]http.HandlerFunc {
			return map[int]http.HandlerFunc{1: body("application/gzip", string(s.file[:50]))}
		}, []string{"", "bytes=50-"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newFakeServer(t)
			if c.answer != nil {
				s.answer = c.answer(s)
			}
			dir := t.TempDir()
			for name, n := range c.before {
				if err := os.WriteFile(filepath.Join(dir, name), append(s.file, 'x')[:n], 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.fetch(t, dir); err != nil {
				t.Fatal(err)
			}
			if folder(t, dir) != whole {
				t.Errorf("the folder holds %s", folder(t, dir))
			}
			if !slices.Equal(s.ranges, c.ranges) {
				t.Errorf("requests %q, want %q", s.ranges, c.ranges)
			}
		})
	}
}

// When the file changes between two tries, bytes of both are not mixed.
func TestGetAsksForTheSameVersion(t *testing.T) {
	s := newFakeServer(t)
	s.answer = map[int]http.HandlerFunc{1: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"0"`)
		old := bytes.Repeat([]byte("x"), len(s.file))
		http.ServeContent(&cuttingWriter{w, 1000}, r, "file.gz", time.Time{}, bytes.NewReader(old))
	}}
	dir := t.TempDir()
	if err := s.fetch(t, dir); err != nil {
		t.Fatal(err)
	}
	if folder(t, dir) != whole || len(s.ranges) != 2 || s.ranges[1] != "bytes=1000-" {
		t.Errorf("the folder holds %s after requests %q", folder(t, dir), s.ranges)
	}
}

func TestGetFails(t *testing.T) {
	always := func(h http.HandlerFunc) map[int]http.HandlerFunc {
		answers := map[int]http.HandlerFunc{}
		for n := range 2 * maxTries {
			answers[n+1] = h
		}
		return answers
	}
	for _, c := range []struct {
		name     string
		part     int // bytes of the part before
		answer   func(s *fakeServer) http.HandlerFunc
		kind     error
		want     string // in the message
		requests int
		after    string // the content of the folder
	}{
		{"not there", 0, func(*fakeServer) http.HandlerFunc { return status(404) },
			nil, "responds 404 Not Found (hint", 1, ""},
		{"not there, after a part", 9, func(*fakeServer) http.HandlerFunc { return status(404) },
			nil, "responds 404 Not Found (hint", 1, "file.gz.part 9"},
		{"always busy", 0, func(*fakeServer) http.HandlerFunc { return status(500) },
			errAgain, "500 Internal Server Error, 5 times (hint: run the same command again", maxTries, ""},
		{"always cut", 0, func(s *fakeServer) http.HandlerFunc { return s.cutAfter(10) },
			errAgain, "unexpected EOF, 5 times", maxTries, "file.gz.part 50"},
		{"a web page", 9, func(*fakeServer) http.HandlerFunc { return body("text/html; charset=utf-8", "<html>") },
			ErrChecksum, "sends a web page (hint: it may be the login page", 1, "file.gz.part 9"},
		{"a page of known length", 9, func(*fakeServer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") }
		}, ErrChecksum, "has 6 bytes of type \"text/html", 1, "file.gz.part 9"},
		{"other content", 0, func(s *fakeServer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), len(s.file))) }
		}, ErrChecksum, "its SHA-256 is", 1, ""},
		{"too much", 0, func(s *fakeServer) http.HandlerFunc {
			return body("application/gzip", strings.Repeat("x", len(s.file)+1))
		}, ErrChecksum, "sends more than 299999 bytes", 1, ""},
		{"another range", 9, func(s *fakeServer) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				r.Header.Set("Range", "bytes=7-")
				s.serve(w, r)
			}
		}, nil, `sends the range "bytes 7-299998/299999", want bytes 9-`, 1, "file.gz.part 9"},
		{"a length that lies", 0, func(s *fakeServer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(s.file)))
				io.WriteString(w, "short")
			}
		}, errAgain, "unexpected EOF, 5 times", maxTries, "file.gz.part 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newFakeServer(t)
			s.answer = always(c.answer(s))
			dir := t.TempDir()
			if c.part > 0 {
				if err := os.WriteFile(filepath.Join(dir, "file.gz.part"), s.file[:c.part], 0o666); err != nil {
					t.Fatal(err)
				}
			}
			err := s.fetch(t, dir)
			if err == nil || c.kind != nil && !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
				t.Errorf("error %v, want %q and %v", err, c.want, c.kind)
			}
			if err != nil && !strings.HasPrefix(hint.Text(err), "dataset fake: file.gz: ") {
				t.Errorf("the error does not begin with set and file: %v", err)
			}
			if len(s.ranges) != c.requests {
				t.Errorf("%d requests, want %d: %q", len(s.ranges), c.requests, s.ranges)
			}
			if got := folder(t, dir); got != c.after {
				t.Errorf("the folder holds %q, want %q", got, c.after)
			}
		})
	}
}

// A part with wrong bytes is removed. The next Get succeeds.
func TestGetRemovesAWrongPart(t *testing.T) {
	s, dir := newFakeServer(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file.gz.part"), []byte("rubbish"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := s.fetch(t, dir)
	if !errors.Is(err, ErrChecksum) || !strings.Contains(hint.Text(err), "the file was removed (hint: try again") || folder(t, dir) != "" {
		t.Errorf("error %v; the folder holds %q", err, folder(t, dir))
	}
	if err := s.fetch(t, dir); err != nil || folder(t, dir) != whole {
		t.Errorf("error %v; the folder holds %q", err, folder(t, dir))
	}
}

func TestGetStalled(t *testing.T) {
	s := newFakeServer(t)
	release := make(chan struct{})
	s.answer = map[int]http.HandlerFunc{1: func(w http.ResponseWriter, _ *http.Request) {
		w.Write(s.file[:5])
		w.(http.Flusher).Flush()
		<-release
	}}
	defer close(release)
	f := fetcher{client: s.Client(), stall: 50 * time.Millisecond, pause: func(context.Context, int) error { return nil }}
	dir := t.TempDir()
	if err := f.get(t.Context(), s.entry, dir); err != nil || folder(t, dir) != whole {
		t.Errorf("error %v; the folder holds %q", err, folder(t, dir))
	}
	if !slices.Equal(s.ranges, []string{"", "bytes=5-"}) {
		t.Errorf("requests %q", s.ranges)
	}
}

func TestGetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, dir := newFakeServer(t), t.TempDir()
	s.answer = map[int]http.HandlerFunc{1: func(w http.ResponseWriter, r *http.Request) {
		w.Write(s.file[:5])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	}}
	err := Get(ctx, s.Client(), s.entry, dir, nil)
	if !errors.Is(err, context.Canceled) || errors.Is(err, errAgain) || len(s.ranges) != 1 {
		t.Errorf("error %v after %d requests", err, len(s.ranges))
	}
}

func TestGetIntoAFile(t *testing.T) {
	s, path := newFakeServer(t), filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := s.fetch(t, path); err == nil || !strings.HasPrefix(hint.Text(err), "dataset fake: ") {
		t.Errorf("error %v", err)
	}
}

func TestGetOfADrawnSet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "digits")
	digits, err := data.Lookup("digits")
	if err != nil {
		t.Fatal(err)
	}
	if err := Get(t.Context(), http.DefaultClient, digits, dir, nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made for nothing")
	}
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		for n := 1; n < maxTries; n++ {
			if err := pause(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := time.Since(start), 15*time.Second; got != want {
			t.Errorf("all pauses together last %v, want %v", got, want)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := pause(ctx, 9); !errors.Is(err, context.Canceled) || time.Since(start) != 15*time.Second {
			t.Errorf("a cancelled pause: %v", err)
		}
	})
}
