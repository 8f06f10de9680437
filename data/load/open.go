package load

import (
	"context"

	"github.com/gander-ml/gander/data"
)

// Open returns one part of a dataset. The name is, in this order,
//   - "digits", "ring8" or "grid25": a set that Gander draws from seed; see
//     [data.Drawn];
//   - a name in the catalogue, see [data.List]: the set is looked for in
//     $GANDER_DATA/name, then in the user's cache;
//   - the path of a folder that holds IDX files named as MNIST's are
//     (train-images-idx3-ubyte, train-labels-idx1-ubyte, and t10k- in place of
//     train-), or else a single .npy file, or else batches of CIFAR
//     (data_batch_1.bin, test_batch.bin or train.bin, test.bin), or else pictures, or
//     else archives of pictures, or else one other file of examples;
//   - the path of a zip or tar archive of pictures;
//   - the path of one file: an npy array of images, see [ImagesFromArray], or of
//     points, see [PointsFromArray]; an npz or MATLAB file, of which the first such
//     array is taken, or the one that is named after the path and a colon; a table of
//     numbers and texts, see [format.DecodeTable]; a batch of CIFAR; or an IDX file
//     of images, whose labels are taken from the file next to it that has labels-idx1
//     for images-idx3 in its name, if there is one.
//
// Files may be gzipped and end in .gz. Write ./mnist for a folder that is called like
// a set in the catalogue.
//
// Pictures come in the order of their paths. If a folder train and a folder val
// (valid, validation) or test are there, these are the parts. Within a part the
// folders are classes, unless files called labels.csv tell the label of each picture
// ("a.png,cat") next to them or below. Folders that hold everything else are passed
// over. Pictures of different channels are converted to those that most have.
//
// Of a table the columns of numbers are points. A column of text is a field of
// classes: [data.ClassField] if it is the only one or is called class, label or
// target.
//
// A set of the catalogue has its published parts: the last sixth of its training
// examples is for validation, 10000 of MNIST's 60000. Other sets are divided by
// [data.Divide] with the given seed, or by [data.DivideTraining] if one part is
// given.
//
// Sets of pictures larger than 64 MiB are packed in a file in the folder that
// [CacheVariable] names, or in the user's cache, and read from there. It is made
// again when a picture was changed. Other sets are decoded into memory.
//
// The error for a name that is neither known nor a path wraps [data.ErrUnknown], for
// a file that is not there [fs.ErrNotExist], for one of the wrong kind
// [data.ErrFormat], and for a part without examples [data.ErrEmpty].
//
// To open more than one part, or with options, see [New].
func Open(name string, split data.Split, seed uint64) (data.Set, error) {
	return NewParts(name, seed).Open(context.Background(), split)
}
