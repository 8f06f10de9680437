package recipe

import (
	"cmp"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/feed"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// GAIN contains the settings of generative adversarial imputation nets. One network G
// learns all conditionals p(missing | observed) of a table: it reads a row x with
// noise z for the missing numbers, and the mask m, 1 for an observed number and 0 for a
// missing one. Where m is 1 the result is x, elsewhere it is G's. For each number of the
// result, D estimates the probability that it was observed. D also reads a hint h of m.
// With the hint of the authors' code, the losses are
//
//	L_D = -mean[m log D + (1-m) log(1-D)]
//	L_G = -mean[(1-m) log D] + alpha mean[(m x - m G)^2] / mean(m)
//
// The defaults are those of the authors' code. It differs from the paper in the hint. In
// the paper, h is m but for one random number of each row, where it is 1/2, and both losses
// of D's output are those of this number alone. In the code, h is m times a random mask of
// the rate hint_rate, so 0 means hidden as well as missing, and the losses are of all
// numbers.
//
// Each column is scaled to [0, 1] by the least and the greatest of its observed values. If
// the data have no missing values, some are hidden at random before the training; see
// [data.Hide]. There are two differences. In the code, both players use the same minibatch
// in a round. And the code adds 1e-8 to probabilities in logarithms, which are here computed
// from logits.
type GAIN struct {
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Hidden       int     `toml:"hidden" min:"0" doc:"units of each of the two hidden layers of both networks; 0: the number of columns"`
	Noise        float64 `toml:"noise" above:"0" doc:"z, in place of the missing numbers, is uniform from 0 to this"`
	Hint         string  `toml:"hint" oneof:"code paper" doc:"what D learns about the mask of missing numbers: as in the authors' code or as in the paper"`
	HintRate     float64 `toml:"hint_rate" min:"0" max:"1" doc:"with hint = code, share of the observed numbers that the hint marks as observed"`
	Alpha        float64 `toml:"alpha" min:"0" doc:"weight of the squared error at observed numbers in the loss of G"`
	Adversary    bool    `toml:"adversary" doc:"whether D plays; otherwise G learns only from the squared error"`
	MissRate     float64 `toml:"miss_rate" min:"0" max:"1" doc:"share of the numbers that are hidden if the data have no missing values"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of both players' Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam"`
}

func init() {
	Register(Recipe{
		Name:   "gain",
		Title:  "fills missing numbers of tables: G draws the missing numbers, given the observed ones",
		Source: "Yoon et al. 2018, GAIN: Missing Data Imputation using Generative Adversarial Nets (arXiv 1806.02920), and the authors' code",
		Data:   "ring8", Takes: Points(mostValues), TakesMissing: true,
		Kimg: 2560, TickKimg: 128, Grid: 2500, // 10,000 rounds, and 500
	}, GAIN{
		Batch: 128, Noise: .01, Hint: "code", HintRate: .9, Alpha: 100, Adversary: true, MissRate: .2,
		LearningRate: 1e-3, Beta1: .9, Beta2: .999,
	}, GAIN.build)
}

func (s GAIN) build(table Examples) (*System, error) {
	columns, scale := table.First(), rangeOf(table)
	d := columns.Size()
	G, D := s.network("G", d, nn.Sigmoid), s.network("D", d, nn.Sequence())
	observed := data.Field{Name: data.ObservedField, Kind: data.Numbers, Shape: columns.Shape, Names: columns.Names}
	rules := s.game(G, D, d)
	return &System{
		Game: rules,
		Sources: func(sets Sets, seed uint64) ([]game.Source, error) {
			set := sets[Main]
			if set != nil && !set.Info().HasMissing() {
				var err error
				if set, err = data.Hide(set, s.MissRate, seed); err != nil {
					return nil, err
				}
			}
			x := roleInput{Main, feed.Input{Name: data.ExampleField, Standard: scale}}
			return fromRoles(rules, x, roleInput{Main, feed.Input{Name: data.ObservedField}})(Sets{Main: set}, seed)
		},
		Outputs: []Output{{
			Name: "G", Networks: []*nn.Network{G}, Latents: []Latent{Uniform("z", 0, s.Noise, d)},
			Given: []Condition{{Field: columns}, {Field: observed, Draw: func(c *nn.Context, n int) *tensor.Tensor {
				return below(c.Uniform(0, 1, n, d), 1-s.MissRate)
			}}},
			Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
				x, m := in[data.ExampleField], in[data.ObservedField]
				return fill(x, m, restore(scale, s.impute(c, G, standardised(scale, x), m, in["z"])))
			},
			Makes: columns,
		}},
	}, nil
}

