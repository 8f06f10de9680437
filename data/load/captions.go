package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// The tables with the captions of pictures. captionsTable has the form of [labelsTable].
// emojiTable is that of EmojiOne: an object with an object for each picture. The name of the
// picture's file without its ending is the member unicode.
const (
	captionsTable = "captions.csv"
	emojiTable    = "emoji.json"
)

// isCaptions reports whether a file has captions.
func isCaptions(name string) bool {
	base := path.Base(name)
	return base == captionsTable || base == emojiTable
}

// captionsOfTables gives the pictures the captions in the tables. Pictures without a caption
// are left out. The encoder of the captions is made from those of the training pictures.
func (l *layout) captionsOfTables(ctx context.Context, tables []member) error {
	captions := map[string]string{} // by path
	for _, table := range tables {
		if err := ctx.Err(); err != nil {
			return err
		}
		read := func() error { return readPairs(table, "caption", captions) }
		if path.Base(table.path) == emojiTable {
			read = func() error { return l.readEmoji(table, captions) }
		}
		if err := read(); err != nil {
			return fmt.Errorf("%s: %w", table.path, err)
		}
	}
	var without, texts []string
	for split, items := range l.parts {
		l.parts[split] = slices.DeleteFunc(items, func(p item) bool {
			if captions[p.member.path] == "" {
				without = append(without, p.member.path)
			}
			return captions[p.member.path] == ""
		})
		for i, p := range l.parts[split] {
			l.parts[split][i].caption = captions[p.member.path]
			if split == int(data.Train) {
				texts = append(texts, captions[p.member.path])
			}
		}
	}
	if len(texts) == 0 {
		return hint.Add(fmt.Errorf("%w: %s names no picture that is there, such as %s", data.ErrFormat, tables[0].path, without[0]),
			"its lines are file,caption, with the file as it is called from its folder")
	}
	if len(without) > 0 {
		l.notes = append(l.notes, "not read: "+counted(without, "picture that has no caption", "pictures that have no caption"))
	}
	l.text = data.FitText(texts, data.TextSize)
	for _, items := range l.parts {
		for _, p := range items {
			if _, err := l.text.Vector(p.caption); err != nil {
				return fmt.Errorf("the caption of %s: %w", p.member.path, err)
			}
		}
	}
	return nil
}

// readEmoji adds the captions of a table of EmojiOne, by the paths of the pictures. A caption
// is the name and the keywords.
func (l *layout) readEmoji(table member, captions map[string]string) error {
	content, err := table.open()
	if err != nil {
		return err
	}
	defer content.Close()
	var emoji map[string]struct {
		Unicode, Name string
		Keywords      []string
	}
	if err := json.NewDecoder(content).Decode(&emoji); err != nil {
		if wrong := (*json.SyntaxError)(nil); !errors.As(err, &wrong) && !errors.As(err, new(*json.UnmarshalTypeError)) {
			return err
		}
		return hint.Add(fmt.Errorf("%w: it is no table of EmojiOne: %v", data.ErrFormat, err), "for other captions write a table %s", captionsTable)
	}
	byName := map[string]string{}
	for _, e := range emoji {
		if e.Unicode != "" {
			byName[strings.ToLower(e.Unicode)] = strings.TrimSpace(e.Name + " " + strings.Join(e.Keywords, " "))
		}
	}
	for _, items := range l.parts {
		for _, p := range items {
			base := path.Base(p.member.path)
			if caption := byName[strings.ToLower(strings.TrimSuffix(base, path.Ext(base)))]; caption != "" {
				captions[p.member.path] = caption
			}
		}
	}
	return nil
}
