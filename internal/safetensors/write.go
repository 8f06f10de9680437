package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// Write writes tensors as one file. Equal metadata and tensors give equal
// bytes, for any order of tensors. As in the reference implementation, tensors
// are sorted by descending element size and then by name, so each is aligned to
// its elements. Metadata is sorted by key. The header is padded so that the
// first tensor begins at a multiple of 64 bytes.
//
// Write returns an error before it writes anything for: a repeated name, the
// name "__metadata__", text that is not UTF-8, an unknown element type, and
// data with a size that does not match the shape.
func Write(w io.Writer, metadata map[string]string, tensors []Tensor) error {
	tensors = slices.SortedFunc(slices.Values(tensors), func(a, b Tensor) int {
		return cmp.Or(cmp.Compare(elementSizes[b.DType], elementSizes[a.DType]), cmp.Compare(a.Name, b.Name))
	})
	for _, t := range tensors {
		if err := check(t); err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	header, err := encodeHeader(metadata, tensors)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range tensors {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

func check(t Tensor) error {
	if t.Name == metadataName {
		return fmt.Errorf("the name is reserved")
	}
	size, err := byteSize(t.DType, t.Shape)
	if err == nil && size != int64(len(t.Data)) {
		err = fmt.Errorf("shape %v of %s has %d bytes, but the data have %d", t.Shape, t.DType, size, len(t.Data))
	}
	return err
}

// encodeHeader returns all bytes before the data of the tensors.
func encodeHeader(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	e := encoder{seen: map[string]bool{}}
	e.text.WriteByte('{')
	if len(metadata) > 0 {
		e.metadata(metadata)
	}
	begin := 0
	for _, t := range tensors {
		e.tensor(t, begin)
		begin += len(t.Data)
	}
	e.text.WriteByte('}')
	if e.err != nil {
		return nil, e.err
	}
	for (lengthSize+e.text.Len())%alignment != 0 {
		e.text.WriteByte(' ')
	}
	if e.text.Len() > maxHeader {
		return nil, fmt.Errorf("header of %d bytes, the format allows %d", e.text.Len(), maxHeader)
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(e.text.Len())), e.text.Bytes()...), nil
}

// An encoder writes the entries of a header. After an error its text is
// invalid.
type encoder struct {
	text bytes.Buffer
	seen map[string]bool // names of the entries
	err  error           // the first error
}

func (e *encoder) metadata(metadata map[string]string) {
	e.key(metadataName)
	e.text.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(metadata)) {
		if i > 0 {
			e.text.WriteByte(',')
		}
		e.quote(key)
		e.text.WriteByte(':')
		e.quote(metadata[key])
	}
	e.text.WriteByte('}')
}

// tensor writes the entry of t. begin is the position of its data in the data
// section.
func (e *encoder) tensor(t Tensor, begin int) {
	e.key(t.Name)
	fmt.Fprintf(&e.text, `{"dtype":"%s","shape":[`, t.DType)
	for i, d := range t.Shape {
		if i > 0 {
			e.text.WriteByte(',')
		}
		fmt.Fprint(&e.text, d)
	}
	fmt.Fprintf(&e.text, `],"data_offsets":[%d,%d]}`, begin, begin+len(t.Data))
}

// key writes the key of an entry.
func (e *encoder) key(name string) {
	if e.seen[name] && e.err == nil {
		e.err = fmt.Errorf("tensor %q: the name is used twice", name)
	}
	e.seen[name] = true
	if len(e.seen) > 1 {
		e.text.WriteByte(',')
	}
	e.quote(name)
	e.text.WriteByte(':')
}

// quote writes text as a JSON string.
func (e *encoder) quote(text string) {
	if !utf8.ValidString(text) && e.err == nil {
		e.err = fmt.Errorf("text %q is not UTF-8", text)
	}
	quoted, err := json.Marshal(text)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.text.Write(quoted)
}
