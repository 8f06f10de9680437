package logs

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// A FolderError is an error about a folder from which no log can be chosen.
type FolderError struct {
	Err  error
	Logs []string // paths of the files in it that can be read, if there are several
}

func (e *FolderError) Error() string { return e.Err.Error() }

// Unwrap returns the error without the files.
func (e *FolderError) Unwrap() error { return e.Err }

// mostFiles is the greatest number of files of a folder that are tried.
const mostFiles = 100

// readFolder reads all event files of a folder and the folders in it. If there are none, it reads
// the only other log that it has.
func readFolder(ctx context.Context, path string, o Options) (*Log, error) {
	var events, texts []string
	root := filepath.Clean(path) + string(filepath.Separator) // so that a link to a folder is followed
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !d.Type().IsRegular():
		case strings.Contains(d.Name(), "tfevents"):
			events = append(events, file)
		case mayBeLog(d.Name()):
			texts = append(texts, file)
		}
		return nil
	})
	if err != nil {
		return nil, within(path, err)
	}
	slices.Sort(events)
	slices.Sort(texts)
	if len(events) > 0 {
		l, err := readEventFiles(ctx, path, events, o)
		return l, within(path, err)
	}
	return readOnly(ctx, path, texts, o)
}

// mayBeLog reports whether a file has a name as logs have it.
func mayBeLog(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".txt", ".log", ".out", ".json", ".jsonl", ".ndjson":
		return true
	case "":
		return strings.Contains(name, "log") || strings.Contains(name, "loss") || strings.Contains(name, "stdout")
	}
	return false
}

// readOnly reads the one file that is a log.
func readOnly(ctx context.Context, path string, files []string, o Options) (*Log, error) {
	none := func(logs []string, format string, args ...any) error {
		return hint.Add(&FolderError{fmt.Errorf("%s: "+format, append([]any{path}, args...)...), logs}, "name a file: %s", formats)
	}
	switch {
	case len(files) == 0:
		return nil, none(nil, "the folder has no event files of TensorBoard and no file .csv, .json, .jsonl, .txt or .log")
	case len(files) > mostFiles:
		return nil, none(nil, "the folder has %d files that could be logs, want at most %d", len(files), mostFiles)
	}
	var found *Log
	var good []string
	var failed error
	for _, file := range files {
		l, err := readFile(ctx, file, o)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			found, good = l, append(good, file)
		case failed == nil:
			failed = err
		}
	}
	switch {
	case len(good) == 1:
		found.Notes = append(found.Notes, "the log is "+printable(good[0]))
		return found, nil
	case len(good) > 1:
		return nil, none(good, "the folder has %d logs: %s", len(good), inner(path, good))
	case len(files) == 1:
		return nil, failed
	}
	return nil, none(nil, "none of the %d files is a log with losses; of the first: %v", len(files), failed)
}

// mostInner is the greatest number of paths in a message.
const mostInner = 5

// inner joins paths, as seen from a folder, for a message. Of many it has the first ones.
func inner(folder string, paths []string) string {
	var names []string
	for _, p := range paths[:min(len(paths), mostInner)] {
		if name, err := filepath.Rel(folder, p); err == nil {
			p = name
		}
		names = append(names, printable(p))
	}
	if more := len(paths) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// readEventFiles reads event files of a folder together.
func readEventFiles(ctx context.Context, folder string, paths []string, o Options) (*Log, error) {
	var readers []*eventReader
	for _, p := range paths {
		file, err := open(ctx, p)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		prefix := ""
		if folder, err := filepath.Rel(folder, filepath.Dir(p)); err == nil && folder != "." {
			prefix = filepath.ToSlash(folder) + "/"
		}
		readers = append(readers, &eventReader{r: bufio.NewReaderSize(&contextReader{ctx: ctx, r: file}, 1<<16), prefix: prefix})
	}
	return parseEvents(readers, o)
}
