package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/atomicfile"
)

// tagsFile is the file in the folder of a run with what people say about it.
const tagsFile = "board.json"

// tagsFormat is the version of the file.
const tagsFormat = 1

// Tags are words that people give to a run.
type tags struct {
	Format int      `json:"format"`
	Tags   []string `json:"tags"`
}

// Limits of tags.
const (
	maxTags = 12
	maxTag  = 32 // characters
)

// readTags reads the tags of a run. There are none if the file does not exist.
func readTags(root *os.Root, name string) (tags, error) {
	text, err := readFile(root, name, 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return tags{}, nil
	}
	if err != nil {
		return tags{}, err
	}
	var t tags
	if err := json.Unmarshal(text, &t); err != nil {
		return tags{}, fmt.Errorf("%s: %w", name, err)
	}
	if t.Format > tagsFormat {
		return tags{}, hint.Add(fmt.Errorf("%s: format %d is newer than this program knows, which is %d", name, t.Format, tagsFormat), "update gander")
	}
	if t.Tags, err = cleanTags(t.Tags); err != nil {
		return tags{}, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// cleanTags returns the tags without doubles, in order, or an error for one that is empty
// or too long.
func cleanTags(list []string) ([]string, error) {
	var clean []string
	for _, tag := range list {
		tag = strings.Join(strings.Fields(tag), " ")
		switch {
		case tag == "" || !utf8.ValidString(tag) || strings.ContainsFunc(tag, unicode.IsControl):
			return nil, fmt.Errorf("tag %q has no letters, or has control characters", tag)
		case utf8.RuneCountInString(tag) > maxTag:
			return nil, fmt.Errorf("tag %q has more than %d characters", tag, maxTag)
		}
		clean = append(clean, tag)
	}
	slices.Sort(clean)
	clean = slices.Compact(clean)
	if len(clean) > maxTags {
		return nil, fmt.Errorf("%d tags, want at most %d", len(clean), maxTags)
	}
	return clean, nil
}

// writeTags replaces the tags of the run in a folder.
func writeTags(path string, list []string) error {
	clean, err := cleanTags(list)
	if err != nil {
		return err
	}
	if clean == nil {
		clean = []string{}
	}
	return atomicfile.Write(path, 0o666, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(tags{tagsFormat, clean})
	})
}
