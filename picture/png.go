package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// encoder keeps the memory of finished encodings for the next ones: about 1 MB each, which is
// slow to allocate for each of thousands of small pictures.
var encoder = png.Encoder{BufferPool: &encoderBuffers{}}

// encoderBuffers is a [png.EncoderBufferPool]. It is safe for concurrent use.
type encoderBuffers struct{ pool sync.Pool }

func (b *encoderBuffers) Get() *png.EncoderBuffer {
	buffer, _ := b.pool.Get().(*png.EncoderBuffer)
	return buffer // nil: the encoder allocates one
}

func (b *encoderBuffers) Put(buffer *png.EncoderBuffer) { b.pool.Put(buffer) }

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	headerEnd    = len(pngSignature) + 4 + 4 + 13 + 4 // bytes up to the end of the first chunk, IHDR
	maxKeyword   = 79                                 // bytes; the format's limit
	maxText      = 1 << 20                            // bytes of all text chunks that are written or read
)

// EncodePNG writes the picture as a PNG file with text, such as "gander:seed": "1", in
// order of the keys. ASCII text is in tEXt chunks, other text in iTXt chunks. Equal
// pictures and texts give equal bytes. A key must have 1 to 79 printable ASCII
// characters, without a blank at the beginning or the end and without two blanks in a row.
// A text must be UTF-8 without zeros. Keys and texts together must be shorter than 1 MiB.
func EncodePNG(w io.Writer, m image.Image, text map[string]string) error {
	var chunks []byte
	for _, key := range slices.Sorted(maps.Keys(text)) {
		chunk, err := textChunk(key, text[key])
		if err != nil {
			return fmt.Errorf("PNG text %q: %w", key, err)
		}
		chunks = append(chunks, chunk...)
	}
	if len(chunks) > maxText {
		return fmt.Errorf("PNG text of %d bytes is too long, want at most %d", len(chunks), maxText)
	}
	var file bytes.Buffer
	if err := encoder.Encode(&file, m); err != nil {
		return fmt.Errorf("encoding PNG: %w", err)
	}
	raw := file.Bytes()
	for _, part := range [][]byte{raw[:headerEnd], chunks, raw[headerEnd:]} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// textChunk returns a complete chunk with this key and text.
func textChunk(key, text string) ([]byte, error) {
	if err := checkKeyword(key); err != nil {
		return nil, err
	}
	if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return nil, fmt.Errorf("%q is not UTF-8 without zeros", text)
	}
	kind, content := "tEXt", key+"\x00"+text
	if !isASCII(text) {
		// keyword, 0, not compressed, method 0, no language, no translated keyword
		kind, content = "iTXt", key+"\x00\x00\x00\x00\x00"+text
	}
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	chunk = append(chunk, kind...)
	chunk = append(chunk, content...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:])), nil
}

func checkKeyword(key string) error {
	if key == "" || len(key) > maxKeyword {
		return fmt.Errorf("a key has 1 to %d characters", maxKeyword)
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("a key is of printable ASCII characters")
	}
	if strings.TrimSpace(key) != key || strings.Contains(key, "  ") {
		return fmt.Errorf("a key has no blanks at its ends nor two in a row")
	}
	return nil
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
