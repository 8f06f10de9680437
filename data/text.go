package data

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/gander-ml/gander/hint"
)

// TextField is the usual name of the field of a text, such as a caption. Its kind is
// Numbers: a text is a vector that a [TextEncoder] computes.
const TextField = "text"

// TextSize is the usual size of the vector of a text.
const TextSize = 256

// gramSize is the number of characters of a gram.
const gramSize = 3

// ErrText is wrapped by the error for a text without any known gram.
var ErrText = errors.New("nothing of the text is known")

// A TextEncoder computes vectors of texts. The numbers of a vector are the weighted counts
// of the text's 3-grams: all sequences of three characters. Each 3-gram is counted in one of
// len(IDF) numbers, which its hash chooses. The vector has length 1. Only letters and digits
// count. Capital letters are small letters. One space is before, between and after the words.
//
// The weights are inverse document frequencies (Sparck Jones 1972), in the smooth form
// ln((1+n)/(1+m)) + 1. Here n is the number of texts from which [FitText] made the encoder,
// and m is the number of those that count a 3-gram in this number.
type TextEncoder struct {
	Alphabet string    // the letters and digits of the texts of FitText, sorted
	IDF      []float64 // the weights, [size]
}

// FitText returns the encoder of texts with vectors of the given size, at least 1. The order
// of the texts does not matter.
func FitText(texts []string, size int) *TextEncoder {
	e := &TextEncoder{IDF: make([]float64, size)}
	alphabet := map[rune]bool{}
	counts := make([]float64, size)
	for _, text := range texts {
		words := wordsOf(text)
		for _, c := range words {
			if c != ' ' {
				alphabet[c] = true
			}
		}
		clear(counts)
		countGrams(words, counts)
		for k, n := range counts {
			if n > 0 {
				e.IDF[k]++
			}
		}
	}
	for k, m := range e.IDF {
		e.IDF[k] = math.Log(float64(1+len(texts))/(1+m)) + 1
	}
	var known []rune
	for c := range alphabet {
		known = append(known, c)
	}
	slices.Sort(known)
	e.Alphabet = string(known)
	return e
}

// Vector returns the vector of a text, [len(IDF)]. Characters outside the alphabet are left
// out, with the 3-grams that contain them. If no 3-gram is left, the error wraps [ErrText].
func (e *TextEncoder) Vector(text string) ([]float32, error) {
	words := wordsOf(text)
	for i, c := range words {
		if c != ' ' && !strings.ContainsRune(e.Alphabet, c) {
			words[i] = unknownCharacter
		}
	}
	counts := make([]float64, len(e.IDF))
	countGrams(words, counts)
	square := 0.0
	for k := range counts {
		counts[k] *= e.IDF[k]
		square += counts[k] * counts[k]
	}
	if square == 0 {
		return nil, hint.Add(fmt.Errorf("%w: %q", ErrText, text), "known are words of %s", e.Alphabet)
	}
	vector, length := make([]float32, len(counts)), math.Sqrt(square)
	for k, v := range counts {
		vector[k] = float32(v / length)
	}
	return vector, nil
}

// unknownCharacter replaces a character outside the alphabet. It is in no 3-gram.
const unknownCharacter = unicode.ReplacementChar

// wordsOf returns the words of a text, with a space before, between and after them. It is
// empty if there are no words.
func wordsOf(text string) []rune {
	words := []rune{' '}
	for _, c := range strings.ToLower(text) {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			words = append(words, c)
		case words[len(words)-1] != ' ':
			words = append(words, ' ')
		}
	}
	if len(words) == 1 {
		return nil
	}
	if words[len(words)-1] != ' ' {
		words = append(words, ' ')
	}
	return words
}

// countGrams adds the number of 3-grams to counts, each at the place that its FNV-1a hash
// chooses.
func countGrams(words []rune, counts []float64) {
	for i := 0; i+gramSize <= len(words); i++ {
		gram := words[i : i+gramSize]
		if slices.Contains(gram, unknownCharacter) {
			continue
		}
		hash := fnv.New32a()
		hash.Write([]byte(string(gram)))
		counts[hash.Sum32()%uint32(len(counts))]++
	}
}

// check returns an error if the encoder cannot make vectors of the given size.
func (e *TextEncoder) check(size int) error {
	if len(e.IDF) != size || e.Alphabet == "" {
		return fmt.Errorf("%w: an encoder of texts with %d weights and the alphabet %q, for vectors of %d numbers", ErrFormat, len(e.IDF), e.Alphabet, size)
	}
	for _, v := range e.IDF {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: an encoder of texts with the weight %v, want more than 0", ErrFormat, v)
		}
	}
	return nil
}
