package load

import (
	"bufio"
	"context"
	"io"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// A content is what a file of examples holds: one of the four.
type content struct {
	array  *format.Array
	table  *format.Table
	set    *data.Table
	arrays []format.Named
}

// readFile returns the set of the examples in the file at path, which does not have
// several arrays.
func (p *Parts) readFile(ctx context.Context, path string, kind format.Kind) (data.Set, error) {
	c, err := decodeFile(ctx, path, kind)
	if err != nil {
		return nil, inDataset(p.name, err)
	}
	var set *data.Table
	switch {
	case c.array != nil:
		var left int
		if set, err = setOfArray(p.name, c.array, p.o); err == nil {
			set, left, err = withoutEmpty(set)
		}
		if left > 0 {
			p.note("%s", emptyNote(left, ""))
		}
	case c.table != nil:
		var notes []string
		set, notes, err = setOfTable(p.name, c.table)
		p.noteAll(notes)
	default:
		set = c.set
	}
	if err != nil {
		return nil, err
	}
	return set, nil
}

// readArrays returns the source of the examples in a file with several arrays. array is
// the name of the one that is read alone, "" if none is given.
func (p *Parts) readArrays(ctx context.Context, path string, kind format.Kind, array string) (*source, error) {
	content, err := decodeFile(ctx, path, kind)
	if err != nil {
		return nil, err
	}
	found, notes, err := sourceOfArrays(p.name, path, content.arrays, array, p.o)
	p.noteAll(notes)
	return found, err
}

// sourceOfArrays returns the source, called name, of the examples in the arrays of the file
// at path, and notes on what the arrays are.
func sourceOfArrays(name, path string, arrays []format.Named, array string, o Options) (*source, []string, error) {
	c, err := choose(path, arrays, array)
	if err == nil && array == "" {
		err = c.findLabels()
	}
	if err != nil {
		return nil, nil, err
	}
	field, classes, err := c.classes()
	if err != nil {
		return nil, nil, err
	}
	found := &source{}
	for split, part := range c.parts {
		if part == nil {
			continue
		}
		set, err := setOfArray(name, part.examples.Array, o)
		if err == nil && part.labels != nil {
			first := set.Info().First()
			set, err = data.NewTable(data.NewInfo(name, first, field), set.Column(first.Name), data.Values{Ints: classes[split]})
		}
		if err == nil {
			var left int
			if set, left, err = withoutEmpty(set); left > 0 {
				c.notes = append(c.notes, emptyNote(left, data.Split(split).String()))
			}
		}
		if err != nil {
			return nil, nil, err
		}
		found.parts[split] = func(context.Context) (data.Set, error) { return set, nil }
	}
	if array != "" {
		return found, c.notes, nil
	}
	return found, c.allNotes(), nil
}

// decodeFile returns what a file of some kind holds. Errors do not name the file.
func decodeFile(ctx context.Context, path string, kind format.Kind) (c content, err error) {
	file, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer file.Close()
	unpacked, err := format.Gunzip(&contextReader{ctx: ctx, r: file})
	if err != nil {
		return c, err
	}
	r := bufio.NewReader(unpacked)
	switch kind {
	case format.KindNPY:
		c.array, err = format.DecodeNPY(r)
	case format.KindCSV:
		c.table, err = format.DecodeTable(r)
	case format.KindIDX:
		c.set, err = idxFiles{images: path, labels: labelsBeside(path)}.load(ctx, path, idxFiles{})
	case format.KindCIFAR:
		c.set, err = decodeCIFAR(path, r)
	case format.KindMAT:
		c.arrays, err = examplesFirst(format.DecodeMAT(r))
	case format.KindNPZ:
		info, statErr := file.Stat()
		if statErr != nil {
			return c, statErr
		}
		c.arrays, err = format.DecodeNPZ(contextReaderAt{ctx, file}, info.Size())
	default:
		head, peekErr := r.Peek(8)
		if err = notRead(kind, head); peekErr != nil && peekErr != io.EOF {
			err = peekErr
		}
	}
	return c, err
}
