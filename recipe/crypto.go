package recipe

import (
	"fmt"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// Crypto contains the settings of adversarial cryptography. Alice encrypts a message with a
// key, Bob decrypts the ciphertext with the same key, and Eve reads the ciphertext without
// it. Bits are -1 and 1. Messages and keys are drawn at random, so there is no dataset.
//
// The three networks have one form. Each has a fully connected layer to 2N units and then
// convolutions along them, with a logistic function after each layer but the last, which
// has tanh:
//
//   - released: kernels 2, 1, 1 with 2, 2, 1 channels, the first with stride 2. There is no
//     function after the fully connected layer.
//   - paper: kernels 4, 2, 1, 1 with 2, 4, 4, 1 channels, the second with stride 2.
//
// The number of wrong bits is half the distance of a reading to the message, summed over
// the bits. So a reading of 0 counts as half a wrong bit. Eve lowers her wrong bits.
// Alice and Bob lower the wrong bits of Bob, divided by N, plus the square of 1 - e/(N/2),
// where e is the wrong bits of Eve. The released code squares for each message, and the
// paper squares after the mean over the minibatch. The code adds the losses of a minibatch;
// for Adam this is the same as their mean with an epsilon divided by the batch.
type Crypto struct {
	Form         string  `toml:"form" oneof:"released paper" doc:"of the networks"`
	Square       string  `toml:"square" oneof:"auto message batch" doc:"whether Alice's and Bob's loss squares Eve's error of each message, or the mean of the minibatch; auto: message in the form released, batch in the form paper"`
	Bits         int     `toml:"bits" min:"1" max:"256" doc:"of a message, and of a key"`
	Batch        int     `toml:"batch" min:"1" doc:"messages in a minibatch"`
	EveSteps     int     `toml:"eve_steps" min:"1" max:"1000" doc:"updates of Eve for one of Alice and Bob"`
	Eve          string  `toml:"eve" oneof:"form mlp" doc:"Eve's network: that of the form, or a multilayer perceptron"`
	EveHidden    int     `toml:"eve_hidden" min:"1" doc:"units of each hidden layer, if eve is mlp"`
	EveLayers    int     `toml:"eve_layers" min:"1" max:"16" doc:"hidden layers, if eve is mlp"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of everybody's Adam"`
	Beta1        float64 `toml:"beta1" min:"0" max:"0.999" doc:"of everybody's Adam"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of everybody's Adam"`
}

func init() {
	Register(Recipe{
		Name:   "crypto",
		Title:  "three networks learn cryptography: Alice and Bob share a key, and Eve tries to read their messages",
		Source: "Abadi and Andersen 2016, Learning to Protect Communications with Adversarial Neural Cryptography (arXiv 1610.06918), and the authors' code",
		Kimg:   81_920, TickKimg: 819.2, Grid: 16, // 20,000 rounds; the code stops earlier if it succeeds, and after 850,000
	}, Crypto{
		Form: "released", Square: "auto", Bits: 16, Batch: 4096, EveSteps: 2, Eve: "form", EveHidden: 512, EveLayers: 3,
		LearningRate: 8e-4, Beta1: .9, Beta2: .999,
	}, Crypto.build)
}

func (s Crypto) build(Examples) (*System, error) {
	Alice, Bob := s.network("Alice", 2*s.Bits), s.network("Bob", 2*s.Bits)
	Eve := s.network("Eve", s.Bits)
	if s.Eve == "mlp" {
		Eve = perceptron(s.Bits, s.EveLayers, s.EveHidden, s.Bits)
	}
	alice, bob, eve := s.player(Alice), s.player(Bob), s.player(Eve)
	talk := func(c *nn.Context, message, key *tensor.Tensor) (cipher, byBob, byEve *tensor.Tensor) {
		cipher = Alice.Apply(c, tensor.Concatenate(1, message, key))
		return cipher, Bob.Apply(c, tensor.Concatenate(1, cipher, key)), Eve.Apply(c, cipher)
	}
	g := &game.Game{Players: []*game.Player{alice, bob, eve}, Batch: s.Batch}
	g.Round = append(game.Simultaneous(alice, bob), game.Move{Players: []*game.Player{eve}, Times: s.EveSteps})
	g.Play = func(t *game.Trace) game.Losses {
		message, key := randomBits(t.Context, s.Batch, s.Bits), randomBits(t.Context, s.Batch, s.Bits)
		_, byBob, byEve := talk(t.Context, message, key)
		bob2, eve2 := wrongBits(byBob, message), wrongBits(byEve, message)
		recordWrong(t, bob, byBob, message)
		recordWrong(t, eve, byEve, message)
		half := float64(s.Bits) / 2
		leak := eve2.Scale(-1 / half).Plus(1)
		if s.Square == "batch" || s.Square == "auto" && s.Form == "paper" {
			leak = leak.Mean()
		}
		secret := bob2.Mean().Scale(1 / float64(s.Bits)).Add(leak.Square().Mean())
		return game.Losses{"Alice": secret, "Bob": secret, "Eve": eve2.Mean()}
	}
	return &System{Game: g, Outputs: []Output{conversation(s.Bits, []*nn.Network{Alice, Bob, Eve}, talk)}}, nil
}

// network returns a network of the form that reads in bits.
func (s Crypto) network(name string, in int) *nn.Network {
	xavier, units := nn.GlorotUniform(1), 2*s.Bits
	conv := func(channels, size, kernel, stride int) nn.Layer {
		return nn.Conv(channels, nn.Same(size, kernel, stride), xavier, nn.Zeros)
	}
	layers := []nn.Layer{nn.Linear(units, xavier, nn.Zeros)}
	if s.Form == "paper" {
		layers = append(layers, nn.Sigmoid, nn.Reshape(1, units),
			conv(2, units, 4, 1), nn.Sigmoid, conv(4, units, 2, 2), nn.Sigmoid, conv(4, s.Bits, 1, 1), nn.Sigmoid)
	} else {
		layers = append(layers, nn.Reshape(1, units), conv(2, units, 2, 2), nn.Sigmoid, conv(2, s.Bits, 1, 1), nn.Sigmoid)
	}
	return nn.New(name, []int{in}, append(layers, conv(1, s.Bits, 1, 1), nn.Tanh, nn.Reshape(s.Bits))...)
}

// perceptron returns an Eve with hidden layers of the given number of units.
func perceptron(in, hidden, units, out int) *nn.Network {
	var layers []nn.Layer
	for range hidden {
		layers = append(layers, nn.Linear(units, nn.He, nn.Zeros), nn.ReLU)
	}
	return nn.New("Eve", []int{in}, append(layers, nn.Linear(out, nn.GlorotUniform(1), nn.Zeros), nn.Tanh)...)
}

func (s Crypto) player(n *nn.Network) *game.Player {
	epsilon := 1e-8 / float64(s.Batch)
	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: s.Beta1, Beta2: s.Beta2, Epsilon: epsilon}
	return &game.Player{Name: n.Name, Networks: []*nn.Network{n}, Optimizer: adam}
}

