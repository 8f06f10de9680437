package data

// digitsEntry describes the digits that Gander draws itself.
func digitsEntry() Entry {
	return Entry{
		Info:       digitsInfo,
		Title:      "pen-stroke digits, drawn by Gander, with known factors",
		Train:      Endless,
		Test:       Endless,
		ClassNames: digitNames(),
		Terms:      "none needed",
		Citation:   "Gander",
	}
}

// renderedEntry and photographedEntry describe the two sets of [DomainDigits].
func renderedEntry() Entry {
	e := digitsEntry()
	e.Info = NewInfo(renderedName, digitsInfo.Fields...)
	e.Title = "pen-stroke digits as a simulator renders them, drawn by Gander"
	return e
}

func photographedEntry() Entry {
	e := digitsEntry()
	e.Info = NewInfo(photographedName, digitsInfo.Fields...)
	e.Title = "pen-stroke digits as a poor camera sees them, drawn by Gander"
	return e
}

// mnistEntry describes MNIST, from the copy that the PyTorch project keeps.
func mnistEntry() Entry {
	return Entry{
		Info:       NewInfo("mnist", Image(1, 28, 28), Label(10)),
		Title:      "MNIST handwritten digits",
		Train:      60000,
		Test:       10000,
		ClassNames: digitNames(),
		Files: mnistFiles("https://ossci-datasets.s3.amazonaws.com/mnist/", [4]File{
			{Bytes: 9912422, SHA256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
			{Bytes: 28881, SHA256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
			{Bytes: 1648877, SHA256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
			{Bytes: 4542, SHA256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
		}),
		Terms: "CC BY-SA 3.0",
		Citation: `Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to ` +
			`document recognition", Proceedings of the IEEE 86(11), 1998`,
	}
}

// fashionEntry describes Fashion-MNIST, from its authors.
func fashionEntry() Entry {
	return Entry{
		Info:  NewInfo("fashion-mnist", Image(1, 28, 28), Label(10)),
		Title: "Fashion-MNIST articles of clothing",
		Train: 60000,
		Test:  10000,
		ClassNames: []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
			"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
		Files: mnistFiles("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", [4]File{
			{Bytes: 26421880, SHA256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
			{Bytes: 29515, SHA256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
			{Bytes: 4422102, SHA256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
			{Bytes: 5148, SHA256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
		}),
		Terms:    "MIT, (c) 2017 Zalando SE",
		Citation: `H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747, 2017`,
	}
}

// mnistFiles adds names and URLs to files. The names are those of MNIST, for training
// images and labels, test images and labels. The URLs begin with base.
func mnistFiles(base string, files [4]File) []File {
	for i, name := range []string{"train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"} {
		files[i].Name = name + "-ubyte.gz"
		files[i].URL = base + files[i].Name
	}
	return files[:]
}

func digitNames() []string { return []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} }
