package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/gander-ml/gander/hint"
)

// A netpbmHead is the header of a netpbm file.
type netpbmHead struct {
	kind          byte // '1' to '7'
	width, height int
	depth         int  // channels: 1 to 4
	maxval        int  // the value of white, 1 to 65535
	ink           bool // the values are bits, and 1 is black
}

// decodeNetpbm reads PBM, PGM and PPM, plain (P1 to P3) and raw (P4 to P6), and PAM
// (P7). They are described at https://netpbm.sourceforge.net/doc/. Values from 0 to maxval
// are scaled to 0 to 255.
func decodeNetpbm(file []byte) (*Picture, error) {
	s := &netpbmScanner{rest: file[2:]}
	head := s.head(file[1])
	if s.err != nil {
		return nil, fmt.Errorf("netpbm: %w", s.err)
	}
	if err := checkSize(head.width, head.height); err != nil {
		return nil, err
	}
	values, err := s.raster(head)
	if err != nil {
		return nil, fmt.Errorf("netpbm: %w", err)
	}
	p := head.picture(values)
	if head.kind > '3' && len(bytes.TrimSpace(s.rest)) > 0 {
		p.Warnings = append(p.Warnings, several)
	}
	if dark(values, head) {
		p.Warnings = append(p.Warnings, tooDark)
	}
	return p, nil
}

// dark reports whether a picture of 16 bits uses at most the lower 12.
func dark(values []uint16, head netpbmHead) bool {
	if head.maxval < 1<<16-1 {
		return false
	}
	most := uint16(0)
	for i, v := range values {
		if head.depth%2 == 1 || i%head.depth < head.depth-1 { // not alpha
			most = max(most, v)
		}
	}
	return isDark(most)
}

// picture returns the picture of values. These have all channels of a pixel together.
func (head netpbmHead) picture(values []uint16) *Picture {
	size := head.width * head.height
	planes := make([]byte, len(values))
	for i, v := range values {
		v = uint16(min(int(v), head.maxval))
		level := byte((int(v)*255 + head.maxval/2) / head.maxval)
		if head.maxval == 1<<16-1 {
			level = byte(v >> 8)
		}
		if head.ink {
			level = 255 - level
		}
		planes[i%head.depth*size+i/head.depth] = level
	}
	p := &Picture{Channels: head.depth, Height: head.height, Width: head.width, Planes: planes}
	if head.depth == 2 { // grey and alpha
		p.Channels = 4
		p.Planes = bytes.Join([][]byte{planes[:size], planes[:size], planes}, nil)
	}
	return withoutOpaque(p, head.depth == 2)
}

// A netpbmScanner takes words from the front of rest.
type netpbmScanner struct {
	rest []byte
	err  error // the first failure
}

// head reads the header of a file with the magic number P and kind, up to the raster.
func (s *netpbmScanner) head(kind byte) netpbmHead {
	head := netpbmHead{kind: kind, depth: 1, maxval: 1}
	if kind == '7' {
		s.pam(&head)
	} else {
		head.ink = kind == '1' || kind == '4'
		head.width, head.height = s.number(), s.number()
		if kind == '3' || kind == '6' {
			head.depth = 3
		}
		if !head.ink {
			head.maxval = s.number()
		}
		if kind > '3' && len(s.rest) > 0 {
			s.rest = s.rest[1:] // one character of white space
		}
	}
	if s.err == nil && (head.maxval < 1 || head.maxval > 1<<16-1) {
		s.err = fmt.Errorf("the largest value is %d, want 1 to 65535", head.maxval)
	}
	if s.err == nil && (head.depth < 1 || head.depth > 4) {
		s.err = fmt.Errorf("%d channels, want 1 to 4", head.depth)
	}
	return head
}

