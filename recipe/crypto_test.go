package recipe

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/random"
	"github.com/gander-ml/gander/tensor"
)

// TestCryptoNetworks compares the sizes of the networks with those of the paper and of the
// released code.
func TestCryptoNetworks(t *testing.T) {
	const full, eves = 32*32 + 32, 16*32 + 32
	for _, c := range []struct {
		set  string
		want map[string]int
	}{
		{"form=released", map[string]int{"Alice": full + 6 + 6 + 3, "Bob": full + 6 + 6 + 3, "Eve": eves + 6 + 6 + 3}},
		{"form=paper", map[string]int{"Alice": full + 10 + 20 + 20 + 5, "Bob": full + 10 + 20 + 20 + 5, "Eve": eves + 10 + 20 + 20 + 5}},
		{"eve=mlp", map[string]int{"Alice": full + 15, "Bob": full + 15, "Eve": 17*512 + 2*513*512 + 513*16}},
	} {
		got := map[string]int{}
		for _, p := range mustBuild(t, "crypto", Examples{}, c.set).Game.Players {
			got[p.Name] = p.Networks[0].Size()
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.set, diff)
		}
	}
	g := mustBuild(t, "crypto", Examples{}).Game
	if len(g.Round) != 2 || len(g.Round[0].Players) != 2 || g.Round[1].Times != 2 || g.Batch != 4096 {
		t.Errorf("a round of %d messages is %+v", g.Batch, g.Round)
	}
}

