package reproduce

import (
	"context"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/impute"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/run"
)

// An inpaintingMask is a mask of the protocol.
type inpaintingMask struct {
	Name string

	// observed reports whether a pixel is observed. If share is not 0, each pixel is
	// observed with this probability instead.
	observed func(y, x, h, w int) bool
	share    float64
}

// inCentre reports whether a pixel is in the rectangle of half the sides in the centre.
func inCentre(y, x, h, w int) bool { return y >= h/4 && y < h-h/4 && x >= w/4 && x < w-w/4 }

var inpaintingMasks = []inpaintingMask{
	{Name: "right half missing", observed: func(_, x, _, w int) bool { return x < w/2 }},
	{Name: "centre missing", observed: func(y, x, h, w int) bool { return !inCentre(y, x, h, w) }},
	{Name: "all but the centre missing", observed: inCentre},
	{Name: "half of the pixels missing", share: .5},
	{Name: "80% of the pixels missing", share: .2},
}

// draw returns the masks of n images: 1 where a pixel is observed, [n, h, w].
func (m inpaintingMask) draw(n, h, w int, seed uint64) []float32 {
	masks := make([]float32, n*h*w)
	s := random.New(seed, m.Name)
	for i := range masks {
		p := i % (h * w)
		if m.share > 0 && s.Float64() < m.share || m.share == 0 && m.observed(p/w, p%w, h, w) {
			masks[i] = 1
		}
	}
	return masks
}

// An inpaintingTest is images that are completed, and how the completions are judged.
type inpaintingTest struct {
	device *engine.Device
	train  *measure.Set // for the baselines
	test   *measure.Set // with classes; grey images
	space  string       // feature space of the classifier
	cache  *measure.Cache
}

// A completed is the figures of one method for one mask.
type completed struct {
	Method    string
	N         int     // images
	RMSE      float64 // of the missing pixels
	Accuracy  float64 // share of the completed images in which the classifier finds the class
	Diversity float64 // root of the mean squared difference of two completions, at missing pixels; NaN for one completion
	MeanRMSE  float64 // RMSE of the mean of all completions; NaN for one
}

// Ratio is 1 for samples of the true conditional distribution: two samples then differ from
// each other as much as one differs from the truth.
func (c completed) Ratio() float64 { return c.Diversity / c.RMSE }

// judge returns the figures of completions of the first images of the test: each of draws is
// one for each image.
func (t *inpaintingTest) judge(ctx context.Context, method string, masks []float32, draws ...[]float32) (completed, error) {
	x := t.test.Values[:len(masks)]
	mean := make([]float32, len(masks))
	for _, d := range draws {
		for i, v := range d {
			mean[i] += v / float32(len(draws))
		}
	}
	c := completed{Method: method, N: len(masks) / t.test.Size(), Diversity: math.NaN(), MeanRMSE: math.NaN()}
	c.RMSE = rmsWhereMissing(draws[0], x, masks)
	if len(draws) > 1 {
		c.Diversity, c.MeanRMSE = rmsWhereMissing(draws[0], draws[1], masks), rmsWhereMissing(mean, x, masks)
	}
	var err error
	c.Accuracy, err = t.accuracy(ctx, draws[0])
	return c, err
}

// rmsWhereMissing returns the root of the mean squared difference of a and b where the mask
// is 0.
func rmsWhereMissing(a, b, masks []float32) float64 {
	sum, n := 0.0, 0
	for i, m := range masks {
		if m == 0 {
			away := float64(a[i]) - float64(b[i])
			sum += away * away
			n++
		}
	}
	return math.Sqrt(sum / float64(n))
}

// accuracy returns the share of images in which the classifier finds the class of the test
// image.
func (t *inpaintingTest) accuracy(ctx context.Context, images []float32) (float64, error) {
	made := t.test.Slice(0, len(images)/t.test.Size())
	made.Name, made.Values = "completed images", images
	r, err := runMeasure(ctx, "class-accuracy", measure.Task{
		Samples: made, N: made.Len(), Train: t.train, Reference: t.test, Space: t.space, Seed: scoringSeed, Device: t.device, Cache: t.cache,
	})
	if err != nil {
		return 0, err
	}
	v, err := figureOf(r, "accuracy")
	return float64(v.Value), err
}

// generated returns completions of the first n images by the first output of a run. The
// pixels are limited to [0, 1].
func (t *inpaintingTest) generated(ctx context.Context, sampler *run.Sampler, masks []float32, seed uint64) ([]float32, error) {
	n, scale := len(masks)/t.test.Size(), sampler.Output.Scale
	x := rescale(make([]float32, len(masks)), t.test.Values[:len(masks)], scale)
	in := sampler.Latents(0, n, seed)
	in["x"], in["mask"] = data.Values{Floats: x}, data.Values{Floats: masks}
	samples, err := sampler.Make(ctx, n, in)
	if err != nil {
		return nil, err
	}
	for i, v := range samples.Values {
		samples.Values[i] = float32(min(max((float64(v)-scale.Lo)/(scale.Hi-scale.Lo), 0), 1))
	}
	return samples.Values, nil
}

// gaussian returns the completions of images by the conditional mean of a normal
// distribution.
func (t *inpaintingTest) gaussian(ctx context.Context, g *impute.Gaussian, masks []float32) ([]float32, error) {
	size := t.test.Size()
	var all []float32
	var given *impute.Conditional
	for i := range len(masks) / size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		mask := masks[i*size : (i+1)*size]
		if i == 0 || !slices.Equal(mask, masks[(i-1)*size:i*size]) {
			var err error
			if given, err = g.Given(mask); err != nil {
				return nil, err
			}
		}
		all = append(all, given.Fill(t.test.At(i), 0, 1)...)
	}
	return all, nil
}

// mean returns images with missing pixels from the mean training image.
func (t *inpaintingTest) mean(masks []float32) []float32 {
	size := t.test.Size()
	mean := make([]float64, size)
	for i, v := range t.train.Values {
		mean[i%size] += float64(v) / float64(t.train.Len())
	}
	filled := make([]float32, len(masks))
	for i, m := range masks {
		if filled[i] = t.test.Values[i]; m == 0 {
			filled[i] = float32(mean[i%size])
		}
	}
	return filled
}

// nearest returns images with missing pixels from the training image that is
// nearest in the observed pixels. All images have the same mask.
func (t *inpaintingTest) nearest(ctx context.Context, masks []float32) ([]float32, error) {
	size := t.test.Size()
	pixels := make([]byte, len(masks))
	for i, m := range masks {
		pixels[i] = byte(255*t.test.Values[i]*m + .5)
	}
	visible := make([]byte, len(t.train.Values))
	for i, v := range t.train.Values {
		visible[i] = byte(255*v*masks[i%size] + .5)
	}
	set, err := data.NewTable(data.NewInfo("visible pixels", t.test.Field), data.Values{Bytes: visible})
	if err != nil {
		return nil, err
	}
	found, err := measure.Nearest(ctx, pixels, set, set.Len())
	if err != nil {
		return nil, err
	}
	filled := make([]float32, len(masks))
	for i, m := range masks {
		if filled[i] = t.test.Values[i]; m == 0 {
			filled[i] = t.train.At(int(found[i/size]))[i%size]
		}
	}
	return filled, nil
}
