package recipe

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/tensor"
)

// TestSGANForms builds the networks for images of several sizes and with each setting.
func TestSGANForms(t *testing.T) {
	for _, c := range []struct {
		field  data.Field
		change func(*SGAN)
	}{
		{data.Image(1, 28, 28), func(*SGAN) {}},
		{data.Image(3, 32, 32), func(s *SGAN) { s.Unlabelled, s.Kernel = 1, 4 }},
		{data.Image(1, 16, 20), func(s *SGAN) { s.Supervised = true }},
	} {
		system, err := built(t, "sgan", Examples{Info: data.NewInfo("some", c.field, data.Label(4))}, func(s *SGAN) { s.Width = 4; c.change(s) })
		if err != nil {
			t.Errorf("%v: %v", c.field, err)
			continue
		}
		classifier, ok := system.Classifier()
		if !ok {
			t.Fatal("no classifier")
		}
		scores := classifier.Make(nn.NewContext(false, nil), Inputs{"x": tensor.Input("x", tensor.Float32, append([]int{5}, c.field.Shape...)...)})
		if scores.Dim(0) != 5 || scores.Dim(1) != 4 {
			t.Errorf("%v: the scores of 5 images are %v", c.field, scores)
		}
	}
}

// TestSGANLosses compares the losses with the formulas of the paper, which are functions of
// the probabilities of a softmax with K+1 classes. D's weights are 0, and its biases are
// the logits of every image.
func TestSGANLosses(t *testing.T) {
	const classes = 3
	examples := Examples{Info: data.NewInfo("some", data.Image(1, 16, 16), data.Label(classes))}
	system, err := built(t, "sgan", examples, func(s *SGAN) {
		s.Batch, s.Labels, s.Width, s.Unlabelled, s.LearningRate, s.Drop = 6, 3, 2, .5, 0, 0
	})
	if err != nil {
		t.Fatal(err)
	}
	logits := []float64{.5, -1, 2, 1}
	set := imitation(t, examples.Info, 30)
	trainer := playedOn(t, system, set, 0)
	for _, v := range trainer.Variables() {
		x := v.Memory
		if v.Name[:2] != "D." {
			continue
		}
		clear(x.Bytes)
		if len(v.Shape) == 1 && v.Shape[0] == len(logits) && v.Name == lastBias(system.Game) {
			for i, l := range logits {
				x.Float32()[i] = float32(l)
			}
		}
	}
	got := map[string]float64{}
	err = trainer.Train(t.Context(), 1, func() error {
		trainer.Statistics(func(name string, value float64) { got[name] = value })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, l := range logits {
		sum += math.Exp(l)
	}
	generated := math.Exp(logits[classes]) / sum
	labelled := 0.0 // the minibatch has two labelled images of each class
	for _, l := range logits[:classes] {
		labelled -= math.Log(math.Exp(l)/sum) / classes
	}
	for name, want := range map[string]float64{
		"labelled": labelled,
		"loss.D":   labelled - math.Log(generated) - .5*math.Log(1-generated),
		"loss.G":   -math.Log(1 - generated),
	} {
		if math.Abs(got[name]-want) > 1e-5 {
			t.Errorf("%s is %g, want %g", name, got[name], want)
		}
	}
}

// lastBias returns the name of the bias of D's last layer.
func lastBias(g *game.Game) string {
	for _, p := range g.Players {
		if p.Name == "D" {
			params := p.Networks[0].Params
			return params[len(params)-1].Name
		}
	}
	return ""
}
