package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"
)

// ErrFormat is wrapped by every error of [ReadPNGText] about the content of a file.
var ErrFormat = errors.New("not a whole PNG file")

// ReadPNGText returns the text of a PNG file by key. It returns the text before the pixels,
// where [EncodePNG] writes it. If a key is repeated, the first text is returned. It reads r
// only up to the pixels and checks the checksums. It skips compressed text and keys that
// EncodePNG would not write. It uses at most 1 MiB for text. A file with more text, or one
// that is damaged before the pixels, is an error that wraps [ErrFormat].
func ReadPNGText(r io.Reader) (map[string]string, error) {
	signature := make([]byte, len(pngSignature))
	if err := readFull(r, signature); err != nil {
		return nil, err
	}
	if string(signature) != pngSignature {
		return nil, fmt.Errorf("%w: it begins %q", ErrFormat, signature)
	}
	text := map[string]string{}
	room := maxText
	for {
		kind, content, err := readChunk(r, &room)
		if err != nil {
			return nil, err
		}
		var key, value string
		switch kind {
		case "IDAT", "IEND":
			return text, nil
		case "tEXt":
			key, value, err = parseText(content)
		case "iTXt":
			key, value, err = parseInternational(content)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s chunk: %w", ErrFormat, kind, err)
		}
		if _, repeated := text[key]; key != "" && !repeated {
			text[key] = value
		}
	}
}

// readChunk reads the next chunk. If the chunk is not text, the content is nil. If it is
// the pixels or the end, r is left before the content. The length of the text is
// subtracted from room.
func readChunk(r io.Reader, room *int) (kind string, content []byte, err error) {
	var head [8]byte
	if err := readFull(r, head[:]); err != nil {
		return "", nil, err
	}
	length := int64(binary.BigEndian.Uint32(head[:4]))
	kind = string(head[4:])
	if kind == "IDAT" || kind == "IEND" {
		return kind, nil, nil
	}
	sum := crc32.NewIEEE()
	sum.Write(head[4:])
	body := io.TeeReader(r, sum)
	if kind == "tEXt" || kind == "iTXt" {
		if length > int64(*room) {
			return "", nil, fmt.Errorf("%w: more than %d bytes of text", ErrFormat, maxText)
		}
		*room -= int(length)
		content = make([]byte, length)
		err = readFull(body, content)
	} else {
		_, err = io.CopyN(io.Discard, body, length)
		err = cutShort(err)
	}
	if err != nil {
		return "", nil, err
	}
	var want [4]byte
	if err := readFull(r, want[:]); err != nil {
		return "", nil, err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return "", nil, fmt.Errorf("%w: %q chunk has a wrong checksum", ErrFormat, kind)
	}
	return kind, content, nil
}

// parseText parses a tEXt chunk: keyword, 0, text in Latin-1. It returns an empty key for a
// chunk that is to be skipped.
func parseText(content []byte) (key, text string, err error) {
	key, text, ok := strings.Cut(string(content), "\x00")
	if !ok {
		return "", "", errors.New("no keyword")
	}
	latin := make([]rune, len(text))
	for i := range len(text) {
		latin[i] = rune(text[i])
	}
	if checkKeyword(key) != nil {
		return "", "", nil
	}
	return key, string(latin), nil
}

// parseInternational parses an iTXt chunk: keyword, 0, whether it is compressed, method,
// language, 0, translated keyword, 0, text in UTF-8. It returns an empty key for a chunk
// that is to be skipped.
func parseInternational(content []byte) (key, text string, err error) {
	key, rest, ok := strings.Cut(string(content), "\x00")
	if !ok || len(rest) < 2 {
		return "", "", errors.New("no keyword")
	}
	if rest[0] != 0 || checkKeyword(key) != nil {
		return "", "", nil
	}
	_, rest, ok = strings.Cut(rest[2:], "\x00")
	_, text, translated := strings.Cut(rest, "\x00")
	if !ok || !translated {
		return "", "", errors.New("no text")
	}
	if !utf8.ValidString(text) {
		return "", "", errors.New("text that is not UTF-8")
	}
	return key, text, nil
}

func readFull(r io.Reader, dst []byte) error {
	_, err := io.ReadFull(r, dst)
	return cutShort(err)
}

// cutShort returns err, or an error that wraps [ErrFormat] if err is the end of the file.
func cutShort(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("%w: it ends too soon", ErrFormat)
	}
	return err
}
