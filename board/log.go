package board

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"unicode/utf8"
)

// A logPart is some lines of a journal, as they are.
type logPart struct {
	Lines []string `json:"lines"`
	Start int64    `json:"start"` // the place in the file where the first line begins
	End   int64    `json:"end"`   // behind the last line
	Size  int64    `json:"size"`  // of the file
}

// Limits of a part of a journal.
const (
	logBytes = 256 << 10
	logLines = 200
	logLine  = 16 << 10 // bytes of a line that are shown
)

// serveLog answers with the last lines of the journal that end at or before the byte end;
// without it, with the last lines.
func (b *Board) serveLog(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	part := logPart{Lines: []string{}}
	file, err := b.root.Open(e.file("journal.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return writeJSON(w, part)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	end, err := integer(r, "end", info.Size(), 0, 1<<62)
	if err != nil {
		return err
	}
	part.Size = info.Size()
	if err := part.read(file, min(end, info.Size())); err != nil {
		return err
	}
	return writeJSON(w, part)
}

// read reads the whole lines before end.
func (p *logPart) read(file io.ReaderAt, end int64) error {
	from := max(end-logBytes, 0)
	text := make([]byte, end-from)
	n, err := file.ReadAt(text, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	text = text[:n]
	last := bytes.LastIndexByte(text, '\n') + 1 // a line that is being written does not count
	p.End = from + int64(last)
	text = text[:last]
	if from > 0 { // the first line may begin before
		first := bytes.IndexByte(text, '\n') + 1
		from, text = from+int64(first), text[first:]
	}
	p.Start = from
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines = lines[:len(lines)-1]
	if extra := len(lines) - logLines; extra > 0 {
		for _, l := range lines[:extra] {
			p.Start += int64(len(l))
		}
		lines = lines[extra:]
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, shown(string(l[:len(l)-1])))
	}
	return nil
}

// shown returns a line for the page: valid UTF-8, and not too long.
func shown(line string) string {
	if len(line) > logLine {
		line = fmt.Sprintf("%s ... (%d bytes)", line[:logLine], len(line))
	}
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "\uFFFD")
	}
	return line
}
