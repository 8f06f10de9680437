package data

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // both kinds of picture that a folder may hold
	_ "image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// pictureExts are the endings of the files that a folder of pictures is read for.
var pictureExts = []string{".png", ".jpg", ".jpeg"}

// mostPixels bounds a picture's width times height: 16384 x 16384.
const mostPixels = 1 << 28

// ReadImageFolder returns the set, called name, of the PNG and JPEG pictures in
// dir, in order of their names, or else in the folders within dir, each of which
// is then a class. Other files are passed over. All pictures have the size and
// the channels of the first: one that is grey, three, or four with transparency;
// 16 bits are cut to 8. Anything else is an error that names the file and wraps
// [ErrFormat]; a folder without pictures wraps [ErrEmpty].
func ReadImageFolder(name, dir string) (*Images, error) {
	fail := func(err error) (*Images, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	files, classes, err := pictureFiles(dir)
	if err != nil {
		return fail(err)
	}
	if len(files) == 0 {
		return fail(fmt.Errorf("%w: the folder %s holds no PNG or JPEG pictures", ErrEmpty, dir))
	}
	f := &folderReader{info: Info{Name: name, Classes: classes}}
	for _, p := range files {
		if err := f.add(p); err != nil {
			return fail(err)
		}
	}
	return NewImages(f.info, f.pixels, f.labels)
}

// A pictureFile is a picture and its class, -1 if it has none.
type pictureFile struct {
	path  string
	class int
}

// pictureFiles returns the pictures in dir, or else those in its folders and the
// number of these.
func pictureFiles(dir string) (files []pictureFile, classes int, err error) {
	paths, folders, err := listPictures(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, path := range paths {
		files = append(files, pictureFile{path, -1})
	}
	for _, folder := range folders {
		paths, _, err := listPictures(folder)
		if err != nil {
			return nil, 0, err
		}
		if len(paths) == 0 {
			continue
		}
		if len(files) > 0 && files[0].class < 0 {
			return nil, 0, hint.Add(fmt.Errorf("%w: pictures lie both in %s and in %s", ErrFormat, dir, folder),
				"either one folder of pictures, or one folder a class")
		}
		for _, path := range paths {
			files = append(files, pictureFile{path, classes})
		}
		classes++
	}
	return files, classes, nil
}

// listPictures returns the pictures and the folders in dir, each by name. Links
// count as what they lead to.
func listPictures(dir string) (pictures, folders []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			isDir = err == nil && info.IsDir() // where it leads nowhere, reading it says so
		}
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case isDir:
			folders = append(folders, path)
		case slices.Contains(pictureExts, strings.ToLower(filepath.Ext(path))):
			pictures = append(pictures, path)
		}
	}
	return pictures, folders, nil
}

// A folderReader gathers pictures of one shape.
type folderReader struct {
	info   Info
	first  string // the picture that decides the shape
	pixels []byte
	labels []int32
}

// add reads a picture and appends it.
func (f *folderReader) add(p pictureFile) error {
	img, channels, err := readPicture(p.path)
	if err != nil {
		return err
	}
	shape := f.info
	shape.Channels, shape.Height, shape.Width = channels, img.Bounds().Dy(), img.Bounds().Dx()
	if f.first == "" {
		f.first, f.info = p.path, shape
	}
	if shape != f.info {
		return hint.Add(fmt.Errorf("%w: %s is %s (channels, height, width), but %s is %s", ErrFormat, p.path, shape.Shape(), f.first, f.info.Shape()),
			"make all pictures of one size and kind")
	}
	f.pixels = appendPlanes(f.pixels, img, channels)
	if p.class >= 0 {
		f.labels = append(f.labels, int32(p.class))
	}
	return nil
}

// readPicture decodes the file at path and says how many channels it has.
func readPicture(path string) (image.Image, int, error) {
	fail := func(err error) (image.Image, int, error) {
		return nil, 0, fmt.Errorf("%w: %s: %w", ErrFormat, path, err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	head, _, err := image.DecodeConfig(file)
	switch {
	case err != nil:
		return fail(err)
	case head.Width < 1 || head.Height < 1 || head.Width > mostPixels/head.Height:
		return fail(fmt.Errorf("%dx%d pixels, want 1 to %d in all", head.Width, head.Height, mostPixels))
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, 0, err
	}
	img, _, err := image.Decode(file)
	if err != nil {
		return fail(err)
	}
	channels, err := channelsOf(img.ColorModel()) // the header does not tell of a PNG's transparent colour
	if err != nil {
		return fail(err)
	}
	return img, channels, nil
}

// channelsOf tells the channels from how a file keeps its colours, not from the
// colours that are there: an opaque picture among transparent ones has four.
func channelsOf(m color.Model) (int, error) {
	if palette, ok := m.(color.Palette); ok {
		for _, c := range palette {
			if _, _, _, alpha := c.RGBA(); alpha != 0xffff {
				return 4, nil
			}
		}
		return 3, nil
	}
	switch m {
	case color.GrayModel, color.Gray16Model:
		return 1, nil
	case color.RGBAModel, color.RGBA64Model, color.YCbCrModel:
		return 3, nil
	case color.NRGBAModel, color.NRGBA64Model:
		return 4, nil
	}
	return 0, hint.Add(errors.New("its colours are neither grey nor red, green and blue"), "convert it to PNG")
}

// appendPlanes appends the first channels of red, green, blue and alpha, each as a
// plane of bytes, top row first.
func appendPlanes(pixels []byte, img image.Image, channels int) []byte {
	b := img.Bounds()
	for c := range channels {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				p := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
				pixels = append(pixels, [4]byte{p.R, p.G, p.B, p.A}[c])
			}
		}
	}
	return pixels
}
