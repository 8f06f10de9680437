package load

import (
	"context"

	"github.com/gander-ml/gander/data"
)

// Open returns one part of a dataset. The name is, in this order,
//   - "digits", "ring8" or "grid25": a set that Gander draws from seed, which the
//     other kinds ignore; see [data.Drawn];
//   - a name in the catalogue, see [data.List]: the set is looked for in
//     $GANDER_DATA/name, then in the user's cache;
//   - the path of a folder that holds IDX files named as MNIST's are
//     (train-images-idx3-ubyte, train-labels-idx1-ubyte, and t10k- in place of
//     train-; each may be gzipped and end in .gz), or else a single .npy file, or
//     else pictures, see [ReadImageFolder];
//   - the path of one file: an npy array of images, see [ImagesFromArray], or of
//     points, see [PointsFromArray]; a file of points that is called .csv, see
//     [format.DecodeCSV]; or an IDX file of images, whose labels are taken from the
//     file beside it that has labels-idx1 for images-idx3 in its name, if there is
//     one. Each may be gzipped and end in .gz.
//
// Write ./mnist for a folder that is called like a set in the catalogue.
//
// Where the test images are files of their own, the last sixth of the others is
// for validation: 10000 of MNIST's 60000. Otherwise, of every ten examples the
// first eight are for training, the ninth is for validation, the tenth for test.
//
// The first field of the set is [data.Image] or [data.Point]; one that has labels
// has them in a second, [data.Label].
//
// The whole set is decoded into memory. The error for a name that is neither known
// nor a path wraps [data.ErrUnknown], for a file that is not there [fs.ErrNotExist],
// for one of the wrong kind [data.ErrFormat], and for a part without examples
// [data.ErrEmpty].
//
// To open more than one part, see [Parts].
func Open(name string, split data.Split, seed uint64) (data.Set, error) {
	return NewParts(name, seed).Open(context.Background(), split)
}
