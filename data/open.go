package data

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// Open returns one part of a dataset. The name is, in this order,
//   - "digits", "ring8" or "grid25": a set that Gander draws from seed, which the
//     other kinds ignore; see [NewDigits], [NewRing8] and
//     [NewGrid25];
//   - a name in the catalogue, see [List]: the set is looked for in
//     $GANDER_DATA/name, then in the user's cache;
//   - the path of a folder that holds IDX files named as MNIST's are
//     (train-images-idx3-ubyte, train-labels-idx1-ubyte, and t10k- in place of
//     train-; each may be gzipped and end in .gz), or else a single .npy file, or
//     else pictures, see [ReadImageFolder];
//   - the path of one file: an npy array of images, see [NewImagesFromArray], or of
//     points, see [NewPointsFromArray]; a file of points that is called .csv, see
//     [DecodeCSV]; or an IDX file of images, whose labels are taken from the file
//     beside it that has labels-idx1 for images-idx3 in its name, if there is one.
//     Each may be gzipped and end in .gz.
//
// Write ./mnist for a folder that is called like a set in the catalogue.
//
// Where the test images are files of their own, the last sixth of the others is
// for validation: 10000 of MNIST's 60000. Otherwise, of every ten examples the
// first eight are for training, the ninth is for validation, the tenth for test.
//
// The whole set is decoded into memory. The error for a name that is neither known
// nor a path wraps [ErrUnknown], for a file that is not there [fs.ErrNotExist], for
// one of the wrong kind [ErrFormat], and for a part without examples [ErrEmpty].
//
// To open more than one part, see [Source].
func Open(name string, split Split, seed uint64) (Set, error) {
	return NewSource(name, seed).Open(split)
}

// A Source opens the parts of one dataset and decodes each of its files once: the
// parts share memory. It is not safe for concurrent use, the parts are.
type Source struct {
	name    string
	seed    uint64
	decoded map[string]Set // by the path of a file, or of a folder of pictures
}

// NewSource returns a source of the parts of the dataset that [Open] would open by
// that name and seed. It reads nothing.
func NewSource(name string, seed uint64) *Source {
	return &Source{name, seed, map[string]Set{}}
}

// Open returns a part, as the function [Open] does, with its errors.
func (s *Source) Open(split Split) (Set, error) {
	if split < Train || split > Test {
		return nil, hint.Add(fmt.Errorf("dataset %s: unknown split %v", s.name, split), "use train, validation or test")
	}
	if s.name == digitsName {
		return NewDigits(split, s.seed), nil
	}
	for _, f := range families {
		if s.name == f.name {
			return f.draw(split, s.seed), nil
		}
	}
	if e, ok := find(s.name); ok {
		return s.openEntry(e, split)
	}
	info, err := os.Stat(s.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !looksLikePath(s.name):
		return nil, unknown(s.name)
	case err != nil:
		return nil, hint.Add(fmt.Errorf("dataset %s: %w", s.name, err), "give the path of a folder or file, or a name of gander data list")
	case info.IsDir():
		return s.openFolder(s.name, split)
	default:
		return s.openFile(s.name, split)
	}
}

// once returns what decode made of path when it was first asked for. An error is
// not kept.
func (s *Source) once(path string, decode func() (Set, error)) (Set, error) {
	if set, ok := s.decoded[path]; ok {
		return set, nil
	}
	set, err := decode()
	if err != nil {
		return nil, err // and not an interface that holds a nil *Images
	}
	s.decoded[path] = set
	return set, nil
}

// looksLikePath tells a path from a name, by a separator or a file's ending.
func looksLikePath(name string) bool {
	return strings.ContainsAny(name, `/\.`)
}

// openEntry opens a set of the catalogue and checks that it is as described there.
func (s *Source) openEntry(e Entry, split Split) (Set, error) {
	dir, err := e.Locate()
	if err != nil {
		return nil, err
	}
	set, err := s.openFolder(dir, split)
	if err != nil {
		return nil, err
	}
	if set.Info() != e.Info {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: %s holds examples of %s, want %s", e.Info.Name, ErrFormat, dir, shapeText(set.Info()), shapeText(e.Info)),
			"remove the folder, then gander data get %s", e.Info.Name)
	}
	return set, nil
}

