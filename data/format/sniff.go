package format

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// SniffLen is the number of bytes at the beginning of a file that [Sniff] uses.
const SniffLen = 1024

// Sniff determines the kind of a file from head, its first bytes, [SniffLen] or all of them.
// Some kinds have no characteristic first bytes: text such as CSV, CIFAR, old tar and old
// MATLAB files. For these it uses the name. If content and name are of different kinds, the
// content decides. If neither is known, the kind is [KindUnknown]. If head is empty, the
// name decides.
func Sniff(head []byte, name string) Kind {
	head = head[:min(len(head), SniffLen)]
	if k := sniffContent(head); k != KindUnknown {
		return k
	}
	named := sniffName(name)
	switch {
	case len(head) == 0:
		return named
	case named == KindCSV || isTable(head):
		if isText(head) {
			return KindCSV
		}
	case named == KindCIFAR || named == KindTar || named == KindMAT || named == KindAudio || named == KindVideo || named == KindTFRecord:
		return named
	}
	return KindUnknown
}

// signatures are the characteristic bytes of files, at offset at. If one signature is the
// beginning of another, the longer one is first.
var signatures = []struct {
	at   int
	text string
	kind Kind
}{
	{0, "\x89PNG\r\n\x1a\n", KindPNG},
	{0, "\xff\xd8\xff", KindJPEG},
	{0, "GIF87a", KindGIF}, {0, "GIF89a", KindGIF},
	{0, "II*\x00", KindTIFF}, {0, "MM\x00*", KindTIFF}, {0, "II+\x00", KindTIFF}, {0, "MM\x00+", KindTIFF},
	{8, "WEBP", KindWebP}, {8, "WAVE", KindAudio}, {8, "AVI ", KindVideo},
	{0, NPYMagic, KindNPY},
	{0, "MATLAB 7.3 MAT-file", KindHDF5}, {0, "MATLAB 5.0 MAT-file", KindMAT},
	{0, "\x89HDF\r\n\x1a\n", KindHDF5}, {512, "\x89HDF\r\n\x1a\n", KindHDF5},
	{0, "\x1f\x8b", KindGzip}, {0, "PK\x03\x04", KindZip}, {0, "PK\x05\x06", KindZip}, {257, "ustar", KindTar},
	{4, "ftypheic", KindHEIC}, {4, "ftypheix", KindHEIC}, {4, "ftyphevc", KindHEIC}, {4, "ftypmif1", KindHEIC}, {4, "ftypmsf1", KindHEIC},
	{4, "ftypavif", KindAVIF}, {4, "ftypavis", KindAVIF}, {4, "ftypM4A ", KindAudio}, {4, "ftyp", KindVideo}, {0, "\x1aE\xdf\xa3", KindVideo},
	{0, "\xff\x0a", KindJPEGXL}, {0, "\x00\x00\x00\x0cJXL ", KindJPEGXL},
	{0, "\x00\x00\x00\x0cjP  ", KindJPEG2000}, {0, "\xff\x4f\xff\x51", KindJPEG2000},
	{0, "8BPS", KindPSD}, {0, "\x00\x00\x01\x00", KindICO}, {0, "v/1\x01", KindEXR},
	{0, "#?RADIANCE", KindRadianceHDR}, {0, "#?RGBE", KindRadianceHDR}, {0, "PF\n", KindPFM}, {0, "Pf\n", KindPFM},
	{0, "PAR1", KindParquet}, {0, "ARROW1", KindArrow}, {0, "SQLite format 3\x00", KindSQLite},
	{0, "\x80\x02", KindPickle}, {0, "\x80\x03", KindPickle}, {0, "\x80\x04\x95", KindPickle}, {0, "\x80\x05\x95", KindPickle},
	{0, "BZh", KindBzip2}, {0, "\xfd7zXZ\x00", KindXZ}, {0, "\x28\xb5\x2f\xfd", KindZstandard}, {0, "7z\xbc\xaf\x27\x1c", KindSevenZip}, {0, "Rar!\x1a\x07", KindRAR},
	{0, "fLaC", KindAudio}, {0, "OggS", KindAudio}, {0, "ID3", KindAudio}, {0, "%PDF-", KindPDF},
	{0, "\xff\xfe", KindUTF16}, {0, "\xfe\xff", KindUTF16},
}

