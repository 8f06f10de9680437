package recipe

import (
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/tensor"
)

// CryptoNet contains the settings of adversarial cryptography with the smallest networks
// that can be a one-time pad. A bit b in [0, 1] is the angle f(b) = arccos(1-2b), and an
// angle a is the bit (1-cos a)/2. So a sum of angles is the XOR of their bits. Alice and Bob
// each multiply the angles of their two inputs by a matrix and convert the results to bits.
// Eve is a multilayer perceptron.
//
// In the attack chosen-plaintext, Eve gets two messages and the ciphertext of one of them,
// and guesses which one. In the attack ciphertext-only, she reads the message, as in
// [Crypto]. Her error e is the mean distance of her answer to the truth, from 0 to 1. She
// lowers it. Alice and Bob lower gamma times Bob's mean error of a bit, minus min(e, 1/2).
//
// The mapping of bits, the one matrix and the two attacks are those of the paper. We could
// not read the paper itself: the losses are from memory. Also the size of Eve, the initial
// values and the optimiser are our choice, and the two messages are drawn at random.
type CryptoNet struct {
	Attack       string  `toml:"attack" oneof:"chosen-plaintext ciphertext-only" doc:"what Eve does: she says which of two messages was encrypted, or reads the message"`
	Bits         int     `toml:"bits" min:"1" max:"256" doc:"of a message, and of a key"`
	Batch        int     `toml:"batch" min:"1" doc:"messages in a minibatch"`
	EveSteps     int     `toml:"eve_steps" min:"1" max:"1000" doc:"updates of Eve for one of Alice and Bob"`
	EveHidden    int     `toml:"eve_hidden" min:"1" doc:"units of each hidden layer of Eve"`
	EveLayers    int     `toml:"eve_layers" min:"1" max:"16" doc:"hidden layers of Eve"`
	Gamma        float64 `toml:"gamma" above:"0" doc:"weight of Bob's error in the loss of Alice and Bob"`
	Weights      float64 `toml:"weights" above:"0" doc:"range of the matrices of Alice and Bob at first"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of everybody's Adam"`
}

func init() {
	Register(Recipe{
		Name:   "cryptonet",
		Title:  "the smallest networks that can learn the one-time pad, against an Eve who chooses the plaintext",
		Source: "Coutinho et al. 2018, Learning Perfectly Secure Cryptography to Protect Communications with Adversarial Neural Cryptography (Sensors 18(5) 1306)",
		Kimg:   5120, TickKimg: 204.8, Grid: 16, // 10,000 rounds
	}, CryptoNet{
		Attack: "chosen-plaintext", Bits: 4, Batch: 512, EveSteps: 2, EveHidden: 64, EveLayers: 2,
		Gamma: 1, Weights: 1, LearningRate: 1e-3,
	}, CryptoNet.build)
}

func (s CryptoNet) build(Examples) (*System, error) {
	matrix := func(name string) *nn.Network {
		return nn.New(name, []int{2 * s.Bits}, nn.Linear(s.Bits, nn.Uniform(s.Weights), nil))
	}
	n := &cryptoNet{CryptoNet: s, Alice: matrix("Alice"), Bob: matrix("Bob"), Eve: s.newEve()}
	adam := optim.Adam{LearningRate: optim.Constant(s.LearningRate), Beta1: .9, Beta2: .999, Epsilon: 1e-8}
	player := func(n *nn.Network) *game.Player {
		return &game.Player{Name: n.Name, Networks: []*nn.Network{n}, Optimizer: adam}
	}
	alice := player(n.Alice)
	n.bob, n.eve = player(n.Bob), player(n.Eve)
	round := append(game.Simultaneous(alice, n.bob), game.Move{Players: []*game.Player{n.eve}, Times: s.EveSteps})
	return &System{
		Game:    &game.Game{Players: []*game.Player{alice, n.bob, n.eve}, Round: round, Batch: s.Batch, Play: n.play},
		Outputs: []Output{n.output()},
	}, nil
}

// chooses reports whether Eve chooses the messages.
func (s CryptoNet) chooses() bool { return s.Attack == "chosen-plaintext" }

// newEve returns Eve. In the attack chosen-plaintext she reads two messages and a ciphertext, and
// answers with one number; otherwise she reads a ciphertext, and answers with a message.
func (s CryptoNet) newEve() *nn.Network {
	if s.chooses() {
		return perceptron(3*s.Bits, s.EveLayers, s.EveHidden, 1)
	}
	return perceptron(s.Bits, s.EveLayers, s.EveHidden, s.Bits)
}

// A cryptoNet is the networks of a [CryptoNet], and the players that record statistics.
type cryptoNet struct {
	CryptoNet
	Alice, Bob, Eve *nn.Network
	bob, eve        *game.Player
}

func (n *cryptoNet) networks() []*nn.Network { return []*nn.Network{n.Alice, n.Bob, n.Eve} }

