package data

import (
	"fmt"

	"github.com/gander-ml/gander/random"
)

// stackedChannels is the number of grey images in a stacked image.
const stackedChannels = 3

// A Stacked is a [Set] of images of three channels. Each channel is a grey image of
// another set, drawn with replacement. An image is put together when it is read.
type Stacked struct {
	of       Set
	info     Info
	key      [2]uint32
	first, n int64
}

// NewStacked returns examples first to first+n-1 of an endless sequence of stacked images
// that seed gives. The grey images are the first field of the set of. If its examples have
// a class, the stacked images have one too: with 10 classes, of the channels a, b and c it
// is 100 a + 10 b + c. The sequence depends on name. Images of another shape than [1,
// height, width] are an error that wraps [ErrKind].
func NewStacked(name string, of Set, first, n int64, seed uint64) (*Stacked, error) {
	grey := of.Info().First()
	switch {
	case !grey.IsImage() || grey.Shape[0] != 1:
		return nil, fmt.Errorf("dataset %s: %w: %s holds %v, want grey images", name, ErrKind, of.Info().Name, grey)
	case n < 1:
		return nil, fmt.Errorf("dataset %s: %w", name, ErrEmpty)
	}
	fields := []Field{Image(stackedChannels, grey.Shape[1], grey.Shape[2])}
	if classes := of.Info().Classes(); classes > 0 {
		fields = append(fields, Label(classes*classes*classes))
	}
	return &Stacked{of, NewInfo(name, fields...), random.Key(seed, name), first, n}, nil
}

// Info describes the set: images of three channels and, if those of the other set have
// classes, their classes.
func (s *Stacked) Info() Info { return s.info }

// Len returns the number of examples.
func (s *Stacked) Len() int64 { return s.n }

// Members returns the indices in the other set of the channels of image i.
func (s *Stacked) Members(i int64) [stackedChannels]int64 {
	numbers := random.At(s.key, uint64(s.first+i))
	var members [stackedChannels]int64
	for k := range members {
		members[k] = int64(numbers.Intn(int(s.of.Len())))
	}
	return members
}

// Read puts image i together. See [Set].
func (s *Stacked) Read(row Row, i int64) error {
	if err := CheckRead(s, row, i); err != nil {
		return err
	}
	of := s.of.Info()
	image, grey := row.Of(s.info, ExampleField).Bytes, of.First().Size()
	label := row.Of(s.info, ClassField).Ints
	class := make([]int32, len(label))
	from := make(Row, len(of.Fields))
	number := int32(0)
	for k, member := range s.Members(i) {
		if len(image) > 0 {
			from[0] = Values{Bytes: image[k*grey : (k+1)*grey]}
		}
		if len(label) > 0 {
			from[of.index(ClassField)] = Values{Ints: class}
		}
		if err := s.of.Read(from, member); err != nil {
			return fmt.Errorf("dataset %s: %w", s.info.Name, err)
		}
		if len(label) > 0 {
			number = number*int32(of.Classes()) + class[0]
		}
	}
	if len(label) > 0 {
		label[0] = number
	}
	return nil
}

// The numbers of examples of stacked-mnist. PacGAN and VEEGAN train with 128,000 triples
// and judge 26,000.
const (
	stackedTrain = 128_000
	stackedOther = 26_000
)

// stackedName is the name of stacked MNIST in the catalogue.
const stackedName = "stacked-mnist"

// StackedMNIST returns one part of stacked-mnist: 128,000 triples for training, 26,000 for
// validation and 26,000 for test. The digits for training and for validation are the
// training images of MNIST, all 60,000; the triples are disjoint ranges of one sequence.
// The digits for test are its test images. Equal seeds give equal triples.
func StackedMNIST(digits Set, split Split, seed uint64) (*Stacked, error) {
	switch split {
	case Train:
		return NewStacked(stackedName, digits, 0, stackedTrain, seed)
	case Validation:
		return NewStacked(stackedName, digits, stackedTrain, stackedOther, seed)
	case Test:
		return NewStacked(stackedName, digits, stackedTrain+stackedOther, stackedOther, seed)
	}
	return nil, unknownSplit(digits, split)
}

// stackedEntry describes stacked MNIST in the catalogue.
func stackedEntry() Entry {
	names := make([]string, 1000)
	for k := range names {
		names[k] = fmt.Sprintf("%03d", k)
	}
	mnist := mnistEntry()
	return Entry{
		Info:       NewInfo(stackedName, Image(stackedChannels, 28, 28), Label(1000)),
		Title:      "stacked MNIST: three digits as three channels, 1000 modes",
		Base:       mnist.Info.Name,
		Train:      stackedTrain + stackedOther,
		Test:       stackedOther,
		ClassNames: names,
		Terms:      mnist.Terms,
		Citation:   citePacGAN + "; " + mnist.Citation,
	}
}
