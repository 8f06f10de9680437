package augment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/suggest"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// A Policy is a set of operations that change images. The zero Policy has none.
// Policies can be compared with ==.
type Policy struct{ operations operation }

// An operation is a set of random changes of an image, one bit for each.
type operation uint32

// The operations, in the order in which a policy applies them.
const (
	xflip operation = 1 << iota
	rotate90
	xint
	scale
	rotate
	aniso
	xfrac
	adaBrightness
	adaContrast
	lumaFlip
	hue
	adaSaturation
	brightness
	saturation
	contrast
	translation
	cutout
)

const (
	blit     = xflip | rotate90 | xint
	geom     = scale | rotate | aniso | xfrac
	adaColor = adaBrightness | adaContrast | lumaFlip | hue | adaSaturation
	color    = brightness | saturation | contrast
)

// names holds the words of [Parse], in the order of [Policy.String].
var names = []struct {
	name       string
	operations operation
}{
	{"bgc", blit | geom | adaColor},
	{"bg", blit | geom},
	{"blit", blit},
	{"geom", geom},
	{"ada-color", adaColor},
	{"color", color},
	{"translation", translation},
	{"cutout", cutout},
}

// Names returns the words that [Parse] knows.
func Names() []string {
	var all []string
	for _, n := range names {
		all = append(all, n.name)
	}
	return all
}

// Parse returns the policy of text: words from [Names], separated by commas, in
// any order. An empty text gives a policy without operations. Parse returns an
// error with a hint for an unknown word and for an operation that two words name.
func Parse(text string) (Policy, error) {
	var p Policy
	if strings.TrimSpace(text) == "" {
		return p, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		i := slices.Index(Names(), word)
		switch {
		case i < 0:
			return Policy{}, hint.Add(fmt.Errorf("unknown augmentation %q", word), "%s", suggest.Hint(word, Names()))
		case p.operations&names[i].operations != 0:
			return Policy{}, hint.Add(fmt.Errorf("augmentation %q: an earlier word already contains operations of %q", text, word),
				"remove %s", word)
		}
		p.operations |= names[i].operations
	}
	return p, nil
}

// String returns a text that [Parse] turns into p: "color,cutout". It is "" for
// the zero Policy.
func (p Policy) String() string {
	var words []string
	rest := p.operations
	for _, n := range names {
		if rest&n.operations == n.operations {
			words = append(words, n.name)
			rest &^= n.operations
		}
	}
	return strings.Join(words, ",")
}

// has reports whether the policy has one of the operations.
func (p Policy) has(o operation) bool { return p.operations&o != 0 }

// Apply returns the images x after random changes. x is [batch, channels, height,
// width], float, with numbers from lo (black) to hi (white). The result has the
// same shape. Numbers are not clamped to this range, as in the published code.
//
// probability is a float32 scalar, or nil. If it is nil, every operation applies to
// every image, as in DiffAugment. Otherwise each operation applies to each image
// with this probability, as in ADA. An image to which none applies keeps exactly its
// numbers. No gradient flows to probability.
//
// All images have their own draws, and each call draws again. An image does not
// change the result of another. The order of operations is fixed: blit, geom,
// ada-color, color, translation, cutout. An operation is one affine map of the
// image, of its numbers or of its coordinates, so gradients of any order by x
// exist.
//
// The operations and their strengths are those of the published code, for images
// with numbers from -1 to 1. Brightness is rescaled for other ranges. Where that
// code fills with zeros, Apply fills with the middle, (lo+hi)/2. Hue rotates
// three channels and does nothing for any other number of channels. The other
// colour operations treat all channels alike; the luma of a pixel is the mean of
// its channels. blit and geom reflect the image at its edges. They interpolate
// linearly and have no filter against aliasing, unlike the published code.
//
// Apply panics with a *[tensor.MisuseError] if x is not a batch of images, if lo
// is not less than hi, or if c has no source of randomness.
func (p Policy) Apply(c *nn.Context, x, probability *tensor.Tensor, lo, hi float64) *tensor.Tensor {
	if x.Rank() != 4 || !x.DType().IsFloat() || x.Size() == 0 {
		tensor.Misuse("augment", []string{x.String()}, "want images: float, [batch, channels, height, width]")
	}
	if !(lo < hi) {
		tensor.Misuse("augment", []string{x.String()}, "black is %g and white is %g, want black less than white", lo, hi)
	}
	if probability != nil && (probability.DType() != tensor.Float32 || probability.Rank() != 0) {
		tensor.Misuse("augment", []string{x.String(), probability.String()}, "the probability is not a float32 scalar")
	}
	d := &draws{c: c, p: probability, n: x.Dim(0), dtype: x.DType()}
	middle, half := (lo+hi)/2, (hi-lo)/2
	if p.has(blit | geom) {
		x = p.geometry(d, x)
	}
	if p.has(adaColor) {
		x = p.adaColor(d, x, middle, half)
	}
	if p.has(color) {
		x = p.color(d, x, half)
	}
	if p.has(translation) {
		x = translate(d, x, middle)
	}
	if p.has(cutout) {
		x = cutOut(d, x, middle)
	}
	return x
}
