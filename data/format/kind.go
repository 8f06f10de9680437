package format

// A Kind is a kind of file: one that a decoder of this package reads, or one that
// people have and no decoder reads.
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

	KindGzip // by Gunzip; what is in it has a kind too
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

// kinds are the names of the kinds, and of those that are not read the way to
// something that is.
var kinds = []struct{ name, hint string }{
	KindUnknown: {"unknown", ""},
	KindPNG:     {"PNG", ""}, KindJPEG: {"JPEG", ""}, KindGIF: {"GIF", ""}, KindBMP: {"BMP", ""}, KindTIFF: {"TIFF", ""}, KindWebP: {"WebP", ""}, KindNetpbm: {"netpbm", ""},
	KindNPY: {"npy", ""}, KindNPZ: {"npz", ""}, KindMAT: {"MATLAB", ""}, KindIDX: {"IDX", ""}, KindCSV: {"CSV", ""}, KindCIFAR: {"CIFAR", ""},
	KindGzip: {"gzip", ""}, KindZip: {"zip", ""}, KindTar: {"tar", ""},

	KindHEIC: {"HEIC", toPicture}, KindAVIF: {"AVIF", toPicture}, KindJPEGXL: {"JPEG XL", toPicture}, KindJPEG2000: {"JPEG 2000", toPicture},
	KindPSD: {"Photoshop", toPicture}, KindSVG: {"SVG", "draw it as a PNG of the size that you want"}, KindICO: {"icon", toPicture},
	KindEXR: {"OpenEXR", toPicture}, KindRadianceHDR: {"Radiance HDR", toPicture}, KindPFM: {"PFM", toPicture},
	KindHDF5:    {"HDF5", "save the array as npy; from MATLAB, save with -v7"},
	KindParquet: {"Parquet", toTable}, KindArrow: {"Arrow", toTable}, KindSQLite: {"SQLite", toTable},
	KindPickle:   {"Python pickle", "save the array as npy; of CIFAR fetch the binary version"},
	KindTFRecord: {"TFRecord", "save the array as npy, or pictures as PNG"}, KindSafetensors: {"safetensors", "save the array as npy"},
	KindBzip2: {"bzip2", toUnpack}, KindXZ: {"xz", toUnpack}, KindZstandard: {"Zstandard", toUnpack}, KindSevenZip: {"7z", toUnpack}, KindRAR: {"RAR", toUnpack},
	KindVideo: {"video", "save its frames as PNG"}, KindAudio: {"audio", "save its samples as npy"}, KindPDF: {"PDF", "save its pictures as PNG"},
	KindHTML: {"web page", "fetch the file itself, without a login page between"}, KindJSON: {"JSON", toTable},
	KindUTF16: {"UTF-16 text", "save it as UTF-8, or as CSV without Unicode"},
}

const (
	toPicture = "convert it to PNG"
	toTable   = "save the table as CSV"
	toUnpack  = "unpack it first"
)

// String returns the name that people know the kind by, "PNG" or "Python pickle".
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

// Hint tells how a file of a kind that is not read becomes one that is. It is
// empty for the others.
func (k Kind) Hint() string {
	if int(k) >= len(kinds) {
		return ""
	}
	return kinds[k].hint
}