// talk traces the ciphertext of a message and what Bob reads, both from -1 to 1: [n, bits].
func (n *cryptoNet) talk(c *nn.Context, message, key *tensor.Tensor) (cipher, byBob *tensor.Tensor) {
	sent := n.Alice.Apply(c, tensor.Concatenate(1, angleOf(message), angleOf(key)))
	read := n.Bob.Apply(c, tensor.Concatenate(1, folded(sent), angleOf(key)))
	return sent.Cos().Neg(), read.Cos().Neg()
}

// play traces a play.
func (n *cryptoNet) play(t *game.Trace) game.Losses {
	message, key := randomBits(t.Context, n.Batch, n.Bits), randomBits(t.Context, n.Batch, n.Bits)
	cipher, byBob := n.talk(t.Context, message, key)
	recordWrong(t, n.bob, byBob, message)
	byEve := n.attack(t, message, cipher)
	secret := n.errorOf(byBob, message).Scale(n.Gamma).Sub(byEve.Min(tensor.Scalar(tensor.Float32, .5)))
	return game.Losses{"Alice": secret, "Bob": secret, "Eve": byEve}
}

// attack returns the error of Eve, from 0 to 1.
func (n *cryptoNet) attack(t *game.Trace, message, cipher *tensor.Tensor) *tensor.Tensor {
	if !n.chooses() {
		answer := n.Eve.Apply(t.Context, cipher)
		recordWrong(t, n.eve, answer, message)
		return n.errorOf(answer, message)
	}
	which := randomBits(t.Context, n.Batch, 1) // -1: the first message is encrypted
	other := randomBits(t.Context, n.Batch, n.Bits)
	isFirst := which.Scale(-.5).Plus(.5)
	mix := func(a, b *tensor.Tensor) *tensor.Tensor { return a.Mul(isFirst).Add(b.Mul(complement(isFirst))) }
	answer := n.Eve.Apply(t.Context, tensor.Concatenate(1, mix(message, other), mix(other, message), cipher))
	recordWrong(t, n.eve, answer, which)
	return wrongBits(answer, which).Mean()
}

// errorOf returns the mean error of a bit of a reading, from 0 to 1.
func (n *cryptoNet) errorOf(read, message *tensor.Tensor) *tensor.Tensor {
	return wrongBits(read, message).Mean().Scale(1 / float64(n.Bits))
}

// angleOf returns the angles of bits of -1 and 1, which are 0 and pi.
func angleOf(bits *tensor.Tensor) *tensor.Tensor { return bits.Plus(1).Scale(math.Pi / 2) }

// folded returns the angles in [0, pi] with the same cosines as a.
func folded(a *tensor.Tensor) *tensor.Tensor {
	turns := a.Scale(1 / (2 * math.Pi)).Plus(.5).Floor()
	return a.Sub(turns.Scale(2 * math.Pi)).Abs()
}

// output returns the output with the messages, and what Bob and Eve read.
func (n *cryptoNet) output() Output {
	if n.chooses() {
		return n.choice()
	}
	return conversation(n.Bits, n.networks(), func(c *nn.Context, message, key *tensor.Tensor) (cipher, byBob, byEve *tensor.Tensor) {
		cipher, byBob = n.talk(c, message, key)
		return cipher, byBob, n.Eve.Apply(c, cipher)
	})
}

// choice returns the output of the attack chosen-plaintext: the message that is encrypted,
// another one, the key, the ciphertext, what Bob reads, and Eve's answer, which is negative
// if she takes the first message for the encrypted one.
func (n *cryptoNet) choice() Output {
	return Output{
		Name: "messages", Networks: n.networks(),
		Given: []Condition{bitsCondition("message", n.Bits), bitsCondition("other", n.Bits), bitsCondition("key", n.Bits)},
		Make: func(c *nn.Context, in Inputs) *tensor.Tensor {
			cipher, byBob := n.talk(c, in["message"], in["key"])
			answer := n.Eve.Apply(c, tensor.Concatenate(1, in["message"], in["other"], cipher))
			return tensor.Concatenate(1, in["message"], in["other"], in["key"], cipher, byBob, answer)
		},
		Makes: data.Field{
			Name: "messages", Kind: data.Numbers, Shape: []int{5*n.Bits + 1},
			Names: append(bitNames(n.Bits, "message", "other", "key", "cipher", "Bob"), "Eve"),
		},
		Table: func(sample []float32) [][2]string {
			part := func(k int) []float32 { return sample[k*n.Bits : (k+1)*n.Bits] }
			says := "the other"
			if sample[5*n.Bits] < 0 {
				says = "the message"
			}
			return [][2]string{
				{"message", digitsOf(part(0), 1)}, {"other message", digitsOf(part(1), 1)}, {"key", digitsOf(part(2), 1)},
				{"ciphertext", digitsOf(part(3), 9)}, {"Bob reads", digitsOf(part(4), 1)},
				{"wrong", fmt.Sprint(differences(part(4), part(0)))}, {"Eve says", says},
			}
		},
	}
}
