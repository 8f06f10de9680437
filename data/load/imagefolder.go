package load

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
)

// pictureExts are the endings of the files that a folder of pictures is read for.
var pictureExts = []string{".png", ".jpg", ".jpeg"}

// ReadImageFolder returns the set, called name, of the PNG and JPEG pictures in
// dir, in order of their names, or else in the folders within dir, each of which
// is then a class. Other files are passed over. All pictures have the size and
// the channels of the first, see [format.DecodePicture]. Anything else is an error
// that names the file and wraps [data.ErrFormat]; a folder without pictures wraps
// [data.ErrEmpty].
func ReadImageFolder(name, dir string) (*data.Table, error) {
	fail := func(err error) (*data.Table, error) { return nil, fmt.Errorf("dataset %s: %w", name, err) }
	files, classes, err := pictureFiles(dir)
	if err != nil {
		return fail(err)
	}
	if len(files) == 0 {
		return fail(fmt.Errorf("%w: the folder %s holds no PNG or JPEG pictures", data.ErrEmpty, dir))
	}
	var f folderReader
	for _, p := range files {
		if err := f.add(p); err != nil {
			return fail(err)
		}
	}
	return labelled(name, f.field, f.pixels, f.labels, classes)
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
			return nil, 0, hint.Add(fmt.Errorf("%w: pictures lie both in %s and in %s", data.ErrFormat, dir, folder),
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
	first  string     // the picture that decides the shape
	field  data.Field // of it
	pixels []byte
	labels []int32
}

// add reads a picture and appends it.
func (f *folderReader) add(p pictureFile) error {
	picture, err := readPicture(p.path)
	if err != nil {
		return err
	}
	field := data.Image(picture.Channels, picture.Height, picture.Width)
	if f.first == "" {
		f.first, f.field = p.path, field
	}
	if !field.Same(f.field) {
		return hint.Add(fmt.Errorf("%w: %s is %v (channels, height, width), but %s is %v", data.ErrFormat, p.path, field, f.first, f.field),
			"make all pictures of one size and kind")
	}
	f.pixels = append(f.pixels, picture.Planes...)
	if p.class >= 0 {
		f.labels = append(f.labels, int32(p.class))
	}
	return nil
}

// readPicture decodes the file at path.
func readPicture(path string) (*format.Picture, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	picture, err := format.DecodePicture(bufio.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return picture, nil
}
