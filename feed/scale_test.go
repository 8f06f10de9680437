package feed

import (
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/tensor"
)

// TestPixelsNeedAScale refuses the scale with which all pixels would be 0.
func TestPixelsNeedAScale(t *testing.T) {
	g := &game.Game{Batch: 2, Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{2, 784}}}}
	_, err := New(data.NewDigits(data.Train, 1), g, 1, Input{Name: "x"})
	if err == nil || !strings.Contains(err.Error(), `the input "x" of pixels has no Scale`) {
		t.Errorf("pixels without a scale: error %v", err)
	}
}

// TestNoSet fills a game from a missing set. A misspelt role causes this.
func TestNoSet(t *testing.T) {
	g := &game.Game{Batch: 2, Inputs: []game.Input{{Name: "x", DType: tensor.Float32, Shape: []int{2, 784}}}}
	_, err := New(nil, g, 1, Input{Name: "x"})
	if err == nil || err.Error() != "no set fills the inputs x of the game" {
		t.Errorf("error %v", err)
	}
}
