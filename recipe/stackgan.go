package recipe

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// StackGAN contains the settings of the generation of images from texts. Stage I draws a
// small image from z and the text. Stage II makes the whole image from the small one and the
// text. A run trains stage I until Stage1Kimg, and then stage II, in which the networks of
// stage I do not change.
//
// The condition of G is c = mu + sigma eps, with mu and log sigma computed from the text and
// eps ~ N(0, I) (conditioning augmentation). D learns that a real image with the text of
// another example is not real (the matching-aware loss, GAN-CLS, of Reed et al. 2016):
//
//	D: -log D(x, t) - [log(1 - D(x, t')) + log(1 - D(G(z, c), t))] / 2
//	G: -log D(G(z, c), t) + KL times the mean over the numbers of -log sigma + (sigma² + mu² - 1) / 2
//
// The authors' code has two forms. In tensorflow, G and D have residual blocks, a leaky ReLU
// is before mu and log sigma, and D reads its own projection of the text. In pytorch there are
// no residual blocks in stage I and in D, a ReLU is before mu and log sigma² (so that no
// variance is below 1), and D reads mu.
//
// The outputs G and G1 are images of stage II and of stage I. The outputs D and D1 are the
// scores of both discriminators for an image and a text.
//
// The published networks have width_g = width_g2 = 128, width_d = width_d2 = 64, upscale = 4
// and images of 64 and 256 pixels; the defaults suit a processor. The authors' D judges real,
// wrong and generated examples as three batches (one_batch = false). Then batch normalisation
// shows D which batch it is; in a trial such a D, with running statistics, refused every single
// example. Other differences: eps is not truncated, t' is the text of the next example of the
// minibatch, G1 normalises by its running statistics in stage II, and images are not cropped.
// With stages = 1, augmentation = false and interpolation = 1 the losses are those of
// GAN-INT-CLS (Reed et al. 2016).
type StackGAN struct {
	Form          string  `toml:"form" oneof:"tensorflow pytorch" doc:"of the networks: which of the two forms of the authors' code"`
	Stages        int     `toml:"stages" min:"1" max:"2" doc:"2: stage I makes small images, and stage II whole ones from them; 1: stage I makes whole ones"`
	Stage1Kimg    float64 `toml:"stage1_kimg" above:"0" doc:"thousands of examples shown in stage I, if there are two stages"`
	Upscale       int     `toml:"upscale" min:"2" max:"16" doc:"sides of whole images divided by those of small ones, a power of two"`
	Batch         int     `toml:"batch" min:"2" doc:"examples in a minibatch"`
	Latent        int     `toml:"latent" min:"1" doc:"dimensions of z, standard normal"`
	Condition     int     `toml:"condition" min:"1" doc:"dimensions of c, the condition of G"`
	Augmentation  bool    `toml:"augmentation" doc:"conditioning augmentation: c is drawn from a normal distribution; otherwise it is a layer of the text"`
	KL            float64 `toml:"kl" min:"0" doc:"weight of the divergence of that distribution from N(0, 1), a mean over dimensions"`
	Wrong         bool    `toml:"wrong" doc:"D also learns to refuse real images with wrong texts (matching-aware loss, GAN-CLS)"`
	OneBatch      bool    `toml:"one_batch" doc:"D judges real, wrong and generated examples as one batch; false, as published: as separate batches, which it can tell apart by their statistics"`
	Interpolation float64 `toml:"interpolation" min:"0" doc:"weight in G's loss of half a minibatch with means of two texts (GAN-INT; Reed et al. 2016: 1); 0: none"`
	Projection    int     `toml:"projection" min:"1" doc:"units of D's projection of the text, in the form tensorflow"`
	WidthG        int     `toml:"width_g" min:"4" max:"65536" doc:"channels of the last hidden feature maps of stage I's G, which double at each halving"`
	WidthG2       int     `toml:"width_g2" min:"4" max:"65536" doc:"channels of the first convolution of stage II's G"`
	WidthD        int     `toml:"width_d" min:"1" max:"65536" doc:"channels of the first convolution of stage I's D, which double at each halving"`
	WidthD2       int     `toml:"width_d2" min:"1" max:"65536" doc:"channels of the first convolution of stage II's D"`
	Blocks        int     `toml:"blocks" min:"0" doc:"residual blocks of stage II's G"`
	Slope         float64 `toml:"slope" min:"0" max:"1" doc:"of the leaky ReLUs"`
	Weights       float64 `toml:"weights" above:"0" doc:"standard deviation of the initial weights, and of the initial scales of the normalisation around 1"`
	LearningRate  float64 `toml:"learning_rate" min:"0" doc:"of every player's Adam at first"`
	Beta1         float64 `toml:"beta1" min:"0" max:"0.999" doc:"of every player's Adam"`
	Beta2         float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of every player's Adam"`
	HalveKimg     float64 `toml:"halve_kimg" min:"0" doc:"thousands of examples of a stage after which its learning rate is halved again; 0: never"`
}

