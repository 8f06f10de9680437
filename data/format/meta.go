package format

import (
	"bytes"
	"encoding/binary"
	"image"
)

// A pictureMeta is the information in a picture file other than the pixels.
type pictureMeta struct {
	file        []byte       // the file that the decoder reads
	size        image.Config // width and height; 0 if the decoder has to find them
	orientation int          // of Exif, 1 to 8; 0 if unknown
	bits        int          // number of bits of 16 that are in use; 0 if unknown
	grey        bool         // the picture is grey, although the decoder returns colours
	clearAlpha  bool         // if alpha is 0 everywhere, there is no alpha
	negative    bool         // the decoder exchanges black and white
	video       bool         // luma from 16 to 235, not from 0 to 255
	unread      string       // why the picture cannot be read; "" if it can
	warnings    []string
}

// several is the warning for a file with more than one picture.
const several = "the first of several pictures in the file"

// readMeta reads the information that the decoders of pictures do not return.
func readMeta(kind Kind, file []byte) pictureMeta {
	meta := pictureMeta{file: file}
	switch kind {
	case KindPNG:
		meta.readPNG()
	case KindJPEG:
		meta.readJPEG()
	case KindGIF:
		if gifFrames(file) > 1 {
			meta.warnings = append(meta.warnings, several)
		}
	case KindTIFF:
		meta.readTIFF()
	case KindWebP:
		meta.readWebP()
	case KindBMP:
		meta.clearAlpha = true
	}
	return meta
}

// readPNG finds sBIT, the significant bits of each channel (PNG specification,
// third edition, 11.3.2.4), and eXIf (11.3.4.4).
func (m *pictureMeta) readPNG() {
	if len(m.file) > 25 {
		m.grey = m.file[25] == 0 || m.file[25] == 4 // the colour type: grey without and with alpha
	}
	for rest := m.file[8:]; len(rest) >= 12; {
		length := binary.BigEndian.Uint32(rest)
		if uint64(length) > uint64(len(rest)-12) {
			return
		}
		content := rest[8 : 8+length]
		switch string(rest[4:8]) {
		case "sBIT":
			if len(content)%2 == 0 && len(content) > 0 {
				content = content[:len(content)-1] // without the bits of alpha
			}
			for _, bits := range content {
				m.bits = max(m.bits, int(bits))
			}
		case "eXIf":
			m.orientation = orientation(content)
		}
		rest = rest[12+length:]
	}
}

// readJPEG finds Exif in the segment APP1 (Exif 2.32, 4.5.4). In a file with four channels,
// the segment APP14 of Adobe's programs defines how they are stored. If there is no such
// segment, readJPEG adds one for inverted CMYK, because nearly all such files are so.
func (m *pictureMeta) readJPEG() {
	inks, adobe := false, false
	for rest := m.file[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		marker := rest[1]
		if marker == 0xff { // a fill byte
			rest = rest[1:]
			continue
		}
		if marker == 0 || marker >= 0xd0 && marker <= 0xd9 { // no length follows
			break
		}
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xda || length < 2 || length > len(rest)-2 { // the pixels begin
			break
		}
		content := rest[4 : 2+length]
		switch {
		case marker == 0xe1 && bytes.HasPrefix(content, []byte("Exif\x00\x00")):
			m.orientation = orientation(content[6:])
		case marker == 0xee && bytes.HasPrefix(content, []byte("Adobe")):
			adobe = true
		case marker >= 0xc0 && marker <= 0xc2 && len(content) >= 6: // SOF: precision, height, width, channels
			inks = content[5] == 4
			if m.size.Height*m.size.Width == 0 {
				m.size.Height, m.size.Width = int(binary.BigEndian.Uint16(content[1:])), int(binary.BigEndian.Uint16(content[3:]))
			}
		}
		rest = rest[2+length:]
	}
	if inks && !adobe {
		const app14 = "\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
		m.file = append([]byte("\xff\xd8"+app14), m.file[2:]...)
	}
}