// randomBits draws n messages of the given number of bits, which are -1 and 1: [n, bits].
func randomBits(c *nn.Context, n, bits int) *tensor.Tensor {
	return c.Uniform(-1, 1, n, bits).Floor().Scale(2).Plus(1)
}

// wrongBits returns the number of wrong bits of each reading: [n].
func wrongBits(read, message *tensor.Tensor) *tensor.Tensor {
	return read.Sub(message).Abs().Scale(.5).Sum(1)
}

// recordWrong records the mean number of wrong bits of a reader, and that number when each
// bit is decided.
func recordWrong(t *game.Trace, reader *game.Player, read, message *tensor.Tensor) {
	t.Record(reader, "wrong bits of "+reader.Name, wrongBits(read, message).Mean())
	t.Record(reader, "wrong bits of "+reader.Name+", decided", wrongBits(read.Sign(), message).Mean())
}

// conversation returns the output with messages, keys, ciphertexts, and what Bob and Eve
// read. All have the given number of bits.
func conversation(bits int, networks []*nn.Network, talk func(c *nn.Context, message, key *tensor.Tensor) (cipher, byBob, byEve *tensor.Tensor)) Output {
	return Output{
		Name: "messages", Networks: networks,
		Given: []Condition{bitsCondition("message", bits), bitsCondition("key", bits)},
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
			cipher, byBob, byEve := talk(c, in["message"], in["key"])
			return tensor.Concatenate(1, in["message"], in["key"], cipher, byBob, byEve)
		},
		Makes: data.Field{
			Name: "messages", Kind: data.Numbers, Shape: []int{5 * bits},
			Names: bitNames(bits, "message", "key", "cipher", "Bob", "Eve"),
		},
		Table: func(sample []float32) [][2]string {
			part := func(k int) []float32 { return sample[k*bits : (k+1)*bits] }
			wrong := func(k int) string { return fmt.Sprint(differences(part(k), part(0))) }
			return [][2]string{
				{"message", digitsOf(part(0), 1)}, {"key", digitsOf(part(1), 1)}, {"ciphertext", digitsOf(part(2), 9)},
				{"Bob reads", digitsOf(part(3), 1)}, {"wrong", wrong(3)}, {"Eve reads", digitsOf(part(4), 1)}, {"wrong", wrong(4)},
			}
		},
	}
}

// bitsCondition returns a condition of bits, which are drawn at random if they are not given.
func bitsCondition(name string, bits int) Condition {
	return Condition{
		Field: data.Field{Name: name, Kind: data.Numbers, Shape: []int{bits}},
		Draw:  func(c *nn.Context, n int) *tensor.Tensor { return randomBits(c, n, bits) },
	}
}

// bitNames returns the names of the numbers of an output: message1, message2 and so on.
func bitNames(bits int, parts ...string) (names []string) {
	for _, part := range parts {
		for i := range bits {
			names = append(names, fmt.Sprint(part, i+1))
		}
	}
	return names
}

// digitsOf writes numbers from -1 to 1 as digits from 0 to steps.
func digitsOf(numbers []float32, steps float32) string {
	var text strings.Builder
	for _, v := range numbers {
		fmt.Fprint(&text, int((min(max(v, -1), 1)+1)/2*steps+.5))
	}
	return text.String()
}

// differences returns the number of bits in which a reading differs from a message.
func differences(read, message []float32) (n int) {
	for i, v := range read {
		if (v > 0) != (message[i] > 0) {
			n++
		}
	}
	return n
}
