package format

// A Kind is a kind of file. A decoder of this package may read it. The other kinds are
// common files that no decoder reads.
type Kind uint8

// The kinds of files that are read, and KindUnknown.
const (
	KindUnknown Kind = iota

	KindPNG // pictures, by DecodePicture
	KindJPEG
	KindGIF
	KindBMP
	KindTIFF
	KindWebP
	KindNetpbm // PBM, PGM, PPM, PAM

	KindNPY   // by DecodeNPY
	KindNPZ   // by DecodeNPZ
	KindMAT   // by DecodeMAT
	KindIDX   // by DecodeIDX
	KindCSV   // by DecodeTable and DecodeCSV
	KindCIFAR // by DecodeCIFAR

	KindGzip // by Gunzip; its content has another kind
	KindZip  // by archive/zip
	KindTar  // by archive/tar

	lastRead = KindTar
)

// The kinds of files that are not read.
const (
	KindHEIC Kind = lastRead + 1 + iota
	KindAVIF
	KindJPEGXL
	KindJPEG2000
	KindPSD
	KindSVG
	KindICO
	KindEXR
	KindRadianceHDR
	KindPFM
	KindHDF5
	KindParquet
	KindArrow
	KindPickle
	KindTFRecord
	KindSafetensors
	KindSQLite
	KindBzip2
	KindXZ
	KindZstandard
	KindSevenZip
	KindRAR
	KindVideo
	KindAudio
	KindPDF
	KindHTML
	KindJSON
	KindUTF16
)

// kinds has the names of the kinds. For a kind that is not read, the hint is a way to
// convert it to one that is read.
var kinds = []struct{ name, hint string }{
	KindUnknown: {"unknown", ""},
	KindPNG:     {"PNG", ""}, KindJPEG: {"JPEG", ""}, KindGIF: {"GIF", ""}, KindBMP: {"BMP", ""}, KindTIFF: {"TIFF", ""}, KindWebP: {"WebP", ""}, KindNetpbm: {"netpbm", ""},
	KindNPY: {"npy", ""}, KindNPZ: {"npz", ""}, KindMAT: {"MATLAB", ""}, KindIDX: {"IDX", ""}, KindCSV: {"CSV", ""}, KindCIFAR: {"CIFAR", ""},
	KindGzip: {"gzip", ""}, KindZip: {"zip", ""}, KindTar: {"tar", ""},

	KindHEIC: {"HEIC", toPicture}, KindAVIF: {"AVIF", toPicture}, KindJPEGXL: {"JPEG XL", toPicture}, KindJPEG2000: {"JPEG 2000", toPicture},
	KindPSD: {"Photoshop", toPicture}, KindSVG: {"SVG", "convert it to a PNG of the size that you need"}, KindICO: {"icon", toPicture},
	KindEXR: {"OpenEXR", toPicture}, KindRadianceHDR: {"Radiance HDR", toPicture}, KindPFM: {"PFM", toPicture},
	KindHDF5:    {"HDF5", "save the array as npy; from MATLAB, save with -v7"},
	KindParquet: {"Parquet", toTable}, KindArrow: {"Arrow", toTable}, KindSQLite: {"SQLite", toTable},
	KindPickle:   {"Python pickle", "save the array as npy; for CIFAR download the binary version"},
	KindTFRecord: {"TFRecord", "save the array as npy, or pictures as PNG"}, KindSafetensors: {"safetensors", "save the array as npy"},
	KindBzip2: {"bzip2", toUnpack}, KindXZ: {"xz", toUnpack}, KindZstandard: {"Zstandard", toUnpack}, KindSevenZip: {"7z", toUnpack}, KindRAR: {"RAR", toUnpack},
	KindVideo: {"video", "save its frames as PNG"}, KindAudio: {"audio", "save its samples as npy"}, KindPDF: {"PDF", "save its pictures as PNG"},
	KindHTML: {"web page", "download the file itself: this may be a login page"}, KindJSON: {"JSON", toTable},
	KindUTF16: {"UTF-16 text", "save it as UTF-8, or as CSV without Unicode"},
}

const (
	toPicture = "convert it to PNG"
	toTable   = "save the table as CSV"
	toUnpack  = "unpack it first"
)

// String returns the usual name of the kind, "PNG" or "Python pickle".
func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return kinds[KindUnknown].name
	}
	return kinds[k].name
}

// IsPicture reports whether [DecodePicture] reads files of the kind.
func (k Kind) IsPicture() bool { return k >= KindPNG && k <= KindNetpbm }

// IsRead reports whether a decoder reads files of the kind.
func (k Kind) IsRead() bool { return k > KindUnknown && k <= lastRead }

// Hint returns a way to convert a file of a kind that is not read. It is empty for other
// kinds.
func (k Kind) Hint() string {
	if int(k) >= len(kinds) {
		return ""
	}
	return kinds[k].hint
}