// network returns G or D for d columns.
func (s GAIN) network(name string, d int, output nn.Layer) *nn.Network {
	weights := nn.FanInNormal(math.Sqrt2)
	hidden := nn.Linear(cmp.Or(s.Hidden, d), weights, nn.Zeros)
	return nn.New(name, []int{2 * d}, hidden, nn.ReLU, hidden, nn.ReLU, nn.Linear(d, weights, nn.Zeros), output)
}

// impute applies G to rows x, [n, d], with the mask m and the noise z.
func (GAIN) impute(c *nn.Context, G *nn.Network, x, m, z *tensor.Tensor) *tensor.Tensor {
	return G.Apply(c, tensor.Concatenate(1, fill(x, m, z), m))
}

// game returns the game of the two networks.
func (s GAIN) game(G, D *nn.Network, d int) *game.Game {
	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: 1e-8}
	g := &game.Player{Name: "G", Networks: []*nn.Network{G}, Optimizer: adam}
	judge := &game.Player{Name: "D", Networks: []*nn.Network{D}, Optimizer: adam}
	input := func(name string) game.Input {
		return game.Input{Name: name, DType: tensor.Float32, Shape: []int{s.Batch, d}}
	}
	rules := &game.Game{
		Players: []*game.Player{g}, Round: game.Simultaneous(g), Batch: s.Batch,
		Inputs: []game.Input{input(data.ExampleField), input(data.ObservedField)},
	}
	if s.Adversary {
		rules.Players, rules.Round = append(rules.Players, judge), game.Alternate(judge, g, 1)
	}
	rules.Play = func(t *game.Trace) game.Losses {
		x, m := t.Data(data.ExampleField), t.Data(data.ObservedField)
		made := s.impute(t.Context, G, x, m, t.Uniform(0, s.Noise, s.Batch, d))
		filled := fill(x, m, made)
		square := filled.Sub(made).Square().Mean().Div(m.Mean().Plus(1e-8)) // 0 at missing numbers
		t.Record(g, "error", square)
		losses := game.Losses{"G": square.Scale(s.Alpha)}
		if !s.Adversary {
			return losses
		}
		hint, judged := s.hint(t.Context, m)
		score := D.Apply(t.Context, tensor.Concatenate(1, filled, hint))
		t.Record(judge, "D(observed)", meanWhere(score.Logistic(), m))
		t.Record(judge, "D(missing)", meanWhere(score.Logistic(), complement(m)))
		entropy := m.Mul(score.Neg().Softplus()).Add(complement(m).Mul(score.Softplus()))
		losses["D"] = entropy.Mul(judged).Mean()
		losses["G"] = losses["G"].Add(complement(m).Mul(score.Neg().Softplus()).Mul(judged).Mean())
		return losses
	}
	return rules
}

// hint returns the hint of the mask m, [n, d], and a mask of the numbers that the losses of
// D's output are of.
func (s GAIN) hint(c *nn.Context, m *tensor.Tensor) (hint, judged *tensor.Tensor) {
	n, d := m.Dim(0), m.Dim(1)
	if s.Hint == "code" {
		return m.Mul(below(c.Uniform(0, 1, n, d), s.HintRate)), tensor.Full(m.DType(), 1, n, d)
	}
	chosen := c.Uniform(0, float64(d), n, 1).Convert(tensor.Int32) // rounds towards 0
	judged = chosen.Compare(tensor.Equal, tensor.Iota(tensor.Int32, 1, n, d)).Convert(m.DType())
	return fill(tensor.Full(m.DType(), .5, n, d), judged, m), judged
}

// rangeOf returns the standardisation that scales each column of a table to [0, 1], as the
// authors' code does. It is nil if the least and the greatest values are not known.
func rangeOf(table Examples) *feed.Standard {
	if len(table.Low) == 0 {
		return nil
	}
	scale := &feed.Standard{Mean: table.Low, SD: make([]float64, len(table.Low))}
	for k := range scale.SD {
		scale.SD[k] = table.High[k] - table.Low[k] + 1e-6
	}
	return scale
}
