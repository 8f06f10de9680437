package load

import "github.com/gander-ml/gander/data/format"

// Options decide how a dataset is read. With the zero value it is read unchanged.
type Options struct {
	// Height and Width are the wanted size of the images in pixels. Fit decides how
	// pictures of other sizes are changed. They are also the image size for arrays with
	// rows that are flat lists of bytes. If both are 0, pictures keep their size, and all must
	// have the same one.
	Height, Width int

	// Fit is how pictures of other sizes are changed to Height and Width. "" means
	// [format.FitNone]: they are an error. The borders of [format.FitPad] are white, or
	// transparent if the pictures have transparency.
	Fit format.Fit

	// Channels is the number of channels that all pictures are converted to: 1 is grey,
	// 3 is colours, 4 is colours with transparency. 0 means the number that most pictures
	// have. If two channel counts are equally frequent, the larger is taken. If
	// transparency is removed, the background becomes white.
	Channels int

	// SkipBroken leaves out pictures that cannot be read; a note has their number. If
	// it is false, the first such picture is an error.
	SkipBroken bool

	// Dealt reads a set as older versions of Gander did, to continue their runs. A set
	// without parts is then divided by the indices of its examples, see [data.Deal] and
	// [data.HoldOut]. If it is false, the parts are drawn at random, see [data.Divide].
	Dealt bool

	// Threads is the number of pictures that are decoded at the same time; 0: one for
	// each processor.
	Threads int

	// Progress is called at least every 200 milliseconds while a part is opened, unless
	// it is nil. It receives the name of the work, how much is done, and the total. The
	// work is "listing files" (its total is unknown, so it is 0), "unpacking" (in bytes),
	// "reading pictures", "packing pictures" or "fitting pictures". Progress is called
	// from the goroutine that opens the part.
	Progress func(what string, done, total int)
}

// fit returns Fit, or FitNone if Fit is empty.
func (o Options) fit() format.Fit {
	if o.Fit == "" {
		return format.FitNone
	}
	return o.Fit
}
