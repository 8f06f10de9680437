package data

import "strings"

// The entries of datasets that are one archive. Sizes and checksums are those that
// TensorFlow Datasets records for the same addresses (tensorflow_datasets/url_checksums).

// emnistLettersEntry describes the letters of EMNIST. A capital letter and its small
// letter are one class. The images are stored transposed, and the reader transposes
// them back.
func emnistLettersEntry() Entry {
	return Entry{
		Info:       NewInfo("emnist-letters", Image(1, 28, 28), Label(26)),
		Title:      "EMNIST handwritten letters",
		Train:      124800,
		Test:       20800,
		ClassNames: strings.Split("ABCDEFGHIJKLMNOPQRSTUVWXYZ", ""),
		Files: []File{{
			Name: "gzip.zip", URL: "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
			Bytes: 561753746, SHA256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
			Holds: []string{"emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte",
				"emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"},
		}},
		Terms:    "none stated; a work of NIST, an agency of the United States",
		Citation: `G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters", arXiv:1702.05373, 2017`,
	}
}

// cifarCitation is the citation of both CIFAR sets.
const cifarCitation = `A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009`

// cifar10Entry describes CIFAR-10 in its binary version.
func cifar10Entry() Entry {
	return Entry{
		Info:       NewInfo("cifar10", Image(3, 32, 32), Label(10)),
		Title:      "CIFAR-10 small photographs of 10 things",
		Train:      50000,
		Test:       10000,
		ClassNames: strings.Fields("airplane automobile bird cat deer dog frog horse ship truck"),
		Files: []File{{
			Name: "cifar-10-binary.tar.gz", URL: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
			Bytes: 170052171, SHA256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
			Holds: []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"},
		}},
		Terms:    "none stated; published for research",
		Citation: cifarCitation,
	}
}

// cifar100Entry describes CIFAR-100 in its binary version, with its fine labels.
func cifar100Entry() Entry {
	return Entry{
		Info:       NewInfo("cifar100", Image(3, 32, 32), Label(100)),
		Title:      "CIFAR-100 small photographs of 100 things",
		Train:      50000,
		Test:       10000,
		ClassNames: strings.Fields(cifar100Names),
		Files: []File{{
			Name: "cifar-100-binary.tar.gz", URL: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
			Bytes: 168513733, SHA256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
			Holds: []string{"train.bin", "test.bin"},
		}},
		Terms:    "none stated; published for research",
		Citation: cifarCitation,
	}
}

const cifar100Names = `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge
	bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab
	crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp
	lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange
	orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray
	road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower
	sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale
	willow_tree wolf woman worm`

// stl10Entry describes the labelled part of STL-10. Its 100,000 pictures without
// labels are not read.
func stl10Entry() Entry {
	return Entry{
		Info:       NewInfo("stl10", Image(3, 96, 96), Label(10)),
		Title:      "STL-10 photographs of 10 things",
		Train:      5000,
		Test:       8000,
		ClassNames: strings.Fields("airplane bird car cat deer dog horse monkey ship truck"),
		Files: []File{{
			Name: "stl10_binary.tar.gz", URL: "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
			Bytes: 2640397119, SHA256: "f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866",
			Holds: []string{"train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"},
		}},
		Terms:    "none stated; pictures of ImageNet, for research",
		Citation: `A. Coates, H. Lee, A. Y. Ng, "An Analysis of Single-Layer Networks in Unsupervised Feature Learning", AISTATS 2011`,
	}
}

// EmojiName is the name of the emoji with captions.
const EmojiName = "emojione-2.2.7-64px"

// emojiEntry describes the emoji of EmojiOne 2.2.7 with their captions, which are the name
// and the keywords of each. Transparent parts of the pictures are white.
func emojiEntry() Entry {
	text := Field{Name: TextField, Kind: Numbers, Shape: []int{TextSize}}
	return Entry{
		Info:  NewInfo(EmojiName, Image(3, 64, 64), text),
		Title: "EmojiOne emoji with captions",
		Train: 1638,
		Test:  182,
		Files: []File{{
			Name: "emoji.json", URL: "https://raw.githubusercontent.com/joypixels/emojione/v2.2.7/emoji.json",
			Bytes: 448953, SHA256: "3e4792d6dc13f95b8e72b4cc5eb7d6088f64fc625682add33a6bbcc08bf76c4b",
		}, {
			Name: "png.zip", Make: "put the folder assets/png of github.com/joypixels/emojione, tag v2.2.7, in an archive",
			Bytes: 2152011, SHA256: "d07420e9428b32b6079501c4bd85aebb940fae93ea3e3a549b0f31751e97a4eb",
			Holds: []string{"1f600.png"},
		}},
		Terms:    "pictures CC BY 4.0 by EmojiOne, captions MIT",
		Citation: "EmojiOne 2.2.7, github.com/joypixels/emojione, 2017",
	}
}

// modelNet10Entry describes the voxels of ModelNet10. In the file 27 volumes for training
// and 7 for test are empty; they are not examples of the set.
func modelNet10Entry() Entry {
	return Entry{
		Info:       NewInfo("modelnet10-voxels", Volume(32, 32, 32), Label(10)),
		Title:      "ModelNet10 furniture as 32x32x32 voxels",
		Train:      3964,
		Test:       901,
		ClassNames: strings.Fields("bathtub bed chair desk dresser monitor night_stand sofa table toilet"),
		Sorted:     true,
		Files: []File{{
			Name: "modelnet10.npz", URL: "https://raw.githubusercontent.com/Ektagavas/3d-object-cls/b9af7e591a978db89a8f1745a6d038a48b1cafad/modelnet10.npz",
			Bytes: 2724263, SHA256: "619d09a17c6e48b22bcedd1392ed18f36aaaf79d5aeb062e2b09372a7a9a457d",
		}},
		Terms:    "academic use only; the CAD models belong to their authors",
		Citation: `Z. Wu et al., "3D ShapeNets: A Deep Representation for Volumetric Shapes", CVPR 2015`,
	}
}