// pam reads the lines of a PAM header. Each is a name and a value.
func (s *netpbmScanner) pam(head *netpbmHead) {
	head.depth, head.maxval = 0, 0
	for s.err == nil {
		switch name := s.word(); name {
		case "WIDTH":
			head.width = s.number()
		case "HEIGHT":
			head.height = s.number()
		case "DEPTH":
			head.depth = s.number()
		case "MAXVAL":
			head.maxval = s.number()
		case "TUPLTYPE":
			s.word() // not needed: the depth determines the channels
		case "ENDHDR":
			_, s.rest, _ = bytes.Cut(s.rest, []byte("\n"))
			return
		default:
			s.err = fmt.Errorf("%q in the header of a PAM file", clip(name))
		}
	}
}

// word takes the next word. It skips white space and comments. A comment ends at the end of
// the line.
func (s *netpbmScanner) word() string {
	for {
		s.rest = bytes.TrimLeft(s.rest, " \t\r\n\v\f")
		if len(s.rest) == 0 || s.rest[0] != '#' {
			break
		}
		_, s.rest, _ = bytes.Cut(s.rest, []byte("\n"))
	}
	end := bytes.IndexAny(s.rest, " \t\r\n\v\f#")
	if end < 0 {
		end = len(s.rest)
	}
	word := string(s.rest[:end])
	s.rest = s.rest[end:]
	if word == "" && s.err == nil {
		s.err = errCut
	}
	return word
}

var errCut = hint.Add(errors.New("it ends before the end of the picture"), "download it again, it may be incomplete")

// number takes the next word, a number from 0 to 2^31-1.
func (s *netpbmScanner) number() int {
	word := s.word()
	if s.err != nil {
		return 0
	}
	v, err := strconv.ParseUint(word, 10, 31)
	if err != nil {
		s.err = fmt.Errorf("found %q, want a number", clip(word))
	}
	return int(v)
}

// raster reads the values of all pixels.
func (s *netpbmScanner) raster(head netpbmHead) ([]uint16, error) {
	n := head.width * head.height * head.depth
	switch {
	case head.kind == '1':
		return s.plainBits(n)
	case head.kind <= '3':
		return s.plain(n)
	case head.kind == '4':
		return s.bits(head)
	}
	bytesEach := 1
	if head.maxval > 255 {
		bytesEach = 2
	}
	if n > len(s.rest)/bytesEach {
		return nil, errCut
	}
	values := make([]uint16, n)
	for i := range values {
		if bytesEach == 1 {
			values[i] = uint16(s.rest[i])
		} else {
			values[i] = binary.BigEndian.Uint16(s.rest[2*i:])
		}
	}
	s.rest = s.rest[n*bytesEach:]
	return values, nil
}

// plain reads n decimal numbers.
func (s *netpbmScanner) plain(n int) ([]uint16, error) {
	if n > len(s.rest) {
		return nil, errCut
	}
	values := make([]uint16, n)
	for i := range values {
		values[i] = uint16(min(s.number(), 1<<16-1))
	}
	return values, s.err
}

// plainBits reads n digits 0 or 1, with or without white space between them.
func (s *netpbmScanner) plainBits(n int) ([]uint16, error) {
	if n > len(s.rest) {
		return nil, errCut
	}
	values := make([]uint16, 0, n)
	for len(values) < n && s.err == nil {
		for _, digit := range s.word() {
			if digit != '0' && digit != '1' {
				return nil, fmt.Errorf("found %q, want 0 or 1", digit)
			}
			values = append(values, uint16(digit-'0'))
		}
	}
	return values[:min(n, len(values))], s.err
}

// bits reads rows of bits, eight in a byte, the highest bit first. Each row begins at a new
// byte.
func (s *netpbmScanner) bits(head netpbmHead) ([]uint16, error) {
	stride := (head.width + 7) / 8
	if stride*head.height > len(s.rest) {
		return nil, errCut
	}
	values := make([]uint16, 0, head.width*head.height)
	for y := range head.height {
		row := s.rest[y*stride:]
		for x := range head.width {
			values = append(values, uint16(row[x/8]>>(7-x%8)&1))
		}
	}
	s.rest = s.rest[stride*head.height:]
	return values, nil
}