// TestWrongBitsOfNothing reads messages without knowing them. A reader's wrong bits of a
// message and of its complement are all bits, whatever it reads.
func TestWrongBitsOfNothing(t *testing.T) {
	const n, bits = 3, 16
	s := random.New(1, "readings")
	message, read := tensor.NewArray(tensor.Float32, n, bits), tensor.NewArray(tensor.Float32, n, bits)
	for i := range message.Data {
		message.Data[i], read.Data[i] = float64(2*s.Intn(2)-1), s.Uniform(-1, 1)
	}
	m, r := tensor.Const(message), tensor.Const(read)
	got, err := tensor.Eval([]*tensor.Tensor{wrongBits(r, m).Add(wrongBits(r, m.Neg())), wrongBits(m, m), wrongBits(m.Neg(), m)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if math.Abs(got[0].Data[i]-bits) > 1e-5 || got[1].Data[i] != 0 || got[2].Data[i] != bits {
			t.Errorf("message %d: %g, %g and %g wrong bits", i, got[0].Data[i], got[1].Data[i], got[2].Data[i])
		}
	}
}

// TestCryptoLosses plays with networks whose readings are known: Bob reads 0 for each bit,
// and Eve reads 0 or 1.
func TestCryptoLosses(t *testing.T) {
	for _, c := range []struct {
		set            string
		bias           float32 // of Eve's last layer
		secret, within float64
	}{
		{"square=message", 0, .5, 1e-6},
		{"square=batch", 0, .5, 1e-6},
		{"square=message", 50, .5 + 4./64, .01}, // the wrong bits of a message have variance 4
		{"square=batch", 50, .5, 1e-3},
		{"form=paper", 50, .5, 1e-3},
		{"form=released", 50, .5 + 4./64, .01},
	} {
		g := mustBuild(t, "crypto", Examples{}, c.set, "learning_rate=0", "batch=1024").Game
		trainer := trainerOf(t, &System{Game: g}, nil)
		for _, v := range trainer.Variables() {
			if !strings.HasPrefix(v.Name, "step") {
				clear(v.Memory.Bytes)
			}
		}
		params := g.Players[2].Networks[0].Params
		memory, _ := trainer.Store().Memory(params[len(params)-1].Value)
		memory.Float32()[0] = c.bias
		got := playOn(t, trainer, 1)
		if math.Abs(got["loss.Alice"]-c.secret) > c.within || got["loss.Alice"] != got["loss.Bob"] || math.Abs(got["loss.Eve"]-8) > .3 || got["wrong bits of Bob"] != 8 {
			t.Errorf("%s: %v, want a loss of Alice of %g", c.set, got, c.secret)
		}
	}
}

// TestCryptoCanXOR sets the released networks of Alice and Bob by hand so that each
// multiplies its two inputs, which is XOR for bits of -1 and 1. Bob then reads everything
// and Eve nothing, also after training.
func TestCryptoCanXOR(t *testing.T) {
	const bits, large = 16, 20
	system := mustBuild(t, "crypto", Examples{}, "batch=512")
	g := system.Game
	g.Round = []game.Move{{Players: g.Players[2:], Times: 1}}
	trainer := trainerOf(t, &System{Game: g}, nil)
	full := make([]float32, 2*bits*2*bits) // the layer interleaves its inputs
	for i := range bits {
		full[i*2*bits+2*i], full[(bits+i)*2*bits+2*i+1] = 1, 1
	}
	product := map[string][]float32{
		"0.weight": full, "0.bias": make([]float32, 2*bits),
		"2.weight": {large, large, large, large}, "2.bias": {-large, large}, // both are up; one of them is up
		"4.weight": {large, 0, 0, large}, "4.bias": {-large / 2, -large / 2},
		"6.weight": {2 * large, -2 * large}, "6.bias": {large},
	}
	for _, v := range trainer.Variables() {
		player, layer, _ := strings.Cut(v.Name, ".")
		if values, ok := product[layer]; ok && (player == "Alice" || player == "Bob") {
			if n := copy(v.Memory.Float32(), values); n != tensor.Size(v.Shape) {
				t.Fatalf("%s has shape %v", v.Name, v.Shape)
			}
		}
	}
	if got := playOn(t, trainer, 100); math.Abs(got["wrong bits of Eve"]-8) > .3 || math.Abs(got["wrong bits of Eve, decided"]-8) > .4 {
		t.Errorf("Eve has %v", got)
	}
	g.Round = game.Simultaneous(g.Players[1])
	bob := trainerOf(t, &System{Game: g}, nil)
	for i, v := range trainer.Variables() {
		copy(bob.Variables()[i].Memory.Bytes, v.Memory.Bytes)
	}
	if got := playOn(t, bob, 1); got["wrong bits of Bob"] > 1e-5 || got["wrong bits of Bob, decided"] != 0 {
		t.Errorf("Bob has %v", got)
	}
}

// TestRandomBits draws bits, which must all be -1 or 1, and both equally often.
func TestRandomBits(t *testing.T) {
	c := nn.NewContext(false, nn.Seeded(1, tensor.Zeros(tensor.Uint32, 2)))
	got, err := tensor.Eval([]*tensor.Tensor{randomBits(c, 1000, 16)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.
	for _, b := range got[0].Data {
		if b != 1 && b != -1 {
			t.Fatalf("a bit is %g", b)
		}
		sum += b
	}
	if math.Abs(sum) > 5*math.Sqrt(16_000) {
		t.Errorf("the sum of 16,000 bits is %g", sum)
	}
}

func TestConversation(t *testing.T) {
	o := mustBuild(t, "crypto", Examples{}, "bits=3").Outputs[0]
	if err := o.Makes.Check(); err != nil || o.Makes.Kind != data.Numbers || !slices.Equal(o.Makes.Names[8:11], []string{"cipher3", "Bob1", "Bob2"}) {
		t.Errorf("it makes %+v, error %v", o.Makes, err)
	}
	want := [][2]string{
		{"message", "011"}, {"key", "100"}, {"ciphertext", "095"},
		{"Bob reads", "011"}, {"wrong", "0"}, {"Eve reads", "101"}, {"wrong", "2"},
	}
	got := o.Table([]float32{-1, 1, 1, 1, -1, -1, -1, 1, .05, -.9, .1, .9, .3, -.2, 2})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