func init() {
	Register(Recipe{
		Name:   "stackgan",
		Title:  "images from texts in two stages, with conditioning augmentation and a matching-aware discriminator",
		Source: "Zhang et al. 2017, StackGAN (arXiv 1612.03242), Reed et al. 2016, Generative Adversarial Text to Image Synthesis (arXiv 1605.05396), and the authors' code",
		Data:   data.EmojiName, Takes: captioned,
		Kimg: 800, TickKimg: 20, Grid: 64,
	}, StackGAN{
		Form: "tensorflow", Stages: 2, Stage1Kimg: 400, Upscale: 2, Batch: 64, Latent: 100,
		Condition: 128, Augmentation: true, KL: 2, Wrong: true, OneBatch: true, Projection: 128,
		WidthG: 32, WidthG2: 16, WidthD: 32, WidthD2: 16, Blocks: 2, Slope: .2, Weights: .02,
		LearningRate: 2e-4, Beta1: .5, Beta2: .999, HalveKimg: 150,
	}, StackGAN.build)
}

// captioned returns an error unless the examples are images with texts.
func captioned(info data.Info) error {
	if err := Images(math.MaxInt32)(info); err != nil {
		return err
	}
	if text, ok := info.Field(data.TextField); !ok || text.Kind != data.Numbers {
		return hint.Add(otherKind("it generates images from texts, and dataset %s has no field %s", info.Name, data.TextField),
			"next to the pictures write a table captions.csv, with lines such as a.png,a red car")
	}
	return nil
}

// A stackStage is the networks of a stage and their players.
type stackStage struct {
	A, G, D *nn.Network // A computes the condition of G from the text
	g, d    *game.Player
	side    int      // of the images
	latents []Latent // z and eps, or only eps in stage II
}

func (s StackGAN) build(e Examples) (*System, error) {
	image := e.First()
	text, _ := e.Field(data.TextField)
	sides := []int{image.Shape[1]}
	if s.Stages == 2 {
		sides = []int{image.Shape[1] / s.Upscale, image.Shape[1]}
	}
	if image.Shape[1] != image.Shape[2] || bits.OnesCount(uint(image.Shape[1])) != 1 || bits.OnesCount(uint(s.Upscale)) != 1 || sides[0] < 8 {
		return nil, hint.Add(fmt.Errorf("images of %v in %d stages, upscale = %d: the sides must be equal powers of two, and at least 8 in stage I", image, s.Stages, s.Upscale),
			"--set data.size=64 --set upscale=2")
	}
	rules := &game.Game{Batch: s.Batch, Inputs: []game.Input{
		{Name: data.ExampleField, DType: tensor.Float32, Shape: append([]int{s.Batch}, image.Shape...)},
		{Name: data.TextField, DType: tensor.Float32, Shape: []int{s.Batch, text.Size()}},
	}}
	var stages []*stackStage
	for k, side := range sides {
		st := s.stage(k+1, image.Shape[0], side, sides[0], text.Size())
		stages = append(stages, st)
		rules.Players = append(rules.Players, st.g, st.d)
	}
	last := stages[len(stages)-1]
	rules.Round = game.Alternate(last.d, last.g, 1)
	if len(stages) == 2 {
		rules.Phases = []game.Phase{{When: before(s.rounds(s.Stage1Kimg)), Round: game.Alternate(stages[0].d, stages[0].g, 1)}}
	}
	rules.Play = func(t *game.Trace) game.Losses { return s.play(t, stages) }
	scale := data.Scale{Lo: -1, Hi: 1}
	outputs := []Output{s.output("G", stages, image, text, scale)}
	if len(stages) == 2 {
		outputs = append(outputs, s.output("G1", stages[:1], data.Image(image.Shape[0], sides[0], sides[0]), text, scale), s.judge("D1", stages[0], image, text, scale))
	}
	outputs = append(outputs, s.judge("D", last, image, text, scale))
	return &System{Game: rules, Sources: FromData(rules, scale), Outputs: outputs}, nil
}

