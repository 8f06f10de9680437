package load

import (
	"slices"
	"strings"
	"unicode"

	"github.com/gander-ml/gander/data"
)

// An arrayRole is the meaning of the name of an array: x_test is the array x for test.
type arrayRole struct {
	stem    string // in lower case, without the name of a part
	hasPart bool
	part    data.Split
}

// The ranks of the names of labels.
const (
	otherName  = iota // it does not say so
	weakName          // one of its words is that of labels, as in fine_labels
	strongName        // it is the name of labels, perhaps with the name of a part
)

// labelStems are the names of arrays of labels.
var labelStems = append([]string{"y", "targets"}, labelNames...)

// labelWords are words in the names of arrays that may be labels.
var labelWords = append([]string{"classes"}, labelStems...)

// exampleStems are the usual names of arrays of examples.
var exampleStems = []string{"x", "data", "image", "images", "img", "imgs", "pictures", "samples", "features"}

// labelRank returns how clearly the name of an array is that of labels.
func labelRank(name string) int {
	stem := roleOf(name).stem
	switch {
	case slices.Contains(labelStems, stem):
		return strongName
	case slices.ContainsFunc(strings.Split(stem, "_"), func(word string) bool { return slices.Contains(labelWords, word) }):
		return weakName
	}
	return otherName
}

// roleOf reads the name of an array, such as "x_train", "train_images", "Xtest" or "test".
func roleOf(name string) arrayRole {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		if part, ok := partNames[word]; ok {
			return arrayRole{strings.Join(slices.Delete(words, i, i+1), "_"), true, part}
		}
	}
	if len(words) == 1 {
		for part, split := range partNames {
			stem, ok := strings.CutPrefix(words[0], part)
			if !ok {
				stem, ok = strings.CutSuffix(words[0], part)
			}
			if ok && (slices.Contains(exampleStems, stem) || slices.Contains(labelStems, stem)) {
				return arrayRole{stem, true, split}
			}
		}
	}
	return arrayRole{stem: strings.Join(words, "_")}
}
