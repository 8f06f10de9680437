package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/measure"
)

// facesName is the dataset name of the Toronto Face Database, which replaces MNIST. Only the
// University of Toronto gives it away, on request. The user must have it, as tfd in
// $GANDER_DATA or as "tfd=FOLDER".
const facesName = "tfd"

// Files of the folder.
const (
	facesImages = "images.npy" // [n, 48, 48], bytes
	facesFolds  = "folds.npy"  // [n, 5]: 0 unlabelled, 1 training, 2 validation, 3 test
	facesHint   = `from TFD_48x48.mat: python3 -c "import numpy, scipy.io as s; d = s.loadmat('TFD_48x48.mat'); ` +
		`numpy.save('images.npy', d['images']); numpy.save('folds.npy', d['folds'])"`
)

// The values of a fold.
const (
	unlabelled     = 0
	foldValidation = 2
	foldTest       = 3
)

// faces is the database in memory.
type faces struct {
	pixels []byte
	field  data.Field // of an image
	folds  [][]int    // for each fold, the value of every image
}

// isFaces reports whether --data names the faces, and returns their folder.
func isFaces(name string) (folder string, ok bool) {
	if name == facesName {
		return filepath.Join(os.Getenv(load.DirVariable), facesName), true
	}
	return strings.CutPrefix(name, facesName+"=")
}

// openFaces reads the database.
func openFaces(folder string) (*faces, error) {
	images, err := readArray(folder, facesImages)
	if err != nil {
		return nil, err
	}
	folds, err := readArray(folder, facesFolds)
	if err != nil {
		return nil, err
	}
	pixels, ok := images.Data.([]uint8)
	if !ok || len(images.Shape) != 3 || len(pixels) == 0 {
		return nil, hint.Add(fmt.Errorf("%s: elements of type %T in shape %v, want bytes in (n, height, width)", filepath.Join(folder, facesImages), images.Data, images.Shape),
			"%s", facesHint)
	}
	n := images.Shape[0]
	if len(folds.Shape) != 2 || folds.Shape[0] != n || folds.Shape[1] < 1 {
		return nil, hint.Add(fmt.Errorf("%s: shape %v, want a row for each of the %d images and a column for each fold", filepath.Join(folder, facesFolds), folds.Shape, n),
			"%s", facesHint)
	}
	f := &faces{pixels: pixels, field: data.Image(1, images.Shape[1], images.Shape[2])}
	for k := range folds.Shape[1] {
		fold := make([]int, n)
		for i := range fold {
			if fold[i], err = wholeAt(folds, i*folds.Shape[1]+k); err != nil {
				return nil, hint.Add(fmt.Errorf("%s: %w", filepath.Join(folder, facesFolds), err), "%s", facesHint)
			}
		}
		f.folds = append(f.folds, fold)
	}
	return f, nil
}

// readArray reads an array of the folder.
func readArray(folder, name string) (*format.Array, error) {
	path := filepath.Join(folder, name)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hint.Add(fmt.Errorf("the Toronto faces are not here: there is no %s; they are given on request by their owners and cannot be downloaded by Gander", path),
			"--data tfd=FOLDER with %s and %s, %s", facesImages, facesFolds, facesHint)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	a, err := format.DecodeNPY(file)
	if err != nil {
		return nil, hint.Add(fmt.Errorf("%s: %w", path, err), "%s", facesHint)
	}
	return a, nil
}

// wholeAt returns element i of an array of whole numbers.
func wholeAt(a *format.Array, i int) (int, error) {
	switch values := a.Data.(type) {
	case []uint8:
		return int(values[i]), nil
	case []int32:
		return int(values[i]), nil
	case []int64:
		return int(values[i]), nil
	case []uint32:
		return int(values[i]), nil
	case []float64: // MATLAB writes all numbers so
		return int(values[i]), nil
	}
	return 0, fmt.Errorf("elements of type %T, want whole numbers", a.Data)
}

// set returns the images with this value in this fold.
func (f *faces) set(name string, fold, value int) *measure.Set {
	s := &measure.Set{Name: name, Field: f.field}
	for _, b := range f.bytes(fold, value) {
		s.Values = append(s.Values, float32(b)/255)
	}
	return s
}

// bytes returns the pixels of the images of set.
func (f *faces) bytes(fold, value int) []byte {
	var pixels []byte
	size := f.field.Size()
	for i, v := range f.folds[fold] {
		if v == value {
			pixels = append(pixels, f.pixels[i*size:(i+1)*size]...)
		}
	}
	return pixels
}