// readTIFF finds the orientation and a second picture. If the compression is that of a fax
// (TIFF 6.0, section 11) and a bit of 0 is black, the decoder exchanges black and white.
func (m *pictureMeta) readTIFF() {
	if m.file[2] == '+' || m.file[3] == '+' {
		m.unread = "BigTIFF files, with offsets of 64 bits, are not read"
		return
	}
	d, _ := tiffDirectory(m.file)
	m.orientation = d.short(0x0112)
	compression, blackIsZero := d.short(0x0103), d.short(0x0106) == 1
	m.negative = (compression == 3 || compression == 4) && blackIsZero
	if len(d.next) == 4 && string(d.next) != "\x00\x00\x00\x00" {
		m.warnings = append(m.warnings, several)
	}
}

// readWebP finds the chunk EXIF of an extended file (RFC 9649, 2.7).
func (m *pictureMeta) readWebP() {
	m.video = true
	for rest := m.file[12:]; len(rest) >= 8; {
		length := binary.LittleEndian.Uint32(rest[4:])
		if uint64(length) > uint64(len(rest)-8) {
			return
		}
		content := rest[8 : 8+length]
		switch string(rest[:4]) {
		case "VP8X":
			if len(content) > 0 && content[0]&0x02 != 0 {
				m.unread = "animations are not read"
			}
		case "EXIF":
			m.orientation = orientation(bytes.TrimPrefix(content, []byte("Exif\x00\x00")))
		}
		rest = rest[min(8+uint64(length)+uint64(length)%2, uint64(len(rest))):]
	}
}

// A directory is the first list of tags in a TIFF file, or in Exif.
type directory struct {
	tags  []byte // 12 bytes each
	next  []byte // the offset of the next list, 4 bytes; empty if the file ends before it
	order binary.ByteOrder
}

// tiffDirectory returns the first list of tags (TIFF 6.0, section 2). If there is none, ok
// is false.
func tiffDirectory(file []byte) (d directory, ok bool) {
	if len(file) < 8 {
		return d, false
	}
	switch string(file[:4]) {
	case "II*\x00":
		d.order = binary.LittleEndian
	case "MM\x00*":
		d.order = binary.BigEndian
	default:
		return d, false
	}
	at := int64(d.order.Uint32(file[4:]))
	if at > int64(len(file)-2) {
		return d, false
	}
	n := 12 * int(d.order.Uint16(file[at:]))
	rest := file[at+2:]
	if n > len(rest) {
		return d, false
	}
	d.tags, d.next = rest[:n], rest[n:min(n+4, len(rest))]
	return d, true
}

// orientation returns tag 0x0112 of Exif or of a TIFF file, 0 if there is none.
func orientation(exif []byte) int {
	d, _ := tiffDirectory(exif)
	return d.short(0x0112)
}

// short returns the value of a tag of 16 bits, 0 if there is none.
func (d directory) short(tag uint16) int {
	for tags := d.tags; len(tags) > 0; tags = tags[12:] {
		if d.order.Uint16(tags) == tag && d.order.Uint16(tags[2:]) == 3 {
			return int(d.order.Uint16(tags[8:]))
		}
	}
	return 0
}

// gifFrames returns the number of pictures in a GIF file (GIF89a, 20), at most 2.
func gifFrames(file []byte) int {
	colours := func(flags byte) int { // number of bytes of a colour table
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	if len(file) < 13 {
		return 0
	}
	frames, at := 0, 13+colours(file[10])
	for at < len(file) && frames < 2 {
		switch file[at] {
		case 0x21: // an extension: its kind, then blocks
			at += 2
		case 0x2c: // a picture: position and size, perhaps a colour table, the code size, then blocks
			if at+10 > len(file) {
				return frames
			}
			frames++
			at += 11 + colours(file[at+9])
		default:
			return frames
		}
		for at < len(file) && file[at] != 0 {
			at += 1 + int(file[at])
		}
		at++
	}
	return frames
}

// finish converts a decoded image to a Picture, corrected by the information of the file.
func (m *pictureMeta) finish(img image.Image) *Picture {
	if m.clearAlpha {
		ignoreClearAlpha(img)
	}
	if grey, ok := img.(*image.Gray); ok && m.negative {
		for i, v := range grey.Pix {
			grey.Pix[i] = 255 - v
		}
	}
	if dark := scale16(img, m.bits); dark {
		m.warnings = append(m.warnings, tooDark)
	}
	p := fromImage(img, m.grey, m.video)
	p.Warnings = m.warnings
	return oriented(p, m.orientation)
}
