package reproduce

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/run"
)

var stackGAN = Target{
	Name:   "stackgan",
	Title:  "StackGAN: images from captions in two stages, judged on captions that were held out",
	Source: "Zhang et al. 2017, StackGAN (arXiv 1612.03242), with the matching-aware loss of Reed et al. 2016 (arXiv 1605.05396)",
	Takes:  "seconds with --run, else about an hour",
	Uses:   []string{"data", "run", "seeds", "epochs", "set"},
	needs:  "images, and next to them a table captions.csv with lines such as a.png,a red car",
	make:   makeStackGAN,
}

const (
	stackEpochs  = 550 // 800 thousand emoji, as in the recipe: 275 epochs for each player, half of them in each stage
	stackShifts  = 10  // wrong captions for each image
	stackFixed   = 16  // captions for the effect of the latents
	stackDraws   = 16  // draws of each latent
	stackShown   = 12  // held-out captions in the picture
	stackColumns = 3   // samples of each text of the user
)

// stackTexts is the texts of the second picture, which a user could write.
var stackTexts = []string{"smiling face", "red heart", "flag", "clock"}

// stackFound is the input of the page.
type stackFound struct {
	judged
	Trained uint64 // seed of the run
	Train   int    // training examples that are judged
	HeldOut int
	Shifts  int
	Fixed   int
	Draws   int
	Judges  []stackJudge
	Ranks   []stackRank
	Spreads []stackSpread
	Made    meanError // distances of samples to their nearest training images
	Held    meanError // of held-out images
	Texts   []string  // of the second picture; nil if the data do not know them
}

// A stackJudge is the accuracy of a discriminator on a part of the data.
type stackJudge struct {
	Name, Part string
	Matching   float64 // share of real images with their captions that it takes
	Wrong      float64 // share of real images with wrong captions that it refuses
	Rank       float64 // share of pairs of captions in which the right one has the higher score
}

// A stackRank is how often the caption of the nearest training image is nearer to the image's
// own caption than to a wrong one.
type stackRank struct {
	Name string
	Rank float64
}

// A stackSpread is the standard deviation of the pixels of an output over draws of a latent.
type stackSpread struct {
	Output string
	Eps    float64 // over eps, z fixed
	Z      float64 // over z, eps fixed
}

func makeStackGAN(ctx context.Context, j *job) error {
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	g, about, seed, err := j.judgedG(ctx, device, j.stackRun)
	if err != nil {
		return err
	}
	if name := g.Config.Recipe.Name; name != "stackgan" {
		return hint.Add(fmt.Errorf("run %s is of the recipe %s", about.Run, name), "name a run of stackgan")
	}
	found := &stackFound{judged: about, Trained: g.Config.Train.Seed, Shifts: stackShifts, Fixed: stackFixed, Draws: stackDraws}
	if err := found.measure(ctx, j, g, seed); err != nil {
		return err
	}
	return j.finish(found)
}

// stackRun returns the settings of the run that is judged.
func (j *job) stackRun(seed uint64) (*run.Config, error) {
	c, err := newConfig("stackgan", cmp.Or(j.Data, data.EmojiName), seed, cmp.Or(j.Epochs, stackEpochs))
	if err == nil {
		err = c.Set(fmt.Sprintf("model.stage1_kimg=%.6g", c.Train.Kimg/2))
	}
	return c, err
}

// stackExamples is examples of a part of the data.
type stackExamples struct {
	n     int
	bytes []byte    // [n, pixels]
	x     []float32 // the pixels as the networks read them
	text  []float32 // [n, numbers]
	size  int       // of a text
}

// openStackExamples reads a part of the data of a run, at most limit examples, in random order.
// So the captions of the next examples are random wrong captions.
func openStackExamples(ctx context.Context, c *run.Config, split data.Split, limit int64) (*stackExamples, data.Set, error) {
	set, err := c.OpenData(ctx, "", split)
	if err != nil {
		return nil, nil, err
	}
	drawn := data.Draw(set, limit, 0, "examples that are judged")
	e := &stackExamples{n: int(drawn.Len())}
	row := drawn.Info().RowOf(data.ExampleField, data.TextField)
	for _, i := range random.New(0, "examples that are judged").Perm(make([]int32, e.n)) {
		if err := drawn.Read(row, int64(i)); err != nil {
			return nil, nil, err
		}
		pixels, text := row.Of(drawn.Info(), data.ExampleField).Bytes, row.Of(drawn.Info(), data.TextField).Floats
		e.bytes, e.text, e.size = append(e.bytes, pixels...), append(e.text, text...), len(text)
		for _, b := range pixels {
			e.x = append(e.x, float32(b)/127.5-1)
		}
	}
	return e, set, nil
}

