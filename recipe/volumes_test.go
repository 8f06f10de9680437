package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
)

// TestVolumes builds the recipe for volumes of many sizes, and makes samples of these sizes.
func TestVolumes(t *testing.T) {
	for _, sides := range [][]int{{8, 8, 8}, {15, 15, 15}, {9, 15, 31}, {16, 16, 16}, {32, 8, 20}, {64, 33, 64}} {
		for _, classes := range []int{0, 5} {
			info := data.NewInfo("some", data.Volume(sides[0], sides[1], sides[2]))
			if classes > 0 {
				info.Fields = append(info.Fields, data.Label(classes))
			}
			for pack := 1; pack == 1 || pack == 2 && classes == 0; pack++ { // examples with classes cannot be packed
				system, err := built(t, "volumes", Examples{Info: info, Epoch: 100}, func(s *VolumeGAN) { s.Width, s.Batch, s.Pack = 5, 4, pack })
				if err != nil {
					t.Errorf("%v: %v", sides, err)
					continue
				}
				if made := makes(t, system, 3); made.Size() != 3*info.First().Size() {
					t.Errorf("%v: 3 samples are %v", sides, made)
				}
				if given := len(system.Outputs[0].Given); given != min(classes, 1) {
					t.Errorf("%d classes: G reads %d conditions", classes, given)
				}
			}
		}
	}
}

func TestVolumesRefuses(t *testing.T) {
	volumes := Examples{Info: data.NewInfo("some", data.Volume(8, 8, 8))}
	for want, set := range map[string]func(*VolumeGAN){
		"augment = \"bgc\": only images can be augmented, and the data are volumes (hint: --set augment=)": func(s *VolumeGAN) { s.Augment = "bgc" },
		"ada = true: only images can be augmented, and the data are volumes (hint: --set ada=false)":       func(s *VolumeGAN) { s.ADA = true },
	} {
		_, err := built(t, "volumes", volumes, set)
		wantError(t, err, want)
	}
	for want, info := range map[string]data.Info{
		"volumes of 7x8x9: it makes volumes with sides from 8 to 64 (hint: cut them, or add empty voxels)":                                                      data.NewInfo("some", data.Volume(7, 8, 9)),
		"volumes of 64x65x64: it makes volumes with sides from 8 to 64 (hint: cut them, or add empty voxels)":                                                   data.NewInfo("some", data.Volume(64, 65, 64)),
		"it generates volumes, and the data are images (hint: gander recipes lists those for images)":                                                           data.NewInfo("some", data.Image(1, 32, 32)),
		"conditional = yes, and dataset some has no labels (hint: --set conditional=no, or put the volumes and their labels in an npz file, as arrays x and y)": data.NewInfo("some", data.Volume(8, 8, 8)),
	} {
		_, err := built(t, "volumes", Examples{Info: info}, func(s *VolumeGAN) { s.Conditional = "yes" })
		wantError(t, err, want)
	}
}