// rounds returns the number of rounds in which the given number of thousands of examples is
// shown. Both moves of a round read a minibatch.
func (s StackGAN) rounds(kimg float64) int { return max(1, stepsOf(kimg, 2*s.Batch)) }

// stage returns stage number k, with images of the given side. small is the side of the images
// of stage I.
func (s StackGAN) stage(k, channels, side, small, text int) *stackStage {
	st := &stackStage{side: side}
	units := s.Condition
	if s.Augmentation {
		units *= 2 // mu and log sigma
		st.latents = []Latent{Normal("eps", s.Condition)}
	}
	named := func(letter string) string { return fmt.Sprintf("%s%d", letter, k) }
	act := nn.LeakyReLU(s.Slope)
	if s.Form == "pytorch" {
		act = nn.ReLU
	}
	st.A = nn.New(named("A"), []int{text}, nn.Linear(units, nn.GlorotUniform(1), nn.Zeros), act)
	if k == 1 {
		st.latents = append([]Latent{Normal("z", s.Latent)}, st.latents...)
		st.G = nn.New(named("G"), []int{s.Condition + s.Latent}, s.generator1(channels, side)...)
		st.D = nn.New(named("D"), []int{channels, side, side}, s.discriminator(s.WidthD, side, text)...)
	} else {
		st.G = nn.New(named("G"), []int{channels, small, small}, s.generator2(channels, side, small)...)
		st.D = nn.New(named("D"), []int{channels, side, side}, s.discriminator(s.WidthD2, side, text)...)
		if s.Augmentation {
			st.latents[0].Name = "eps2"
		}
	}
	rate := optim.Constant(s.LearningRate)
	if s.HalveKimg > 0 {
		rate = optim.StepDecay(s.LearningRate, .5, s.rounds(s.HalveKimg))
	}
	adam := optim.Adam{LearningRate: rate, Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	st.g = &game.Player{Name: st.G.Name, Networks: []*nn.Network{st.A, st.G}, Optimizer: adam}
	st.d = &game.Player{Name: st.D.Name, Networks: []*nn.Network{st.D}, Optimizer: adam}
	return st
}

// A stackCondition is what the networks of a stage read of texts.
type stackCondition struct {
	c  *tensor.Tensor // of G, [n, Condition]
	mu *tensor.Tensor // of D in the form pytorch: the mean of c
	t  *tensor.Tensor // of D in the form tensorflow: the text
	kl *tensor.Tensor // nil without conditioning augmentation
}

// unitPower returns the vectors of texts, [n, d], scaled so that the mean of their squares is 1.
func unitPower(text *tensor.Tensor) *tensor.Tensor {
	return text.Mul(text.Square().Mean(1).Plus(1e-12).Rsqrt().Reshape(text.Dim(0), 1))
}

// condition traces the condition for scaled texts, [n, d]. eps is standard normal.
func (s StackGAN) condition(c *nn.Context, A *nn.Network, t, eps *tensor.Tensor) stackCondition {
	h := A.Apply(c, t)
	if !s.Augmentation {
		return stackCondition{c: h, mu: h, t: t}
	}
	mu, logSigma := h.Slice1(1, 0, s.Condition), h.Slice1(1, s.Condition, 2*s.Condition)
	if s.Form == "pytorch" {
		logSigma = logSigma.Scale(.5) // from the logarithm of the variance
	}
	return stackCondition{c: mu.Add(logSigma.Exp().Mul(eps)), mu: mu, t: t, kl: normalKL(mu, logSigma)}
}

// normalKL returns the divergence KL(N(mu, sigma²) || N(0, 1)), a mean over all numbers.
func normalKL(mu, logSigma *tensor.Tensor) *tensor.Tensor {
	return logSigma.Scale(2).Exp().Add(mu.Square()).Plus(-1).Scale(.5).Sub(logSigma).Mean()
}

// next returns the rows of x, each moved one place up, and the first row at the end.
func next(x *tensor.Tensor) *tensor.Tensor {
	return tensor.Concatenate(0, x.Slice1(0, 1, x.Dim(0)), x.Slice1(0, 0, 1))
}

// make traces images of the last stage of stages from scaled texts. draw returns a latent.
func (s StackGAN) make(c *nn.Context, stages []*stackStage, t *tensor.Tensor, draw func(Latent) *tensor.Tensor) (made *tensor.Tensor, of stackCondition) {
	for k, st := range stages {
		in := map[string]*tensor.Tensor{}
		for _, l := range st.latents {
			in[l.Name] = draw(l)
		}
		present := c
		if k < len(stages)-1 {
			frozen := *c
			frozen.Training = false // it does not change, and normalises as for samples
			present = &frozen
		}
		if k == 0 {
			of = s.condition(present, st.A, t, in["eps"])
			made = st.G.Apply(present, tensor.Concatenate(1, of.c, in["z"]))
		} else {
			of = s.condition(present, st.A, t, in["eps2"])
			made = st.G.Apply(present.With("c", of.c), made)
		}
	}
	return made, of
}

// play traces a play of all stages. The losses of a stage do not depend on the values of later
// stages. Stage II is traced first, so that it reads the statistics of stage I as they were.
func (s StackGAN) play(t *game.Trace, stages []*stackStage) game.Losses {
	losses := game.Losses{}
	for k := len(stages) - 1; k >= 0; k-- {
		s.losses(t, stages[:k+1], losses)
	}
	return losses
}

// losses adds the losses of the players of the last stage of stages.
func (s StackGAN) losses(t *game.Trace, stages []*stackStage, losses game.Losses) {
	st := stages[len(stages)-1]
	x, text := t.Data(data.ExampleField), unitPower(t.Data(data.TextField))
	x = shrunk(x, x.Dim(2)/st.side)
	draw := func(n int) func(Latent) *tensor.Tensor {
		return func(l Latent) *tensor.Tensor { return l.Draw(t.Context, n) }
	}
	made, of := s.make(t.Context, stages, text, draw(s.Batch))
	pairs := []stackPair{{x, of}, {made, of}}
	if s.Wrong {
		pairs = append(pairs, stackPair{x, stackCondition{t: next(of.t), mu: next(of.mu)}})
	}
	scores := s.scores(t.Context, st, pairs...)
	real, fake := scores[0], scores[1]
	refused := fake.Softplus().Mean()
	if s.Wrong {
		refused = refused.Add(scores[2].Softplus().Mean()).Scale(.5)
		t.Record(st.d, st.D.Name+"(x, wrong)", scores[2].Logistic().Mean())
	}
	lossG := fake.Neg().Softplus().Mean()
	if of.kl != nil {
		lossG = lossG.Add(of.kl.Scale(s.KL))
		t.Record(st.g, "KL."+st.G.Name, of.kl)
	}
	if s.Interpolation > 0 {
		half := s.Batch / 2
		between := text.Slice1(0, 0, half).Add(text.Slice1(0, half, 2*half)).Scale(.5)
		made, ofMade := s.make(t.Context, stages, between, draw(half))
		held := t.Holding(st.D.Params) // D does not move on these images, nor do its running statistics
		judged := s.scores(held, st, stackPair{x, of}, stackPair{made, ofMade})[1]
		lossG = lossG.Add(judged.Neg().Softplus().Mean().Scale(s.Interpolation))
	}
	losses[st.d.Name], losses[st.g.Name] = real.Neg().Softplus().Mean().Add(refused), lossG
	t.Record(st.d, st.D.Name+"(x)", real.Logistic().Mean())
	t.Record(st.d, st.D.Name+"(G(z))", fake.Logistic().Mean())
}

// A stackPair is images and the condition by which D judges them.
type stackPair struct {
	x  *tensor.Tensor
	of stackCondition
}

// scores returns the scores of D for pairs, which it judges as one batch or separately.
func (s StackGAN) scores(c *nn.Context, st *stackStage, pairs ...stackPair) (scores []*tensor.Tensor) {
	if !s.OneBatch {
		for _, p := range pairs {
			scores = append(scores, st.score(c, p.x, p.of))
		}
		return scores
	}
	var x, t, mu []*tensor.Tensor
	for _, p := range pairs {
		x, t, mu = append(x, p.x), append(t, p.of.t), append(mu, p.of.mu)
	}
	all := st.score(c, tensor.Concatenate(0, x...), stackCondition{t: tensor.Concatenate(0, t...), mu: tensor.Concatenate(0, mu...)})
	first := 0
	for _, p := range pairs {
		scores = append(scores, all.Slice1(0, first, first+p.x.Dim(0)))
		first += p.x.Dim(0)
	}
	return scores
}

// score returns the scores of D for images that have the side of the stage: the logits of the
// probability that they are real and match, [n, 1].
func (st *stackStage) score(c *nn.Context, x *tensor.Tensor, of stackCondition) *tensor.Tensor {
	return st.D.Apply(c.With("t", of.t).With("c", of.mu.StopGradient()), x)
}

// shrunk returns images with pixels that are means of factor x factor pixels.
func shrunk(x *tensor.Tensor, factor int) *tensor.Tensor {
	if factor == 1 {
		return x
	}
	n, c, h, w := x.Dim(0), x.Dim(1), x.Dim(2)/factor, x.Dim(3)/factor
	return x.Reshape(n, c, h, factor, w, factor).Mean(3, 5)
}

// judge returns the output that makes the scores of D for whole images and texts.
func (s StackGAN) judge(name string, st *stackStage, image, text data.Field, scale data.Scale) Output {
	return Output{
		Name: name, Networks: []*nn.Network{st.A, st.D}, Given: []Condition{{Field: image, Scale: scale}, {Field: text}},
		Makes: data.Field{Name: "score", Kind: data.Numbers, Shape: []int{1}},
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
			x := in[image.Name]
			t := unitPower(in[text.Name])
			of := s.condition(c, st.A, t, tensor.Zeros(tensor.Float32, t.Dim(0), s.Condition))
			return st.score(c, shrunk(x, x.Dim(2)/st.side), of)
		},
	}
}

// output returns the output of the last stage of stages.
func (s StackGAN) output(name string, stages []*stackStage, image, text data.Field, scale data.Scale) Output {
	o := Output{Name: name, Given: []Condition{{Field: text}}, Makes: image, Scale: scale}
	for _, st := range stages {
		o.Networks = append(o.Networks, st.A, st.G)
		o.Latents = append(o.Latents, st.latents...)
	}
	o.Make = func(c *nn.Context, in Inputs) *tensor.Tensor {
		made, _ := s.make(c, stages, unitPower(in[data.TextField]), func(l Latent) *tensor.Tensor { return in[l.Name] })
		return made
	}
	return o
}
