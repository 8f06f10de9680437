package load

import "github.com/gander-ml/gander/data/format"

// Options say how a dataset is read. The zero value reads it as it is.
type Options struct {
	// Height and Width are the size that pictures of any size are brought to, and
	// that makes images of rows of bytes, in pixels; both 0: as the pictures are,
	// which then must be of one size.
	Height, Width int

	// Fit is how pictures are brought to that size; "": [format.FitNone]. Borders of
	// [format.FitPad] are white, or transparent.
	Fit format.Fit

	// Channels is what pictures are converted to: 1 grey, 3 colours, 4 colours with
	// transparency. 0: to what most pictures are, of equally many to the most
	// channels. Where transparency goes, pictures are laid over white.
	Channels int

	// SkipBroken leaves out pictures that cannot be read and notes how many they
	// are. Otherwise the first is an error.
	SkipBroken bool

	// Dealt divides a set that comes undivided by the numbers of its examples, as
	// [data.Deal] and [data.HoldOut] do, for runs that were started so. Otherwise
	// the parts are drawn, see [data.Divide].
	Dealt bool

	// Threads is how many pictures are decoded at a time; 0: one a processor.
	Threads int

	// Progress, unless nil, is told every 200 milliseconds or more often how much
	// of what takes long is done: of "listing files" (whose total is 0, as it is not
	// known), "unpacking" (in bytes), "reading pictures", "packing pictures" and
	// "fitting pictures". It is called from the goroutine that opens a part.
	Progress func(what string, done, total int)
}

// fit returns how pictures are brought to a size.
func (o Options) fit() format.Fit {
	if o.Fit == "" {
		return format.FitNone
	}
	return o.Fit
}
