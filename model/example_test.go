package model_test

import (
	"fmt"
	"log"
	"slices"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/model"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/optim"
	"github.com/gander-ml/gander/random"
)

// A GAN trained by three calls in a loop. The generator learns that a digit is mostly
// black.
func Example_gan() {
	const batch, latent, pixels, steps = 32, 16, 28 * 28, 320
	device := engine.NewDevice(0)
	defer device.Close()
	session := model.Session{Device: device, Store: engine.NewStore(), Seed: 1}

	G := nn.New("G", []int{latent},
		nn.Linear(64, nn.He, nn.Zeros), nn.ReLU,
		nn.Linear(pixels, nn.He, nn.Zeros), nn.Sigmoid)
	D := nn.New("D", []int{pixels},
		nn.Linear(64, nn.He, nn.Zeros), nn.LeakyReLU(.2), nn.Dropout(.3),
		nn.Linear(1, nn.He, nn.Zeros))
	adam := optim.Adam{LearningRate: optim.Constant(1e-3), Beta1: .5, Beta2: .999, Epsilon: 1e-8}
	discriminator, err := session.Compile(model.Config{
		Name: "discriminator", Networks: []*nn.Network{D},
		Loss: model.BinaryCrossEntropy, Optimizer: adam, Batch: batch,
	})
	check(err)
	combined, err := session.Compile(model.Config{
		Name: "combined", Networks: []*nn.Network{G, D}, Frozen: []*nn.Network{D},
		Loss: model.BinaryCrossEntropy, Optimizer: adam, Batch: batch,
	})
	check(err)
	generator, err := session.Predictor(batch, G)
	check(err)

	digits, err := data.NewBatches(data.NewDigits(data.Train, 1), batch, 1)
	check(err)
	images := make([]float32, batch*pixels)
	ones, zeros := slices.Repeat([]float32{1}, batch), make([]float32, batch)
	s := random.New(1, "noise")
	for step := range steps + 1 {
		check(digits.Next(data.Destination{Field: "x", Scale: data.Scale{Lo: 0, Hi: 1}, Floats: images}))
		fake, err := generator.Predict(noise(s, batch*latent))
		check(err)
		if step%steps == 0 {
			fmt.Printf("step %d: brightness of digits %.1f, generated %.1f\n", step, mean(images), mean(fake))
		}

		_, err = discriminator.TrainOnBatch(images, ones)
		check(err)
		_, err = discriminator.TrainOnBatch(fake, zeros)
		check(err)
		_, err = combined.TrainOnBatch(noise(s, batch*latent), ones)
		check(err)
	}
	// Output:
	// step 0: brightness of digits 0.1, generated 0.5
	// step 320: brightness of digits 0.1, generated 0.1
}

// noise draws n standard normal numbers.
func noise(s *random.Stream, n int) []float32 {
	z := make([]float32, n)
	for i := range z {
		z[i] = float32(s.Normal())
	}
	return z
}

func mean(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum / float64(len(x))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