// sniffContent determines a kind from the first bytes only.
func sniffContent(head []byte) Kind {
	for _, s := range signatures {
		if len(head) >= s.at+len(s.text) && string(head[s.at:s.at+len(s.text)]) == s.text {
			if s.kind == KindZip && strings.HasSuffix(firstEntry(head), ".npy") {
				return KindNPZ
			}
			return s.kind
		}
	}
	switch {
	case len(head) >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '7' && isBlank(head[2]):
		return KindNetpbm
	case len(head) >= 26 && string(head[:2]) == "BM" && head[14] <= 124 && string(head[15:18]) == "\x00\x00\x00":
		return KindBMP
	case len(head) >= 8 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0e && head[3] >= 1 && head[3] <= 8:
		return KindIDX
	case len(head) >= 9 && head[8] == '{' && string(head[4:8]) == "\x00\x00\x00\x00":
		return KindSafetensors
	}
	return sniffMarkup(head)
}

// firstEntry returns the name of the first file in a zip archive.
func firstEntry(head []byte) string {
	if len(head) < 30 {
		return ""
	}
	length := int(head[26]) | int(head[27])<<8
	return string(head[30:min(len(head), 30+length)])
}

// sniffMarkup determines the kind of text that begins with a bracket.
func sniffMarkup(head []byte) Kind {
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte(byteOrderMark))))
	switch {
	case bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<svg")):
		return KindSVG
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return KindHTML
	case bytes.HasPrefix(text, []byte(`{"`)), bytes.HasPrefix(text, []byte(`[{`)), bytes.HasPrefix(text, []byte("{\n")):
		return KindJSON
	}
	return KindUnknown
}

// endings are the endings of file names by kind.
var endings = map[Kind]string{
	KindPNG: ".png", KindJPEG: ".jpg .jpeg .jpe .jfif", KindGIF: ".gif", KindBMP: ".bmp .dib", KindTIFF: ".tif .tiff", KindWebP: ".webp",
	KindNetpbm: ".pbm .pgm .ppm .pnm .pam", KindNPY: ".npy", KindNPZ: ".npz", KindMAT: ".mat", KindIDX: ".idx .idx1-ubyte .idx3-ubyte .idx4-ubyte",
	KindCSV: ".csv .tsv .tab", KindGzip: ".gz .tgz", KindZip: ".zip", KindTar: ".tar",
	KindHEIC: ".heic .heif", KindAVIF: ".avif", KindJPEGXL: ".jxl", KindJPEG2000: ".jp2 .j2k .jpx", KindPSD: ".psd", KindSVG: ".svg", KindICO: ".ico", KindEXR: ".exr",
	KindRadianceHDR: ".hdr", KindPFM: ".pfm", KindHDF5: ".h5 .hdf5", KindParquet: ".parquet", KindArrow: ".arrow .feather", KindPickle: ".pkl .pickle",
	KindTFRecord: ".tfrecord .tfrecords", KindSafetensors: ".safetensors", KindSQLite: ".sqlite .db", KindBzip2: ".bz2 .tbz2", KindXZ: ".xz .txz",
	KindZstandard: ".zst", KindSevenZip: ".7z", KindRAR: ".rar", KindVideo: ".mp4 .avi .mov .mkv .webm", KindAudio: ".wav .mp3 .flac .ogg .m4a",
	KindPDF: ".pdf", KindHTML: ".html .htm", KindJSON: ".json .jsonl",
}

// sniffName determines a kind from the name of a file only.
func sniffName(name string) Kind {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	ext := path.Ext(base)
	for kind, list := range endings {
		if ext != "" && slices.Contains(strings.Fields(list), ext) {
			return kind
		}
	}
	stem := strings.TrimSuffix(base, ".bin")
	if stem != base && (strings.HasPrefix(stem, "data_batch_") || stem == "test_batch" || stem == "train" || stem == "test") {
		return KindCIFAR
	}
	return KindUnknown
}

// isText reports whether head is the beginning of text.
func isText(head []byte) bool {
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		if r < ' ' && !isBlank(byte(r)) {
			return false
		}
		i += size
	}
	return true
}

// isTable reports whether head is text with the lines of a table: the first or the second
// line has several fields, and at least half of them are numbers.
func isTable(head []byte) bool {
	if !isText(head) {
		return false
	}
	lines := strings.SplitN(strings.TrimPrefix(string(head), byteOrderMark), "\n", 3)
	for _, line := range lines[:min(2, len(lines))] {
		fields := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t", r) })
		numbers := 0
		for _, f := range fields {
			if isNumber(strings.Trim(f, ` "`+"\r")) {
				numbers++
			}
		}
		if len(fields) > 1 && 2*numbers >= len(fields) {
			return true
		}
	}
	return false
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
