package data

import "fmt"

// Endless is the length of a set that is drawn as it is read: more examples than
// any run will show. At a million a second they last for twelve days.
const Endless int64 = 1 << 40

// Info describes a set.
type Info struct {
	Name                    string // as it was opened: "digits", "mnist", a path
	Channels, Height, Width int    // of every image, all positive; all 0 for points
	Dims                    int    // numbers of every point; 0: the examples are images
	Classes                 int    // labels lie in [0, Classes); 0: no labels
}

// Size returns how many values one example has: Channels * Height * Width bytes
// of an image, Dims numbers of a point.
func (i Info) Size() int {
	if i.Dims > 0 {
		return i.Dims
	}
	return i.Channels * i.Height * i.Width
}

// Shape says what one example is: "1x28x28" (channels, height, width) or "2
// numbers".
func (i Info) Shape() string {
	switch {
	case i.Dims == 1:
		return "1 number"
	case i.Dims > 1:
		return fmt.Sprintf("%d numbers", i.Dims)
	}
	return fmt.Sprintf("%dx%dx%d", i.Channels, i.Height, i.Width)
}

// A Set is a sequence of examples of one shape, perhaps labelled: of images, or
// of points, as its Info says. Its methods are safe for concurrent use.
type Set interface {
	Info() Info

	// Len returns the number of examples, [Endless] for a set without an end.
	Len() int64

	// Read puts image i, 0 <= i < Len, into dst and returns its label, -1 if the
	// set has none. dst holds Info().Size() bytes: [Channels, Height, Width],
	// row-major, top row first, 0 black and 255 white. The same i always gives the
	// same image. A set of points returns an error; [ReadPoint] reads those.
	Read(dst []byte, i int64) (label int, err error)
}

// Images is a [Set] held in memory.
type Images struct {
	info   Info
	pixels []byte  // [n, Channels, Height, Width]
	labels []int32 // [n], nil if Classes is 0
}

// NewImages returns the set of the images in pixels, [n, info.Channels,
// info.Height, info.Width], with labels [n], each in [0, info.Classes), or nil
// when info.Classes is 0. It keeps both slices: do not change them after. A set
// without images is an error that wraps [ErrEmpty], other disagreements wrap
// [ErrFormat].
func NewImages(info Info, pixels []byte, labels []int32) (*Images, error) {
	if info.Channels < 1 || info.Height < 1 || info.Width < 1 {
		return nil, fmt.Errorf("dataset %s: %w: images of %d channels of %dx%d pixels, want at least 1 of 1x1",
			info.Name, ErrFormat, info.Channels, info.Height, info.Width)
	}
	if len(pixels) == 0 {
		return nil, fmt.Errorf("dataset %s: %w", info.Name, ErrEmpty)
	}
	if len(pixels)%info.Size() != 0 {
		return nil, fmt.Errorf("dataset %s: %w: %d bytes are not a whole number of images of %d bytes",
			info.Name, ErrFormat, len(pixels), info.Size())
	}
	if (labels == nil) != (info.Classes == 0) {
		return nil, fmt.Errorf("dataset %s: %w: %d labels for %d classes", info.Name, ErrFormat, len(labels), info.Classes)
	}
	if n := len(pixels) / info.Size(); labels != nil && len(labels) != n {
		return nil, fmt.Errorf("dataset %s: %w: %d images but %d labels", info.Name, ErrFormat, n, len(labels))
	}
	for i, label := range labels {
		if label < 0 || int(label) >= info.Classes {
			return nil, fmt.Errorf("dataset %s: %w: label %d is %d, want 0 to %d",
				info.Name, ErrFormat, i, label, info.Classes-1)
		}
	}
	return &Images{info, pixels, labels}, nil
}

// Info describes the set.
func (m *Images) Info() Info { return m.info }

// Len returns the number of images.
func (m *Images) Len() int64 { return int64(len(m.pixels) / m.info.Size()) }

// Read copies image i to dst and returns its label. See [Set].
func (m *Images) Read(dst []byte, i int64) (int, error) {
	if err := checkRead(m, dst, i); err != nil {
		return 0, err
	}
	copy(dst, m.pixels[int(i)*len(dst):])
	if m.labels == nil {
		return -1, nil
	}
	return int(m.labels[i]), nil
}

// checkRead reports a Read of an image that set lacks, or that is a point, or
// into a wrong length.
func checkRead(set Set, dst []byte, i int64) error {
	info := set.Info()
	switch {
	case info.Dims > 0:
		return fmt.Errorf("dataset %s: %w: it holds points, not images", info.Name, ErrKind)
	case i < 0 || i >= set.Len():
		return fmt.Errorf("dataset %s: image %d: %w: it has %d", info.Name, i, ErrRange, set.Len())
	case len(dst) != info.Size():
		return fmt.Errorf("dataset %s: reading %d bytes into %d", info.Name, info.Size(), len(dst))
	}
	return nil
}
