package format

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       Kind
	}{
		{"a.png", "\x89PNG\r\n\x1a\n", KindPNG},
		{"a.png", "\xff\xd8\xff\xe0", KindJPEG}, // the content counts
		{"a.jpg", "RIFF\x24\x00\x00\x00WEBPVP8 ", KindWebP},
		{"a.pgm", "P5\n2 2\n255\n", KindNetpbm},
		{"a", "\x00\x00\x08\x03\x00\x00\x00\x01", KindIDX},
		{"a.npz", "PK\x03\x04", KindZip},
		{"a.mat", "MATLAB 5.0 MAT-file, Platform", KindMAT},
		{"a.mat", "MATLAB 7.3 MAT-file, Platform", KindHDF5},
		{"a.mat", "\x00\x00\x00\x00\x0a\x00\x00\x00", KindMAT}, // of level 4
		{"data/data_batch_1.bin", "\x06\x3b\x2b", KindCIFAR},
		{`data\test.bin`, "\x06\x3b\x2b", KindCIFAR},
		{"other.bin", "\x06\x3b\x2b", KindUnknown},
		{"points.csv", "x,y\n", KindCSV},
		{"points.txt", "x\ty\n1.5\t2\n", KindCSV},
		{"points", "1;2\n", KindCSV},
		{"points.csv", "x\x00y", KindUnknown},
		{"README.txt", "Points, in pairs\nof two\n", KindUnknown},
		{"VERSION", "1.2\n", KindUnknown},
		{"IMG_1.HEIC", "\x00\x00\x00\x18ftypheic", KindHEIC},
		{"a.jpg", "\x00\x00\x00\x18ftypavif", KindAVIF},
		{"a.mp4", "\x00\x00\x00\x18ftypisom", KindVideo},
		{"a.psd", "8BPS\x00\x01", KindPSD},
		{"a.svg", "<?xml version=\"1.0\"?>\n<svg width=\"2\">", KindSVG},
		{"train-images-idx3-ubyte", "<!DOCTYPE html><html>", KindHTML},
		{"a.h5", "\x89HDF\r\n\x1a\n", KindHDF5},
		{"a.parquet", "PAR1\x15\x04", KindParquet},
		{"data_batch_1", "\x80\x02}q\x01(U\x0b", KindPickle},
		{"a.csv", "\xff\xfex\x00,\x00", KindUTF16},
		{"a.json", "[{\"x\": 1}]", KindJSON},
		{"a.safetensors", "\x40\x00\x00\x00\x00\x00\x00\x00{\"w\"", KindSafetensors},
		{"a.xyz", "\x01\x02\x03", KindUnknown},
		{"a.xyz", "", KindUnknown},
		{"A.WEBP", "", KindWebP}, // without content the name counts
		{"a.heic", "", KindHEIC},
		{"a.idx3-ubyte", "", KindIDX},
	} {
		if got := Sniff([]byte(c.head), c.name); got != c.want {
			t.Errorf("%s, %q: %v, want %v", c.name, c.head, got, c.want)
		}
	}
}

// Archives are told by what is in them.
func TestSniffArchives(t *testing.T) {
	var npz, plain, tape bytes.Buffer
	for name, file := range map[string]*bytes.Buffer{"x.npy": &npz, "x.png": &plain} {
		w := zip.NewWriter(file)
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	w := tar.NewWriter(&tape)
	if err := w.WriteHeader(&tar.Header{Name: "x.png", Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for want, file := range map[Kind]*bytes.Buffer{KindNPZ: &npz, KindZip: &plain, KindTar: &tape} {
		if got := Sniff(file.Bytes(), "x"); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// The inputs that people brought are told.
func TestSniffCases(t *testing.T) {
	for dir, want := range map[string]Kind{"csv": KindCSV, "pictures": KindUnknown} {
		files, err := os.ReadDir(filepath.Join("testdata", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			got := Sniff(readTestFile(t, filepath.Join("testdata", dir, f.Name())), "")
			if want == KindCSV && got != want || want != KindCSV && !got.IsPicture() {
				t.Errorf("%s: %v", f.Name(), got)
			}
		}
	}
}

// Every kind has a name, and one that is not read a hint.
func TestKinds(t *testing.T) {
	seen := map[string]Kind{}
	for k := KindUnknown; int(k) < len(kinds); k++ {
		if other, twice := seen[k.String()]; twice || k.String() == "" {
			t.Errorf("kinds %d and %d are called %q", other, k, k)
		}
		seen[k.String()] = k
		if read := k == KindUnknown || k.IsRead(); read != (k.Hint() == "") {
			t.Errorf("%v has the hint %q", k, k.Hint())
		}
		if _, named := endings[k]; !named && k != KindUnknown && k != KindCIFAR && k != KindUTF16 {
			t.Errorf("no name of a file ends as of %v", k)
		}
	}
	if KindUTF16 != Kind(len(kinds)-1) || Kind(len(kinds)).String() != "unknown" || Kind(len(kinds)).Hint() != "" {
		t.Error("the kinds end otherwise than their table")
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("PK\x03\x04"), "a.npz")
	f.Add([]byte("<svg"), "")
	f.Add([]byte("1,2\n"), "a.csv")
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		if k := Sniff(head, name); k.String() == "" {
			t.Errorf("kind %d", k)
		}
	})
}
