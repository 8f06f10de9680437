package format

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// npyMaxDims is the largest number of dimensions of an array, as in NumPy 1.
const npyMaxDims = 32

// An npyHeader describes the bytes after it.
type npyHeader struct {
	descr   string // byte order ('<', '>' or '|') and element type, "<f4"
	fortran bool   // the first index varies fastest, not the last
	shape   []int
}

func (h npyHeader) order() binary.ByteOrder {
	if h.descr[0] == '>' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// npyPreamble returns everything before the elements: magic, version 1.0, and the header.
// The header is padded, so that the elements begin at a multiple of 64 bytes.
func npyPreamble(descr string, shape []int) []byte {
	var sizes strings.Builder
	for _, d := range shape {
		fmt.Fprintf(&sizes, "%d, ", d)
	}
	tuple := sizes.String()
	if len(shape) > 1 {
		tuple = strings.TrimSuffix(tuple, ", ") // only (3,) keeps its comma
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, strings.TrimSuffix(tuple, " "))
	const fixed = len(NPYMagic) + 2 + 2
	text += strings.Repeat(" ", 63-(fixed+len(text))%64) + "\n"
	head := append([]byte(NPYMagic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	return append(head, text...)
}

// parseNPYHeader parses an npy header, which is a Python dictionary.
func parseNPYHeader(text string) (npyHeader, error) {
	var h npyHeader
	s := npyScanner{rest: text}
	seen := map[string]bool{}
	s.expect("{")
	for s.err == nil && !s.accept("}") {
		key := s.quoted()
		s.expect(":")
		seen[key] = true
		switch key {
		case "descr":
			h.descr = s.descr()
		case "fortran_order":
			h.fortran = s.boolean()
		case "shape":
			h.shape = s.tuple()
		default:
			s.fail("key %q, want descr, fortran_order and shape", clip(key))
		}
		if !s.accept(",") {
			s.expect("}")
			break
		}
	}
	if s.err == nil && len(seen) < 3 {
		s.fail("descr, fortran_order or shape is missing")
	}
	if s.err == nil && strings.TrimSpace(s.rest) != "" {
		s.fail("%q after its end", clip(s.rest))
	}
	return h, s.err
}

// An npyScanner takes the words of a header from the front of rest. After an error it takes
// nothing.
type npyScanner struct {
	rest string
	err  error // the first failure
}

func (s *npyScanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
		s.rest = ""
	}
}

// accept takes word if it is next, after white space.
func (s *npyScanner) accept(word string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s.rest, " \t\r\n"), word)
	if ok {
		s.rest = rest
	}
	return ok
}

func (s *npyScanner) expect(word string) {
	if !s.accept(word) {
		s.fail("found %q, want %q", clip(s.rest), word)
	}
}

// quoted takes a string in single or double quotes, without escapes.
func (s *npyScanner) quoted() string {
	quote := "'"
	if !s.accept(quote) {
		quote = `"`
		s.expect(quote)
	}
	text, rest, ok := strings.Cut(s.rest, quote)
	if !ok {
		s.fail("a string has no end: %q", clip(s.rest))
		return ""
	}
	s.rest = rest
	return text
}

// descr takes the type of the elements.
func (s *npyScanner) descr() string {
	if s.accept("[") {
		s.fail("structured elements are not read")
		s.err = hint.Add(s.err, "save each field as an array")
	}
	text := s.quoted()
	if s.err == nil && (len(text) < 2 || !strings.ContainsRune("<>|", rune(text[0]))) {
		s.fail("element type %q, want a byte order <, > or | and a type, as in \"<f4\"", clip(text))
	}
	return text
}

func (s *npyScanner) boolean() bool {
	if s.accept("True") {
		return true
	}
	s.expect("False")
	return false
}

// tuple takes the sizes of the dimensions.
func (s *npyScanner) tuple() []int {
	shape := []int{}
	s.expect("(")
	for s.err == nil && !s.accept(")") {
		if len(shape) == npyMaxDims {
			s.fail("more than %d dimensions", npyMaxDims)
			break
		}
		shape = append(shape, s.size())
		if !s.accept(",") {
			s.expect(")")
			break
		}
	}
	return shape
}

// size takes a decimal number. It may end with L, as in Python 2.
func (s *npyScanner) size() int {
	s.accept("") // skip white space
	digits := s.rest[:len(s.rest)-len(strings.TrimLeft(s.rest, "0123456789"))]
	s.rest = s.rest[len(digits):]
	s.accept("L")
	d, err := strconv.Atoi(digits)
	if errors.Is(err, strconv.ErrRange) {
		s.fail("size %s is impossible", clip(digits))
	} else if err != nil {
		s.fail("found %q, want a size", clip(s.rest))
	}
	return d
}

// clip shortens text from a file for an error message.
func clip(text string) string {
	if len(text) > 24 {
		return text[:24] + "..."
	}
	return text
}
