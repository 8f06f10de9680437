package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestImages builds the recipe for pictures of many sizes, and makes samples of these
// sizes.
func TestImages(t *testing.T) {
	for _, shape := range [][]int{{1, 16, 16}, {3, 32, 32}, {1, 28, 28}, {4, 30, 50}, {3, 17, 255}, {3, 256, 256}, {2, 64, 16}} {
		for _, classes := range []int{0, 5} {
			for _, blocks := range []int{0, 1} {
				info := data.NewInfo("some", data.Image(shape[0], shape[1], shape[2]))
				if classes > 0 {
					info.Fields = append(info.Fields, data.Label(classes))
				}
				system, err := built(t, "images", Examples{Info: info, Epoch: 100}, func(s *ImageGAN) { s.Blocks, s.Width = blocks, 11 })
				if err != nil {
					t.Errorf("%v: %v", shape, err)
					continue
				}
				if made := makes(t, system, 3); made.Size() != 3*info.First().Size() {
					t.Errorf("%v: 3 samples are %v", shape, made)
				}
				if given := len(system.Outputs[0].Given); given != min(classes, 1) {
					t.Errorf("%d classes: G reads %d conditions", classes, given)
				}
			}
		}
	}
}

// TestImagesAugment wants adaptive augmentation for few training images, and none for
// many.
func TestImagesAugment(t *testing.T) {
	digits := data.NewDigits(data.Train, 1)
	for epoch, want := range map[int64]bool{100: true, fewImages: false} {
		system, err := built(t, "images", Examples{Info: digits.Info(), Epoch: epoch}, func(s *ImageGAN) { s.Batch, s.Width = 8, 4 })
		if err != nil {
			t.Fatal(err)
		}
		figures, _ := statistics(t, system, digits, 1)
		if _, augmented := figures["augment.p"]; augmented != want {
			t.Errorf("%d training images: augmented %v, want %v", epoch, augmented, want)
		}
	}
}

func TestImagesRefuses(t *testing.T) {
	for want, info := range map[string]data.Info{
		"images of 15x32: it makes images with sides from 16 to 256 (hint: --set data.size=16x32)":   data.NewInfo("some", data.Image(1, 15, 32)),
		"images of 300x300: it makes images with sides from 16 to 256 (hint: --set data.size=256)":   data.NewInfo("some", data.Image(3, 300, 300)),
		"it generates images, and the data are points (hint: gander recipes lists those for points)": data.NewInfo("some", data.Point(2)),
	} {
		_, err := built(t, "images", Examples{Info: info}, func(*ImageGAN) {})
		wantError(t, err, want)
	}
}