// textOf returns the text of example i modulo n.
func (e *stackExamples) textOf(i int) []float32 { return e.text[i%e.n*e.size:][:e.size] }

// moved returns the texts, each moved by some places: text i+by for example i.
func (e *stackExamples) moved(by int) []float32 {
	by = by % e.n * e.size
	return append(slices.Clone(e.text[by:]), e.text[:by]...)
}

// measure computes all figures and pictures of the page.
func (f *stackFound) measure(ctx context.Context, j *job, g *run.Generator, seed uint64) error {
	held, _, err := openStackExamples(ctx, g.Config, data.Test, math.MaxInt32)
	if err != nil {
		return err
	}
	some, training, err := openStackExamples(ctx, g.Config, data.Train, int64(held.n))
	if err != nil {
		return err
	}
	if held.n < 2 {
		return hint.Add(fmt.Errorf("dataset %s has one held-out example", f.Dataset), "choose a larger one")
	}
	f.Train, f.HeldOut = some.n, held.n
	for _, o := range g.Outputs() {
		if o.Name != "D" && o.Name != "D1" {
			continue
		}
		for _, part := range []struct {
			name string
			of   *stackExamples
		}{{"training", some}, {"held out", held}} {
			judged, err := judgeStack(ctx, g, o.Name, part.of)
			if err != nil {
				return err
			}
			judged.Part = part.name
			f.Judges = append(f.Judges, judged)
		}
	}
	for _, o := range g.Outputs() {
		if o.Name == "G" || o.Name == "G1" {
			spread, err := spreadOf(ctx, g, o.Name, held, seed)
			if err != nil {
				return err
			}
			f.Spreads = append(f.Spreads, spread)
		}
	}
	if err := f.compare(ctx, j, g, held, training, seed); err != nil {
		return err
	}
	return f.drawTexts(ctx, j, g, seed)
}

// judgeStack returns the accuracy of the scores of an output.
func judgeStack(ctx context.Context, g *run.Generator, output string, e *stackExamples) (stackJudge, error) {
	judged := stackJudge{Name: output}
	sampler, err := g.Sampler(output)
	if err != nil {
		return judged, err
	}
	scores := func(text []float32) ([]float32, error) {
		s, err := sampler.Make(ctx, e.n, run.Inputs{data.ExampleField: {Floats: e.x}, data.TextField: {Floats: text}})
		if err != nil {
			return nil, err
		}
		return s.Values, nil
	}
	right, err := scores(e.text)
	if err != nil {
		return judged, err
	}
	pairs := 0.0
	for by := 1; by <= min(stackShifts, e.n-1); by++ {
		wrong, err := scores(e.moved(by))
		if err != nil {
			return judged, err
		}
		for i := range right {
			if slices.Equal(e.textOf(i), e.textOf(i+by)) {
				continue
			}
			pairs++
			judged.Wrong += above(0, wrong[i])
			judged.Rank += above(right[i], wrong[i])
		}
	}
	for _, score := range right {
		judged.Matching += above(score, 0) / float64(e.n)
	}
	judged.Wrong, judged.Rank = judged.Wrong/pairs, judged.Rank/pairs
	return judged, nil
}

// above returns 1 if a is above b, 0 if it is below, and 1/2 if they are equal.
func above(a, b float32) float64 {
	switch {
	case a > b:
		return 1
	case a < b:
		return 0
	}
	return .5
}

// spreadOf draws images of held-out captions with one latent drawn and the others fixed.
func spreadOf(ctx context.Context, g *run.Generator, output string, e *stackExamples, seed uint64) (spread stackSpread, err error) {
	spread.Output = output
	sampler, err := g.Sampler(output)
	if err != nil {
		return spread, err
	}
	captions := min(stackFixed, e.n)
	n := captions * stackDraws
	drawn := sampler.Latents(0, n, seed)
	over := func(free func(latent string) bool) (float64, error) {
		in := run.Inputs{data.TextField: {Floats: make([]float32, 0, n*e.size)}}
		for i := range n {
			text := in[data.TextField]
			text.Floats = append(text.Floats, e.textOf(i/stackDraws)...)
			in[data.TextField] = text
		}
		for name, values := range drawn {
			size, fixed := sampler.Size(name), slices.Clone(values.Floats)
			if !free(name) {
				for i := range n {
					copy(fixed[i*size:][:size], values.Floats[i/stackDraws*stackDraws*size:])
				}
			}
			in[name] = data.Values{Floats: fixed}
		}
		made, err := sampler.Make(ctx, n, in)
		if err != nil {
			return 0, err
		}
		return pixelSD(made.Values, n) / 2, nil // of pixels from 0 to 1
	}
	if spread.Eps, err = over(func(latent string) bool { return latent != "z" }); err != nil {
		return spread, err
	}
	spread.Z, err = over(func(latent string) bool { return latent == "z" })
	return spread, err
}

