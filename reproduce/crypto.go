package reproduce

import (
	"cmp"
	"context"
	"math"
	"strings"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var crypto = Target{
	Name:   "crypto",
	Title:  "Adversarial cryptography: what Bob and Eve read, and what new adversaries read",
	Source: "Abadi and Andersen 2016, Learning to Protect Communications with Adversarial Neural Cryptography (arXiv 1610.06918), section 2.5, and the authors' code",
	Takes:  "five runs of 5000 rounds, about three minutes each on one core, and the new adversaries about half a minute each",
	Uses:   []string{"seeds", "set", "jobs"},
	make:   makeCrypto,
}

// The protocol. Its rules and its first two numbers are those of the authors' code.
const (
	cryptoEvery   = 200 // rounds between two evaluations
	cryptoFresh   = 5   // new Eves
	cryptoRounds  = 5000
	cryptoUpdates = 2000 // of each new Eve
	cryptoMLP     = 500  // updates of the perceptron, which learns faster
	cryptoBatch   = 512  // messages in a minibatch of a new Eve
	cryptoLast    = 64   // minibatches over which an Eve's figures are averaged
	cryptoEarly   = 5000 // the round of the first figures
)

// A stopRule is the numbers of wrong bits, of 16, at which training counts as a success.
type stopRule struct {
	Name string
	Bob  float64 // at most
	Eve  float64 // at least
}

var cryptoRules = [2]stopRule{{"paper", .05, 7.3}, {"code", .02, 7.7}}

// holds reports whether the rule holds for messages of some number of bits.
func (r stopRule) holds(w wrongBits, bits int) bool {
	part := float64(bits) / 16
	return w.Bob <= r.Bob*part && w.Eve >= r.Eve*part
}

// wrongBits are the mean numbers of wrong bits of the readers.
type wrongBits struct{ Bob, Eve, BobDecided, EveDecided float64 }

// cryptoFound is the input of the page.
type cryptoFound struct {
	Settings recipe.Crypto
	Runs     []cryptoRun
	Rounds   int64
	Rules    [2]stopRule
	Updates  int // of each new Eve
	MLP      int // updates of the perceptron
	Batch    int // of new Eves
	Hidden   int
	Layers   int
	Changes  []change
}

// eveBits are the mean numbers of wrong bits of a new Eve.
type eveBits struct{ Eve, Decided float64 }

// A cryptoRun is the results of one seed.
type cryptoRun struct {
	Seed    uint64
	Seconds float64
	Early   wrongBits // at cryptoEarly, or at the end of a shorter run
	Last    wrongBits
	Reached [2]int64  // the first evaluation at which each rule holds; 0: never
	Judged  int64     // the round of the Alice and Bob that are judged
	Then    wrongBits // at that round, of other messages
	Fresh   eveBits   // of the best of the new Eves
	MLP     eveBits   // of the multilayer perceptron
	Linear  float64   // largest correlation of a message bit with a number of the ciphertext
	steps   []float64
	curve   []wrongBits
}

// Survives reports whether the rule holds against all new adversaries.
func (r cryptoRun) Survives(bits int, rule stopRule) bool {
	return rule.holds(wrongBits{Bob: r.Then.Bob, Eve: min(r.Fresh.Eve, r.MLP.Eve)}, bits)
}

// Early returns the round of the first figures.
func (f cryptoFound) Early() int64 { return min(f.Rounds, cryptoEarly) }

// Good returns the number of runs with Bob below 0.6 and Eve above 7.0 of 16 at that round.
func (f cryptoFound) Good() (n int) {
	for _, r := range f.Runs {
		if (stopRule{"", .6, 7}).holds(r.Early, f.Settings.Bits) {
			n++
		}
	}
	return n
}

// Reached returns the number of runs in which a rule held at some time.
func (f cryptoFound) Reached(rule int) (n int) {
	for _, r := range f.Runs {
		if r.Reached[rule] > 0 {
			n++
		}
	}
	return n
}

// Survived returns the number of runs for which a rule held, and holds against all new
// adversaries.
func (f cryptoFound) Survived(rule int) (n int) {
	for _, r := range f.Runs {
		if r.Reached[rule] > 0 && r.Survives(f.Settings.Bits, f.Rules[rule]) {
			n++
		}
	}
	return n
}

// Half returns the wrong bits of a reader that knows nothing.
func (f cryptoFound) Half() float64 { return float64(f.Settings.Bits) / 2 }

func makeCrypto(ctx context.Context, j *job) error {
	j.defaultSeeds(1, 2, 3, 4, 5)
	j.Jobs, j.Threads = cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	configs, changed, err := j.configs(j.Seeds, func(seed uint64) (*run.Config, error) {
		c, err := recipeConfig("crypto", seed)
		if err != nil {
			return nil, err
		}
		c.Train.Steps = int64(j.rounds(cryptoRounds))
		return c, nil
	})
	if err != nil {
		return err
	}
	found := cryptoFound{Rules: cryptoRules, Changes: changed, Updates: j.rounds(cryptoUpdates), MLP: j.rounds(cryptoMLP), Batch: cryptoBatch}
	for _, c := range configs {
		found.Settings = *c.Model.(*recipe.Crypto)
		if found.Rounds, err = c.Rounds(found.Settings.Batch); err != nil {
			return err
		}
		every := min(cryptoEvery, found.Rounds)
		c.Train.TickKimg = float64(every*int64(found.Settings.Batch)) / 1000
		c.Train.Keep = int(found.Rounds/every) + 2 // all, so that each can be judged
	}
	found.Hidden, found.Layers = found.Settings.EveHidden, found.Settings.EveLayers
	folders, err := j.trainAll(ctx, configs)
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	for _, folder := range folders {
		r, err := found.judge(ctx, j, device, folder)
		if err != nil {
			return err
		}
		found.Runs = append(found.Runs, r)
	}
	if err := j.draw("history", found.curves()); err != nil {
		return err
	}
	return j.finish(found)
}

// curves returns the readers' errors during the training of the first run.
func (f cryptoFound) curves() plot.Curves {
	r := f.Runs[0]
	bob, eve := make([]float64, len(r.curve)), make([]float64, len(r.curve))
	for i, w := range r.curve {
		bob[i], eve[i] = w.Bob, w.Eve
	}
	return plot.Curves{XLabel: "rounds", YLabel: "wrong bits", Series: []plot.Series{
		{Name: "Bob", X: r.steps, Y: bob}, {Name: "Eve", X: r.steps, Y: eve},
	}}
}

// judge reads the history of a run, and lets new Eves read the ciphertexts of its Alice.
func (f *cryptoFound) judge(ctx context.Context, j *job, device *engine.Device, folder run.Folder) (cryptoRun, error) {
	c, err := folder.Config()
	if err != nil {
		return cryptoRun{}, err
	}
	r := cryptoRun{Seed: c.Train.Seed}
	if err := r.read(folder, f.Settings.Bits); err != nil {
		return r, err
	}
	r.Judged = cmp.Or(r.Reached[0], r.Reached[1], int64(r.steps[len(r.steps)-1]))
	checkpoint, err := run.LoadCheckpoint(folder.Checkpoints().Path(r.Judged))
	if err != nil {
		return r, err
	}
	r.Fresh.Eve = math.Inf(1)
	for i := range cryptoFresh + 1 {
		chosen, updates := f.Settings, f.Updates
		chosen.Batch, chosen.Eve = f.Batch, "form"
		if i == cryptoFresh {
			chosen.Eve, updates = "mlp", f.MLP
		}
		e, err := newEve(ctx, device, chosen, checkpoint, uint64(1001+i), updates)
		if err != nil {
			return r, err
		}
		j.say("seed %d, round %d: new Eve %d of %d has %.2f wrong bits", r.Seed, r.Judged, i+1, cryptoFresh+1, e.Eve)
		if i == cryptoFresh {
			r.MLP = e
		} else if e.Eve < r.Fresh.Eve {
			r.Fresh = e
		}
	}
	return r, r.listen(ctx, device, folder, f.Settings.Bits)
}

// read reads the journal of a run. Its figures are means over the rounds since the line
// before.
func (r *cryptoRun) read(folder run.Folder, bits int) error {
	return eachRecord(folder, func(tick run.Record) {
		w := wrongBitsOf(tick)
		r.steps, r.curve = append(r.steps, float64(tick.Step)), append(r.curve, w)
		r.Last, r.Seconds = w, tick.Seconds
		if tick.Step <= cryptoEarly {
			r.Early = w
		}
		for i, rule := range cryptoRules {
			if r.Reached[i] == 0 && rule.holds(w, bits) {
				r.Reached[i] = tick.Step
			}
		}
	})
}

// wrongBitsOf returns the figures of a line of a journal.
func wrongBitsOf(r run.Record) wrongBits {
	of := func(reader, how string) float64 { return r.Statistics["wrong bits of "+reader+how] }
	return wrongBits{of("Bob", ""), of("Eve", ""), of("Bob", ", decided"), of("Eve", ", decided")}
}

// newEve trains an Eve with new parameters and a new optimiser. Alice and Bob have the
// parameters of a checkpoint and do not move. The result is the mean over the last
// minibatches, each before Eve's update.
func newEve(ctx context.Context, device *engine.Device, chosen recipe.Crypto, checkpoint *run.Checkpoint, seed uint64, updates int) (e eveBits, err error) {
	r, err := recipe.Find("crypto")
	if err != nil {
		return e, err
	}
	system, err := r.Build(&chosen, recipe.Examples{})
	if err != nil {
		return e, err
	}
	g := system.Game
	g.Round = []game.Move{{Players: g.Players[2:], Times: 1}}
	trainer, err := game.NewTrainer(device, g, nil, seed, false)
	if err != nil {
		return e, err
	}
	copySaved(trainer, checkpoint, "Alice.", "Bob.")
	last := min(cryptoLast, updates)
	err = trainer.Train(ctx, int64(updates), func() error {
		if trainer.Step() <= int64(updates-last) {
			return nil
		}
		trainer.Statistics(func(name string, value float64) {
			switch name {
			case "wrong bits of Eve":
				e.Eve += value / float64(last)
			case "wrong bits of Eve, decided":
				e.Decided += value / float64(last)
			}
		})
		return nil
	})
	return e, err
}

// copySaved copies the variables with names that begin with one of the prefixes from a
// checkpoint to a trainer.
func copySaved(trainer *game.Trainer, checkpoint *run.Checkpoint, prefixes ...string) {
	saved := map[string][]byte{}
	for _, v := range checkpoint.Tensors {
		saved[v.Name] = v.Data
	}
	for _, v := range trainer.Variables() {
		for _, prefix := range prefixes {
			if strings.HasPrefix(v.Name, prefix) {
				copy(v.Memory.Bytes, saved[v.Name])
			}
		}
	}
}

// listen draws messages of the judged round. It sets Then and Linear.
func (r *cryptoRun) listen(ctx context.Context, device *engine.Device, folder run.Folder, bits int) error {
	const n = 16384
	g, err := run.OpenGeneratorAt(device, folder, r.Judged)
	if err != nil {
		return err
	}
	drawn, err := g.Draw(ctx, "messages", n, scoringSeed, nil)
	if err != nil {
		return err
	}
	column := func(k, bit int) []float64 {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(drawn.Values[(i*5+k)*bits+bit])
		}
		return values
	}
	for bit := range bits {
		message, bob, eve := column(0, bit), column(3, bit), column(4, bit)
		for i, m := range message {
			r.Then.Bob += math.Abs(bob[i]-m) / 2 / n
			r.Then.Eve += math.Abs(eve[i]-m) / 2 / n
			if bob[i]*m <= 0 {
				r.Then.BobDecided += 1. / n
			}
			if eve[i]*m <= 0 {
				r.Then.EveDecided += 1. / n
			}
		}
		for other := range bits {
			r.Linear = max(r.Linear, math.Abs(correlation(message, column(2, other))))
		}
	}
	return nil
}

// correlation returns the correlation of two columns, 0 if one is constant.
func correlation(x, y []float64) float64 {
	n := float64(len(x))
	var sx, sy, xx, yy, xy float64
	for i := range x {
		sx, sy = sx+x[i]/n, sy+y[i]/n
	}
	for i := range x {
		dx, dy := x[i]-sx, y[i]-sy
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}
