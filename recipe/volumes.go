package recipe

import (
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/objective"
	"github.com/gander-ml/gander/optim"
)

// VolumeGAN contains the settings of the recipe for volumes of voxels. It is the recipe
// images with three-dimensional convolutions: the objective of R3GAN, the relativistic
// pairing loss with the gradient penalties R1 and R2, no normalisation, and a moving
// average of G. Wu et al. 2016, 3D-GAN, have the same number of strided convolutions; their
// objective and their gate on D are the recipe gan3d.
//
// With a gamma of 10 instead of 40, samples of ModelNet10 had more separate parts and were
// harder to recognise (after 24,000 volumes, seed 1).
type VolumeGAN struct {
	Conditional  string  `toml:"conditional" oneof:"auto yes no" doc:"whether both networks read the class; auto: if the data have labels"`
	Batch        int     `toml:"batch" min:"1" doc:"examples in a minibatch"`
	Latent       int     `toml:"latent" min:"1" doc:"dimensions of z"`
	Noise        string  `toml:"noise" oneof:"uniform normal sphere" doc:"distribution of z: U(-1, 1), standard normal, or the sphere on which each number has variance 1"`
	Width        int     `toml:"width" min:"1" max:"65536" doc:"channels of the largest feature maps, doubled at each halving"`
	MostWidth    int     `toml:"most_width" min:"1" max:"65536" doc:"greatest number of channels"`
	LearningRate float64 `toml:"learning_rate" min:"0" doc:"of both players' Adam for volumes of up to 32x32x32 voxels; for larger ones it is divided by their side, in units of 32"`
	Beta2        float64 `toml:"beta2" min:"0" max:"0.99999" doc:"of both players' Adam; beta1 is 0"`
	Gamma        float64 `toml:"gamma" min:"0" doc:"strength of the gradient penalties R1 and R2 for volumes of 32x32x32 voxels; it grows with the number of voxels"`
	AverageKimg  float64 `toml:"average_kimg" min:"0" doc:"half-life of the moving average of G that samples are drawn from, in thousands of volumes; 0: none"`

	Techniques
}

func init() {
	Register(Recipe{
		Name:   "volumes",
		Title:  "shapes of voxels, from 8x8x8 to 64x64x64: the default for volumes",
		Source: "the objective of Huang et al. 2024, R3GAN (arXiv 2501.05441), on three-dimensional strided convolutions as in Wu et al. 2016, 3D-GAN (arXiv 1610.07584)",
		Data:   "modelnet10-voxels", Takes: cuboids(leastVolume, mostVolume),
		Kimg: 120, TickKimg: 4, Grid: 16,
	}, VolumeGAN{
		Conditional: "auto", Batch: 32, Latent: 64, Noise: "normal", Width: 16, MostWidth: 256,
		LearningRate: 1e-3, Beta2: .99, Gamma: 40, AverageKimg: 5, Techniques: DefaultTechniques,
	}, VolumeGAN.build)
}

// The least and the greatest side of the volumes of the recipe.
const (
	leastVolume = 2 * leastSide
	mostVolume  = 64
)

func (s VolumeGAN) build(volumes Examples) (*System, error) {
	volume := volumes.First()
	given, err := labelOf(volumes, s.Conditional, true)
	if err != nil {
		return nil, err
	}
	size := float64(volume.Size()) / (32 * 32 * 32)
	rate := optim.Constant(s.LearningRate / math.Cbrt(max(size, 1)))
	adam := adamOf(0, s.Beta2)
	G, D := strided{latent: s.Latent, width: s.Width, most: s.MostWidth, seen: s.Packed(volume.Shape)}.networks(volume, given)
	pair := Pair{
		G: G, D: D, Latent: latentOf(s.Noise, s.Latent), Given: given,
		Objective: objective.Relativistic{}, Penalty: R1AndR2(s.Gamma * size), Batch: s.Batch,
		OptimizerG: adam(rate), OptimizerD: adam(s.RateOfD(rate)), Average: averageOf(s.AverageKimg, s.Batch),
		Makes: volume, Scale: data.Scale{Lo: 0, Hi: 1}, Techniques: s.Techniques,
	}
	return pair.System()
}