func shapeText(i Info) string {
	return fmt.Sprintf("%s and %d classes", i.Shape(), i.Classes)
}

// openFolder opens the files in dir.
func (s *Source) openFolder(dir string, split Split) (Set, error) {
	train, err := findIDX(dir, trainStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", s.name, err)
	}
	test, err := findIDX(dir, testStem)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", s.name, err)
	}
	switch {
	case train.images == "" && test.images == "":
		return s.openOnlyNPY(dir, split)
	case train.images == "" && split != Test:
		return nil, fmt.Errorf("dataset %s: %s holds test images but no %s%s: %w",
			s.name, dir, trainStem, imagesGrey, fs.ErrNotExist)
	case test.images != "" && split == Test:
		return s.once(test.images, func() (Set, error) { return test.load(s.name, train) })
	}
	all, err := s.once(train.images, func() (Set, error) { return train.load(s.name, test) })
	if err != nil {
		return nil, err
	}
	if test.images == "" {
		return splitAlone(all, split)
	}
	return splitWithTest(all, split)
}

// openOnlyNPY opens the single npy file in dir.
func (s *Source) openOnlyNPY(dir string, split Split) (Set, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", s.name, err)
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".npy" && !e.IsDir() {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	if len(paths) == 0 {
		return s.openPictures(dir, split)
	}
	if len(paths) != 1 {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and %d npy files", s.name, ErrEmpty, trainStem, imagesGrey, len(paths)),
			"name one file, or rename the files as MNIST's")
	}
	return s.openFile(paths[0], split)
}

// openPictures opens the pictures in dir, where nothing else was found.
func (s *Source) openPictures(dir string, split Split) (Set, error) {
	all, err := s.once(dir, func() (Set, error) { return ReadImageFolder(s.name, dir) })
	if errors.Is(err, ErrEmpty) {
		return nil, hint.Add(fmt.Errorf("dataset %s: %w: the folder holds no %s%s and 0 npy files, nor PNG or JPEG pictures", s.name, ErrEmpty, trainStem, imagesGrey),
			"name another folder, or one file")
	}
	if err != nil {
		return nil, err
	}
	return splitAlone(all, split)
}

// openFile opens one file of examples.
func (s *Source) openFile(path string, split Split) (Set, error) {
	all, err := s.once(path, func() (Set, error) { return loadFile(path) })
	if err != nil {
		return nil, err
	}
	return splitAlone(all, split)
}

// isCSV tells a CSV file by its name, as its content says nothing.
func isCSV(path string) bool {
	return strings.HasSuffix(strings.TrimSuffix(strings.ToLower(path), ".gz"), ".csv")
}

func loadFile(path string) (Set, error) {
	array, set, err := decodeFile(path)
	switch {
	case err != nil:
		return nil, err
	case array == nil:
		return set, nil
	case len(array.Shape) == 2:
		return NewPointsFromArray(path, array)
	}
	return NewImagesFromArray(path, array)
}

// decodeFile returns what a file holds, told by its content: an array, of npy and
// CSV files, or the set of an IDX file.
func decodeFile(path string) (*Array, *Images, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	defer file.Close()
	unpacked, err := gunzip(file)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	content := bufio.NewReader(unpacked)
	decode := DecodeNPY
	magic, err := content.Peek(len(npyMagic))
	switch {
	case isCSV(path):
		decode = DecodeCSV
	case string(magic) != npyMagic:
		if err == nil && (magic[0] != 0 || magic[1] != 0) {
			return nil, nil, hint.Add(fmt.Errorf("dataset %s: %w: it begins %q, neither as an IDX file nor as an npy file", path, ErrFormat, magic),
				"a CSV file of points is called .csv")
		}
		set, err := idxFiles{images: path, labels: labelsBeside(path)}.load(path, idxFiles{})
		return nil, set, err
	}
	array, err := decode(content)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset %s: %w", path, err)
	}
	return array, nil, nil
}
