package load

import (
	"context"

	"github.com/gander-ml/gander/data"
)

// Open returns one part of a dataset. The name is, in this order,
//   - "digits", "rendered-digits", "photographed-digits", "ring8", "grid25", "8gaussians",
//     "25gaussians" or "swissroll": a set that Gander generates from seed; see [data.Drawn];
//   - a name in the catalogue, see [data.List]: the set is read from
//     $GANDER_DATA/name, or from the user's cache if it is not there; "stacked-mnist" is
//     made from mnist, see [data.StackedMNIST];
//   - the path of a folder, see below;
//   - the path of a zip or tar archive of pictures;
//   - the path of one file, see below.
//
// Files may be gzipped and end in .gz. Write ./mnist for a folder that has the name of
// a set in the catalogue.
//
// # Folders
//
// From a folder Open reads the first of these that it finds:
//
//  1. IDX files with the same names as those of MNIST: train-images-idx3-ubyte and
//     train-labels-idx1-ubyte for training, t10k-images-idx3-ubyte and
//     t10k-labels-idx1-ubyte for test;
//  2. a single .npy file;
//  3. batches of CIFAR: data_batch_1.bin and test_batch.bin, or train.bin and test.bin;
//  4. pictures;
//  5. archives of pictures;
//  6. one other file of examples.
//
// # Files
//
// A file is one of these:
//   - an npy array of images, see [ImagesFromArray], or of points, see
//     [PointsFromArray];
//   - an npz or MATLAB file, see below;
//   - a table of numbers and texts, see [format.DecodeTable]. The columns of numbers are
//     points. A column of text is a field of classes. It is [data.ClassField] if it is
//     the only one or has the name class, label or target. If numbers are missing, the set
//     has the field [data.ObservedField];
//   - a batch of CIFAR;
//   - an IDX file of images. If the same folder has a file with labels-idx1 instead of
//     images-idx3 in its name, it holds the labels.
//
// # Files of several arrays
//
// From an npz or MATLAB file Open takes the first array of images or points. If its name
// contains train, as x_train and train_images do, arrays of the same name for val (valid,
// validation) and test are the other parts.
//
// The labels are an array of whole numbers, one for each example, of shape [n], [n, 1] or
// [1, n], or of one-hot rows. Its name is y, label, labels, class, target or targets,
// perhaps with the name of a part. If there is none, it is the only array with one of these
// words in its name, or else the only other array of integers that can be classes. Labels
// that are not 0, 1, 2 and so on are the names of the classes. If an array with the name
// of labels has another number of them than there are examples, the error wraps
// [data.ErrFormat]. If it does not hold labels, or if there are several, there is a note.
//
// If an array is named after the path and a colon, as in a.npz:x, it is read alone.
//
// # Pictures
//
// Pictures are sorted by their paths. A folder train together with a folder val (valid,
// validation) or test are the parts. Each folder directly inside a part is a class;
// the folders below it belong to the same class. If there is a file labels.csv, it decides
// the classes instead. It has a line for each picture in its folder and in the folders
// below, such as "a.png,cat". If all pictures are in one folder inside the given one, that
// folder is not a class. Pictures with different channels are converted to the channels
// that most of them have.
//
// If there is a file captions.csv, the pictures have captions. It has a line for each picture in
// its folder and in the folders below, such as "a.png,a red car". It can also be next to
// archives of pictures. A file emoji.json of EmojiOne is read too; there a caption is the name
// and the keywords. Pictures without a caption are left out. The field [data.TextField] has
// vectors of [data.TextSize] numbers, which a [data.TextEncoder] computes. Its weights are from
// the captions of the part for training. If the folder has no parts, they are from all captions.
//
// Sets of pictures larger than 64 MiB are packed in a file and read from there. It is in
// the folder that [CacheVariable] names, or in the user's cache. It is made again when a
// picture was changed. Other sets are decoded into memory.
//
// # Parts
//
// A set of the catalogue has its published parts. The last sixth of its training
// examples is for validation: 10000 of MNIST's 60000. Only stacked-mnist has its own part
// for validation. Other sets are divided by
// [data.Divide] with the given seed, or by [data.DivideTraining] if they have a part for
// validation or for test.
//
// # Errors
//
// The error for a name that is neither known nor a path wraps [data.ErrUnknown]. For a
// file that does not exist it wraps [fs.ErrNotExist], for one of the wrong kind
// [data.ErrFormat], and for a part without examples [data.ErrEmpty].
//
// To open more than one part, or with options, see [New].
func Open(name string, split data.Split, seed uint64) (data.Set, error) {
	return NewParts(name, seed).Open(context.Background(), split)
}
