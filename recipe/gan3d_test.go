package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
)

// cubes returns a description of labelled volumes.
func cubes(side int) Examples {
	return Examples{Info: data.NewInfo("cubes", data.Volume(side, side, side), data.Label(10)), Epoch: 1000}
}

// TestGAN3DParameters compares numbers of parameters with those of the layer tables, kernels
// of 64 weights without biases: at 64x64x64 200-512-256-128-64-1 and back, at 32x32x32 a
// layer less. A normalised unit has a scale and a shift. The generator of voxel-dcgan has a
// fully connected layer, and its D minibatch discrimination with 300 kernels.
func TestGAN3DParameters(t *testing.T) {
	for name, c := range map[string]struct {
		side   int
		change func(*GAN3D)
		g, d   int
	}{
		"paper": {64, func(*GAN3D) {},
			64*(200*512+512*256+256*128+128*64+64*1) + 2*(512+256+128+64),
			64*(1*64+64*128+128*256+256*512+512*1) + 2*(64+128+256+512)},
		"paper, 32": {32, func(*GAN3D) {},
			64*(200*256+256*128+128*64+64*1) + 2*(256+128+64),
			64*(1*64+64*128+128*256+256*1) + 2*(64+128+256)},
		"voxel": {32, func(s *GAN3D) { s.Form, s.Minibatch = "voxel", 300 },
			100*1024 + 64*(128*64+64*32+32*16+16*1) + 2*(128+64+32+16),
			64*(1*16+16*32+32*64+64*128) + 2*(16+32+64+128) + 1024*300*50 + 300 + 1024 + 300},
	} {
		system, err := built(t, "gan3d", cubes(c.side), c.change)
		if err != nil {
			t.Fatal(err)
		}
		if sizes := trainable(t, system); sizes["G"] != c.g || sizes["D"] != c.d {
			t.Errorf("%s: G has %d parameters and D %d, want %d and %d", name, sizes["G"], sizes["D"], c.g, c.d)
		}
	}
}

// TestGAN3DForms builds every form for several sizes, and wants samples of the right size.
func TestGAN3DForms(t *testing.T) {
	for _, side := range []int{8, 10, 24, 32} {
		for name, change := range map[string]func(*GAN3D){
			"paper":        func(*GAN3D) {},
			"voxel":        func(s *GAN3D) { s.Form = "voxel" },
			"voxel, batch": func(s *GAN3D) { s.Form, s.Norm, s.Conditional = "voxel", "batch", "yes" },
			"normal":       func(s *GAN3D) { s.Noise, s.Norm, s.Weights = "normal", "virtual", 0 },
			"conditional":  func(s *GAN3D) { s.Conditional, s.Minibatch = "yes", 4 },
			"wasserstein":  func(s *GAN3D) { s.Objective, s.Gate, s.K = "wasserstein", 1, 3 },
			"no norm":      func(s *GAN3D) { s.Norm, s.NormD, s.First = "none", "none", "G" },
			"packed":       func(s *GAN3D) { s.Pack = 2 },
		} {
			system, err := built(t, "gan3d", cubes(side), func(s *GAN3D) { s.Width, s.Batch, s.Reference = 4, 4, 4; change(s) })
			if err != nil {
				t.Errorf("%s of %d: %v", name, side, err)
				continue
			}
			if made := makes(t, system, 3); made.Size() != 3*side*side*side {
				t.Errorf("%s of %d: 3 samples are %v", name, side, made)
			}
		}
	}
}

// TestGAN3DRefuses wants one clear error for settings and data that do not fit.
func TestGAN3DRefuses(t *testing.T) {
	box := Examples{Info: data.NewInfo("boxes", data.Volume(8, 8, 16))}
	wantRefused(t, "gan3d", map[string]refused[GAN3D]{
		"it generates volumes, and the data are images (hint: gander recipes lists those for images)":                                  {mnist, func(*GAN3D) {}},
		"volumes of 8x8x16: its networks make volumes with three equal, even sides from 8 to 64 (hint: cut them, or add empty voxels)": {box, func(*GAN3D) {}},
		"conditional = yes, and dataset cubes has no labels":                                                                           {Examples{Info: data.NewInfo("cubes", data.Volume(8, 8, 8))}, func(s *GAN3D) { s.Conditional = "yes" }},
		"norm = virtual: the reference batch has no labels (hint: --set norm=batch":                                                    {cubes(8), func(s *GAN3D) { s.Form, s.Conditional = "voxel", "yes" }},
		"gate = 0.8: D has no accuracy with the objective of this recipe (hint: --set gate=1":                                          {cubes(8), func(s *GAN3D) { s.Objective = "wasserstein" }},
		`augment = "bgc": only images can be augmented, and the data are volumes (hint: --set augment=)`:                               {cubes(8), func(s *GAN3D) { s.Augment = "bgc" }},
	})
}

// TestGAN3DGate trains with a gate that is almost always closed, and one that is open: only
// the latter changes D.
func TestGAN3DGate(t *testing.T) {
	volumes := imitation(t, cubes(8).Info, 32)
	for gate, want := range map[float64]float64{.01: 0, .99: 3} {
		system, err := built(t, "gan3d", cubes(8), func(s *GAN3D) { s.Width, s.Batch, s.Gate = 4, 16, gate })
		if err != nil {
			t.Fatal(err)
		}
		figures, variables := statistics(t, system, volumes, 3)
		if variables["updates/D"] != want {
			t.Errorf("gate %g: D made %g updates of 3, want %g", gate, variables["updates/D"], want)
		}
		if skipped := figures["skipped.D"]; skipped != 1-want/3 {
			t.Errorf("gate %g: the last round skipped %g", gate, skipped)
		}
		if accuracy, ok := figures["accuracy"]; !ok || accuracy < 0 || accuracy > 1 {
			t.Errorf("gate %g: the accuracy is %g", gate, accuracy)
		}
	}
}
