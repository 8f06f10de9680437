package load

import (
	"bufio"
	"context"
	"io"
	"os"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
)

// A content is what a file of examples holds: one of the three.
type content struct {
	array *format.Array
	table *format.Table
	set   *data.Table
}

// readFile returns the set of the examples in the file at path. array is the name of
// one of its arrays, "" if none is given.
func (p *Parts) readFile(ctx context.Context, path string, kind format.Kind, array string) (data.Set, error) {
	c, notes, err := decodeFile(ctx, path, kind, array, p.o)
	if err != nil {
		return nil, inDataset(p.name, err)
	}
	var set *data.Table
	switch {
	case c.array != nil:
		set, err = setOfArray(p.name, c.array, p.o)
	case c.table != nil:
		var more []string
		set, more, err = setOfTable(p.name, c.table)
		notes = append(notes, more...)
	default:
		set = c.set
	}
	if err != nil {
		return nil, err
	}
	for _, text := range notes {
		p.note("%s", text)
	}
	return set, nil
}

// decodeFile returns what a file of some kind holds, and notes on what it leaves
// out. Errors do not name the file.
func decodeFile(ctx context.Context, path string, kind format.Kind, array string, o Options) (c content, notes []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return c, nil, err
	}
	defer file.Close()
	unpacked, err := format.Gunzip(&contextReader{ctx: ctx, r: file})
	if err != nil {
		return c, nil, err
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
		c.array, notes, err = choose(array, o)(examplesFirst(format.DecodeMAT(r)))
	case format.KindNPZ:
		info, statErr := file.Stat()
		if statErr != nil {
			return c, nil, statErr
		}
		c.array, notes, err = choose(array, o)(format.DecodeNPZ(contextReaderAt{ctx, file}, info.Size()))
	default:
		head, peekErr := r.Peek(8)
		if err = notRead(kind, head); peekErr != nil && peekErr != io.EOF {
			err = peekErr
		}
	}
	return c, notes, err
}