// pixelSD returns the root of the mean variance of pixels within groups of stackDraws images.
func pixelSD(values []float32, n int) float64 {
	size := len(values) / n
	total := 0.0
	for first := 0; first < n; first += stackDraws {
		for k := range size {
			sum, squares := 0.0, 0.0
			for i := first; i < first+stackDraws; i++ {
				v := float64(values[i*size+k] - values[first*size+k]) // equal values have exactly 0
				sum, squares = sum+v, squares+v*v
			}
			total += (squares - sum*sum/stackDraws) / (stackDraws - 1)
		}
	}
	return math.Sqrt(max(total, 0) / float64(size*n/stackDraws))
}

// compare draws an image for each held-out caption, and looks for the nearest training images
// of these and of the real held-out images.
func (f *stackFound) compare(ctx context.Context, j *job, g *run.Generator, held *stackExamples, training data.Set, seed uint64) error {
	samples, err := g.Draw(ctx, "G", held.n, seed, run.Inputs{data.TextField: {Floats: held.text}})
	if err != nil {
		return err
	}
	made, err := samples.Images()
	if err != nil {
		return err
	}
	real := made
	real.Pixels = held.bytes
	near := made
	for _, of := range []struct {
		name     string
		images   picture.Images
		distance *meanError
		nearest  *picture.Images
	}{{"real held-out images", real, &f.Held, new(picture.Images)}, {"samples for held-out captions", made, &f.Made, &near}} {
		nearest, list, err := run.Neighbours(ctx, of.images, 1, training, g.Config.Data.Examples)
		if err != nil {
			return err
		}
		*of.nearest = nearest
		*of.distance = meanDistance(list)
		rank, err := rankOf(held, training, list)
		if err != nil {
			return err
		}
		f.Ranks = append(f.Ranks, stackRank{of.name, rank})
	}
	shown := made
	shown.N, shown.Pixels = 0, nil
	for i := range min(stackShown, held.n) {
		for _, part := range []picture.Images{real, made, near} {
			shown.Pixels = append(shown.Pixels, part.Slice(i, i+1).Pixels...)
			shown.N++
		}
	}
	m, err := picture.Grid(run.Shown(shown), 9, picture.Options{})
	if err != nil {
		return err
	}
	return j.writePNG("stackgan.png", m, nil)
}

// rankOf returns the share of wrong captions that are further from the caption of the nearest
// training image than the right caption is, by the angle of their vectors.
func rankOf(held *stackExamples, training data.Set, nearest []run.Neighbour) (float64, error) {
	row := training.Info().RowOf(data.TextField)
	right, pairs := 0.0, 0.0
	for i, n := range nearest {
		if err := training.Read(row, n.Index); err != nil {
			return 0, err
		}
		text := row.Of(training.Info(), data.TextField).Floats
		for by := 1; by <= min(stackShifts, held.n-1); by++ {
			if wrong := held.textOf(i + by); !slices.Equal(held.textOf(i), wrong) {
				right += above(inner(text, held.textOf(i)), inner(text, wrong))
				pairs++
			}
		}
	}
	return right / pairs, nil
}

func inner(a, b []float32) float32 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return float32(sum)
}

// drawTexts writes a picture with a row of samples for each of stackTexts. There is no picture
// if the data know nothing of a text.
func (f *stackFound) drawTexts(ctx context.Context, j *job, g *run.Generator, seed uint64) error {
	sampler, err := g.Sampler("G")
	if err != nil {
		return err
	}
	var texts []string
	for _, text := range stackTexts {
		texts = append(texts, slices.Repeat([]string{text}, stackColumns)...)
	}
	given, err := sampler.Given(len(texts), map[string]any{data.TextField: texts})
	if errors.Is(err, data.ErrText) {
		return nil
	}
	if err != nil {
		return err
	}
	samples, err := g.Draw(ctx, "G", len(texts), seed, given)
	if err != nil {
		return err
	}
	m, err := g.Config.Picture(samples, nil, stackColumns)
	if err != nil {
		return err
	}
	f.Texts = stackTexts
	return j.writePNG("texts.png", m, nil)
}
