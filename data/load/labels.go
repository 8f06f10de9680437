package load

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// labelsTable is the name of the table with the classes of the pictures in its folder
// and in the folders below. It has a line for each picture, such as "a.png,cat" or
// "sub/a.png,cat". It may have a header.
const labelsTable = "labels.csv"

// classesOfTables gives the pictures the classes in the tables. Pictures without a
// class are left out.
func (l *layout) classesOfTables(ctx context.Context, tables []member) error {
	labels := map[string]string{} // by path
	for _, table := range tables {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := readPairs(table, "label", labels); err != nil {
			return fmt.Errorf("%s: %w", table.path, err)
		}
	}
	named, first := len(labels), ""
	var names, without []string
	for split, items := range l.parts {
		l.parts[split] = slices.DeleteFunc(items, func(p item) bool {
			label, ok := labels[p.member.path]
			if !ok {
				without = append(without, p.member.path)
				return true
			}
			named--
			names = append(names, label)
			return false
		})
		if first == "" && len(without) > 0 {
			first = without[0]
		}
	}
	if len(names) == 0 {
		return hint.Add(fmt.Errorf("%w: %s names no picture that is there, such as %s", data.ErrFormat, tables[0].path, first),
			"its lines are file,label, with the file as it is called from its folder")
	}
	if len(without) > 0 {
		l.notes = append(l.notes, "not read: "+counted(without, "picture that has no label", "pictures that have no label"))
	}
	if named > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s has labels of %s", labelsTable, count(named, "picture that is not there", "pictures that are not there")))
	}
	l.labels = sortLabels(names)
	classes := map[string]int32{}
	for class, name := range l.labels {
		classes[name] = int32(class)
	}
	for _, items := range l.parts {
		for i, p := range items {
			items[i].class = classes[labels[p.member.path]]
		}
	}
	return nil
}

// sortLabels returns each label once, in order: of their values if all are whole
// numbers.
func sortLabels(labels []string) []string {
	slices.Sort(labels)
	labels = slices.Compact(labels)
	values := map[string]int{}
	for _, label := range labels {
		v, err := strconv.Atoi(label)
		if err != nil {
			return labels
		}
		values[label] = v
	}
	slices.SortStableFunc(labels, func(a, b string) int { return values[a] - values[b] })
	return labels
}

// readPairs adds what a table has for pictures, such as their labels, by their paths. what is
// the noun for it.
func readPairs(table member, what string, labels map[string]string) error {
	content, err := table.open()
	if err != nil {
		return err
	}
	defer content.Close()
	lines := csv.NewReader(content)
	lines.FieldsPerRecord, lines.ReuseRecord, lines.TrimLeadingSpace = 2, true, true
	for first := true; ; first = false {
		fields, err := lines.Read()
		if err == io.EOF {
			return nil
		}
		if malformed := (*csv.ParseError)(nil); errors.As(err, &malformed) {
			return hint.Add(fmt.Errorf("%w: line %d: %v", data.ErrFormat, malformed.Line, malformed.Err), "its lines are file,%s", what)
		}
		if err != nil {
			return err
		}
		file, label := strings.TrimPrefix(fields[0], "\ufeff"), strings.TrimSpace(fields[1])
		if first && !isPicture(file) {
			continue // the header
		}
		name := path.Join(path.Dir(table.path), strings.ReplaceAll(file, `\`, "/"))
		if other, ok := labels[name]; ok && other != label {
			return fmt.Errorf("%w: %s has the %ss %q and %q", data.ErrFormat, file, what, other, label)
		}
		labels[name] = label
	}
}
