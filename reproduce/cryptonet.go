package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

var cryptoNet = Target{
	Name:   "cryptonet",
	Title:  "CryptoNet: whether Alice and Bob learn the one-time pad",
	Source: "Coutinho et al. 2018, Learning Perfectly Secure Cryptography to Protect Communications with Adversarial Neural Cryptography (Sensors 18(5) 1306), section 4",
	Takes:  "two times ten runs of 10,000 rounds, about 20 seconds each on one core",
	Uses:   []string{"seeds", "set", "jobs"},
	make:   makeCryptoNet,
}

const (
	cryptoNetRounds = 10_000
	cryptoNetBits   = 10 // at most, because all messages and all keys are tried
)

// cryptoNetAttacks are the values of the setting attack.
var cryptoNetAttacks = []string{"chosen-plaintext", "ciphertext-only"}

// cryptoNetFound is the input of the page.
type cryptoNetFound struct {
	Settings recipe.CryptoNet
	Rounds   int64
	Attacks  []cryptoNetAttack
	Changes  []change
}

// Guess returns the wrong bits of a reader that knows nothing.
func (f cryptoNetFound) Guess() float64 { return float64(f.Settings.Bits) / 2 }

// A cryptoNetAttack is the runs against one kind of Eve.
type cryptoNetAttack struct {
	Name string
	Runs []cryptoNetRun
}

// Count returns the number of runs that are a one-time pad, that Bob can read, and that
// hide every message.
func (a cryptoNetAttack) Count(what string) (n int) {
	for _, r := range a.Runs {
		if what != "secret" && !r.Readable() || what != "readable" && !r.Secret() {
			continue
		}
		n++
	}
	return n
}

// A cryptoNetRun is the results of one seed.
type cryptoNetRun struct {
	Seed    uint64
	Last    wrongBits // at the end of the training
	Seconds float64
	padTest
}

// A padTest is the result of all messages with all keys, with the bits of the ciphertexts
// decided.
type padTest struct {
	Wrong     float64 // mean wrong bits of Bob
	Advantage float64 // of the best Eve who chooses two messages: her probability to be right is (1 + Advantage) / 2
}

// Readable reports whether Bob reads every message.
func (t padTest) Readable() bool { return t.Wrong == 0 }

// Secret reports whether the ciphertexts have the same distribution for every message.
func (t padTest) Secret() bool { return t.Advantage == 0 }

func makeCryptoNet(ctx context.Context, j *job) error {
	j.defaultSeeds(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	var found cryptoNetFound
	all := make([][]*run.Config, len(cryptoNetAttacks))
	for i, attack := range cryptoNetAttacks { // first all, for an error at the beginning
		configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
			c, err := recipeConfig("cryptonet", seed)
			if err != nil {
				return nil, err
			}
			c.Train.Steps = int64(j.rounds(cryptoNetRounds))
			c.Model.(*recipe.CryptoNet).Attack = attack
			return c, nil
		})
		if err != nil {
			return err
		}
		all[i], found.Changes = configs, changed
		found.Settings = *configs[0].Model.(*recipe.CryptoNet)
		switch {
		case found.Settings.Attack != attack:
			return hint.Add(fmt.Errorf("--set model.attack = %s: the page compares the attacks", found.Settings.Attack), "leave it out")
		case found.Settings.Bits > cryptoNetBits:
			return hint.Add(fmt.Errorf("--set model.bits = %d: all messages are tried with all keys, so it can be at most %d", found.Settings.Bits, cryptoNetBits), "choose fewer bits")
		}
		if found.Rounds, err = configs[0].Rounds(found.Settings.Batch); err != nil {
			return err
		}
	}
	for i, attack := range cryptoNetAttacks {
		folders, err := j.within(attack).trainAll(ctx, all[i])
		if err != nil {
			return err
		}
		row := cryptoNetAttack{Name: attack}
		for _, folder := range folders {
			r, err := j.judgeCryptoNet(folder, found.Settings.Bits)
			if err != nil {
				return err
			}
			row.Runs = append(row.Runs, r)
		}
		found.Attacks = append(found.Attacks, row)
	}
	return j.finish(found)
}

// judgeCryptoNet tests the last checkpoint of a run.
func (j *job) judgeCryptoNet(folder run.Folder, bits int) (r cryptoNetRun, err error) {
	c, err := folder.Config()
	if err != nil {
		return r, err
	}
	r.Seed = c.Train.Seed
	last, err := run.LastRecord(folder.JournalFile())
	if err != nil {
		return r, err
	}
	r.Last, r.Seconds = wrongBitsOf(last), last.Seconds
	matrices := map[string][]float32{}
	for _, name := range []string{"Alice", "Bob"} {
		network, err := j.openNetwork(folder, name)
		if err != nil {
			return r, err
		}
		memory := network.Store.Add(network.Params[0].Value)
		matrices[name] = memory.Float32()
	}
	r.padTest = testPad(matrices["Alice"], matrices["Bob"], bits)
	return r, nil
}

// testPad encrypts every message with every key, and decides the bits of the ciphertexts.
// alice and bob are the matrices of the networks, [2 bits, bits].
func testPad(alice, bob []float32, bits int) padTest {
	n := 1 << bits
	var t padTest
	counts := make([][]int, n) // of the ciphertexts of each message
	for message := range n {
		counts[message] = make([]int, n)
		for key := range n {
			cipher := decide(alice, message, key, bits)
			counts[message][cipher]++
			read := decide(bob, cipher, key, bits)
			for k := range bits {
				t.Wrong += float64((read^message)>>k&1) / float64(n*n)
			}
		}
		for other := range message {
			apart := 0
			for cipher, count := range counts[message] {
				apart += max(count-counts[other][cipher], 0)
			}
			t.Advantage = max(t.Advantage, float64(apart)/float64(n))
		}
	}
	return t
}

// decide returns the decided bits that a matrix makes from the bits of two inputs. The
// first bit is the lowest.
func decide(matrix []float32, first, second, bits int) (made int) {
	for out := range bits {
		angle := 0.
		for in := range bits {
			angle += float64(first>>in&1)*float64(matrix[in*bits+out]) + float64(second>>in&1)*float64(matrix[(bits+in)*bits+out])
		}
		if math.Cos(math.Pi*angle) < 0 {
			made |= 1 << out
		}
	}
	return made
}
