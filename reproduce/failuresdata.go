package reproduce

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/gander-ml/gander/data/format"
)

// Names of the datasets that the target failures makes of drawn digits of 16x16 pixels.
const (
	smallDigits    = "small.npy"    // 4000 digits
	fewDigits      = "few.npy"      // the first 60 of these
	twentyDigits   = "twenty.npy"   // the first 20
	fewPoints      = "points40.npy" // 40 points of 8 numbers, from N(0, I)
	equalDigits    = "equal.npy"    // the first one, 1000 times
	equalPoints    = "points.npy"   // one point of the plane, 1000 times
	labelledDigits = "labelled.npz" // all, with labels
	shuffledDigits = "shuffled.npz" // all, with the labels in another order
	sheetDigits    = "sheets.npz"   // all, with black or white images as class 0
)

// failingData lists these names.
var failingData = []string{smallDigits, fewDigits, twentyDigits, fewPoints, equalDigits, equalPoints, labelledDigits, shuffledDigits, sheetDigits}

// Numbers of these datasets.
const (
	smallDigitsNumber  = 4000
	smallDigitsSide    = 16
	equalDigitsNumber  = 1000
	fewDigitsNumber    = 60
	twentyDigitsNumber = 20
	fewPointsNumber    = 40
	fewPointsSize      = 8
)

// makeFailingData writes the datasets from digits, one after the other, and their labels. It
// leaves the files that are there: the runs know their fingerprints.
func (j *job) makeFailingData(digits []uint8, labels []int32) error {
	const size = smallDigitsSide * smallDigitsSide
	shape := func(n int) []int { return []int{n, smallDigitsSide, smallDigitsSide} }
	npy := func(name string, n int, pixels []uint8) error {
		return j.writeOnce(name, func(w io.Writer) error { return format.EncodeNPY(w, shape(n), pixels) })
	}
	npz := func(name string, n int, pixels []uint8, labels []int32) error {
		return j.writeOnce(name, func(w io.Writer) error { return encodeNPZ(w, shape(n), pixels, labels) })
	}
	shuffled := slices.Clone(labels)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	random := rand.New(rand.NewPCG(2, 2))
	points := make([]float32, fewPointsNumber*fewPointsSize)
	for i := range points {
		points[i] = float32(random.NormFloat64())
	}
	return errors.Join(
		npy(smallDigits, smallDigitsNumber, digits),
		npy(fewDigits, fewDigitsNumber, digits[:fewDigitsNumber*size]),
		npy(twentyDigits, twentyDigitsNumber, digits[:twentyDigitsNumber*size]),
		j.writeOnce(fewPoints, func(w io.Writer) error {
			return format.EncodeNPY(w, []int{fewPointsNumber, fewPointsSize}, points)
		}),
		npy(equalDigits, equalDigitsNumber, slices.Repeat(digits[:size], equalDigitsNumber)),
		j.writeOnce(equalPoints, func(w io.Writer) error {
			return format.EncodeNPY(w, []int{equalDigitsNumber, 2}, slices.Repeat([]float32{.5, -.25}, equalDigitsNumber))
		}),
		npz(labelledDigits, smallDigitsNumber, digits, labels),
		npz(shuffledDigits, smallDigitsNumber, digits, shuffled),
		npz(sheetDigits, smallDigitsNumber, withSheets(digits, labels), labels),
	)
}

// withSheets returns digits in which each image of class 0 is black or white.
func withSheets(digits []uint8, labels []int32) []uint8 {
	const size = smallDigitsSide * smallDigitsSide
	pixels := slices.Clone(digits)
	random := rand.New(rand.NewPCG(3, 3))
	for i, label := range labels {
		if label == 0 {
			copy(pixels[i*size:], slices.Repeat([]uint8{uint8(255 * random.IntN(2))}, size))
		}
	}
	return pixels
}

// writeOnce writes a file of the target that is not there.
func (j *job) writeOnce(name string, write func(io.Writer) error) error {
	if _, err := os.Stat(j.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return j.write(name, write)
}

// encodeNPZ writes images and their labels as an npz file.
func encodeNPZ(w io.Writer, shape []int, pixels []uint8, labels []int32) error {
	archive := zip.NewWriter(w)
	x, err := archive.Create("x.npy")
	if err != nil {
		return err
	}
	if err := format.EncodeNPY(x, shape, pixels); err != nil {
		return err
	}
	y, err := archive.Create("y.npy")
	if err != nil {
		return err
	}
	if err := format.EncodeNPY(y, []int{len(labels)}, labels); err != nil {
		return err
	}
	return archive.Close()
}
