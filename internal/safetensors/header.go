package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// parseHeader parses the JSON of a header. It does not check the offsets of the
// tensors.
func parseHeader(header []byte) (*File, error) {
	header = bytes.TrimRight(header, " ")
	if !bytes.HasPrefix(header, []byte("{")) || !bytes.HasSuffix(header, []byte("}")) {
		return nil, errors.New("its header is not a JSON object")
	}
	if !utf8.Valid(header) {
		return nil, errors.New("its header is not UTF-8")
	}
	f := &File{Metadata: map[string]string{}, Tensors: map[string]Info{}}
	p := parser{json.NewDecoder(bytes.NewReader(header))}
	p.UseNumber()
	err := p.object(func(name string) (err error) {
		if name == metadataName {
			return p.metadata(f.Metadata)
		}
		f.Tensors[name], err = p.tensor()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if _, err := p.Decoder.Token(); err != io.EOF {
		return nil, errors.New("header: more than one JSON object")
	}
	return f, nil
}

// A parser reads the values of a header one at a time. So it detects repeated
// keys, and it creates no values that the format does not have.
type parser struct{ *json.Decoder }

// object reads an object. It calls value to read the value of each key.
func (p parser) object(value func(key string) error) error {
	if err := p.delimiter('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for p.More() {
		key, err := p.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("key %q occurs twice", key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
	}
	return p.delimiter('}')
}

func (p parser) metadata(into map[string]string) error {
	return p.object(func(key string) (err error) {
		into[key], err = p.text()
		return err
	})
}

// tensor reads the entry of a tensor. It checks that the shape has the same
// number of bytes as the data offsets.
func (p parser) tensor() (Info, error) {
	var t Info
	var offsets []int64
	seen := 0
	err := p.object(func(key string) (err error) {
		seen++
		switch key {
		case "dtype":
			t.DType, err = p.text()
		case "shape":
			t.Shape, err = numbers[int](p, strconv.IntSize)
		case "data_offsets":
			offsets, err = numbers[int64](p, 64)
		default:
			err = errors.New("unknown key")
		}
		return err
	})
	if err != nil {
		return t, err
	}
	if seen != 3 {
		return t, errors.New("dtype, shape or data_offsets is missing")
	}
	if len(offsets) != 2 || offsets[0] > offsets[1] {
		return t, fmt.Errorf("data_offsets %v are not a begin and an end", offsets)
	}
	t.begin = offsets[0]
	t.Size, err = byteSize(t.DType, t.Shape)
	if err == nil && t.Size != offsets[1]-offsets[0] {
		err = fmt.Errorf("shape %v of %s has %d bytes, but data_offsets %v have %d",
			t.Shape, t.DType, t.Size, offsets, offsets[1]-offsets[0])
	}
	return t, err
}

// numbers reads an array of nonnegative integers that fit a signed integer of
// the given number of bits.
func numbers[T int | int64](p parser, bits int) ([]T, error) {
	if err := p.delimiter('['); err != nil {
		return nil, err
	}
	var all []T
	for p.More() {
		token, err := p.Token()
		if err != nil {
			return nil, err
		}
		number, ok := token.(json.Number)
		if !ok {
			return nil, fmt.Errorf("have %v, want a number", token)
		}
		n, err := strconv.ParseUint(number.String(), 10, bits-1)
		if err != nil {
			return nil, fmt.Errorf("number %s is not a size", number)
		}
		all = append(all, T(n))
	}
	return all, p.delimiter(']')
}

// Token returns the next token. The end of the header is an error.
func (p parser) Token() (json.Token, error) {
	token, err := p.Decoder.Token()
	if err == io.EOF {
		err = errors.New("unexpected end")
	}
	return token, err
}

func (p parser) text() (string, error) {
	token, err := p.Token()
	if err != nil {
		return "", err
	}
	text, ok := token.(string)
	if !ok {
		return "", fmt.Errorf("have %v, want a string", token)
	}
	return text, nil
}

func (p parser) delimiter(want json.Delim) error {
	token, err := p.Token()
	if err == nil && token != want {
		err = fmt.Errorf("have %v, want %v", token, want)
	}
	return err
}