// facesFound is the input of the page about the faces.
type facesFound struct {
	Unlabelled int
	Runs       []facesRun
	Real       meanError // over folds
}

// A facesRun is the scores of one seed on all folds.
type facesRun struct {
	scoredRun
	Folds []foldScore
	Mean  meanError
}

// A foldScore is the score on the test images of one fold.
type foldScore struct {
	Fold       int
	Validation int // number of validation images of the fold
	Test       int // number of images scored
	Score      float64
	Real       *float64 // with training images instead of samples; nil if there are too few
	Sigma      float64
}

// makeFaces trains on the unlabelled faces, which are not in the test images of any fold,
// and scores the best checkpoint on each fold.
func makeFaces(ctx context.Context, j *job, folder string) error {
	f, err := openFaces(folder)
	if err != nil {
		return err
	}
	j.defaultSeeds(1)
	path, n, err := j.writeUnlabelled(f)
	if err != nil {
		return err
	}
	found := table1Found{Seeds: j.Seeds, Epochs: j.epochs(), Samples: table1Samples, Latents: scoringSeed}
	configs, changes, err := j.configs(j.Seeds, adversarial(path, found.Epochs))
	if err != nil {
		return err
	}
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	found.Changes, found.Patience, found.Faces = changes, configs[0].Train.Patience, &facesFound{Unlabelled: n}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for _, folder := range folders {
		r, g, err := bestOf(device, folder)
		if err != nil {
			return err
		}
		samples, err := g.SampleSet(ctx, table1Samples, scoringSeed, folder.Name())
		if err != nil {
			return err
		}
		j.say("scoring %s", folder.Name())
		if err := found.scoreFolds(ctx, device, f, r, samples); err != nil {
			return err
		}
	}
	if err := j.drawLikelihood(folders); err != nil {
		return err
	}
	return j.finish(found)
}

// writeUnlabelled writes the unlabelled faces as a dataset, and returns its path and the
// number of faces.
func (j *job) writeUnlabelled(f *faces) (path string, n int, err error) {
	pixels := f.bytes(0, unlabelled)
	n = len(pixels) / f.field.Size()
	if n == 0 {
		return "", 0, hint.Add(fmt.Errorf("the Toronto faces have no unlabelled images to train on: no 0 in %s", facesFolds), "%s", facesHint)
	}
	const name = "unlabelled.npy"
	err = j.write(name, func(w io.Writer) error {
		return format.EncodeNPY(w, append([]int{n}, f.field.Shape[1:]...), pixels)
	})
	if err != nil {
		return "", 0, err
	}
	path, err = filepath.Abs(j.path(name))
	return path, n, err
}

// scoreFolds scores the samples of a run on every fold. The validation images of the fold
// choose sigma.
func (f *table1Found) scoreFolds(ctx context.Context, device *engine.Device, all *faces, r scoredRun, samples *measure.Set) error {
	one := facesRun{scoredRun: r}
	training := all.set("tfd unlabelled", 0, unlabelled)
	var scores, reals []float64
	for k := range all.folds {
		t := measure.Task{
			Samples: samples, Train: training, Seed: scoringSeed, Device: device,
			Validation: all.set(fmt.Sprintf("tfd validation of fold %d", k+1), k, foldValidation),
			Reference:  all.set(fmt.Sprintf("tfd test of fold %d", k+1), k, foldTest),
		}
		result, err := runMeasure(ctx, "parzen", t)
		if err != nil {
			return fmt.Errorf("fold %d: %w", k+1, err)
		}
		if err := f.take(result); err != nil {
			return err
		}
		value, sigma, err := parzenFigures(result)
		if err != nil {
			return err
		}
		one.Folds = append(one.Folds, foldScore{
			Fold: k + 1, Validation: t.Validation.Len(), Test: t.Reference.Len(),
			Score: float64(value.Value), Sigma: float64(sigma.Value), Real: f.Real,
		})
		scores = append(scores, float64(value.Value))
		if f.Real != nil {
			reals = append(reals, *f.Real)
		}
	}
	one.Mean = meanErrorOf(scores)
	if len(f.Faces.Runs) == 0 {
		f.Faces.Real = meanErrorOf(reals)
	}
	f.Faces.Runs = append(f.Faces.Runs, one)
	return nil
}
