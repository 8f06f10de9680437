package recipe

import (
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/objective"
)

// TestLSGANParameters counts the parameters of the published networks, layer by layer.
func TestLSGANParameters(t *testing.T) {
	vgg := 1024*256*49 + 256*49 + // the linear layer
		5*2*256 + 4*(256*256*9+256) + // its normalisation, and four convolutions with theirs
		256*128*9 + 3*128 + 128*64*9 + 3*64 + 64*3*9 + 3
	dcgan := 1024*512*16 + 512*16 + 2*512 + 512*256*25 + 3*256 + 256*128*25 + 3*128 + 128*64*25 + 3*64 + 64*3*25 + 3
	d := func(sides int) int {
		return 3*64*25 + 64 + 64*128*25 + 3*128 + 128*256*25 + 3*256 + 256*512*25 + 3*512 + 512*sides*sides + 1
	}
	for _, c := range []struct {
		name   string
		side   int
		change func(*LSGAN)
		g, d   int
	}{
		{"112 pixels", 112, func(*LSGAN) {}, vgg, d(7)},
		{"64 pixels", 64, func(s *LSGAN) { s.Form = "dcgan" }, dcgan, d(4)},
		{"64 pixels, no normalisation in G", 64, func(s *LSGAN) { s.Form, s.Norm = "dcgan", "d" }, dcgan - 2*(512+256+128+64), d(4)},
		{"64 pixels, no normalisation in D", 64, func(s *LSGAN) { s.Form, s.Norm = "dcgan", "g" }, dcgan, d(4) - 2*(512+256+128)},
		{"64 pixels, no normalisation", 64, func(s *LSGAN) { s.Form, s.Norm = "dcgan", "none" }, dcgan - 2*(512+256+128+64), d(4) - 2*(512+256+128)},
	} {
		system, err := built(t, "lsgan", imagesOf(3, c.side, c.side), c.change)
		wantSizes(t, c.name, system, err, c.g, c.d)
	}
	characters := Examples{Info: data.NewInfo("hwdb", data.Image(1, 28, 28), data.Label(3740)), Epoch: 1000}
	system, err := built(t, "lsgan", characters, func(s *LSGAN) { s.Form = "characters" })
	wantSizes(t, "characters", system, err,
		3740*256+256+1280*6272+3*6272+128*128*25+3*128+128*25+1,
		3740*256+256+257*25+257+513*320*25+3*320+(320*49+256)*1024+3*1024+1024+256+1)
	system, err = built(t, "lsgan-points", pointsOf(2), func(*LSGANPoints) {})
	wantSizes(t, "points", system, err, 256*128+128+128*128+128+128*2+2, 2*128+128+128*128+128+128+1)
}

// TestLSGANForms builds the networks for images of several sizes.
func TestLSGANForms(t *testing.T) {
	for _, shape := range [][3]int{{1, 28, 28}, {3, 32, 32}, {1, 16, 20}, {3, 112, 112}, {2, 48, 32}} {
		for _, form := range []string{"vgg", "dcgan"} {
			examples := imagesOf(shape[0], shape[1], shape[2])
			system, err := built(t, "lsgan", examples, func(s *LSGAN) { s.Form, s.Width, s.Optimizer = form, 4, "rmsprop" })
			if err != nil {
				t.Errorf("%s, %v: %v", form, shape, err)
				continue
			}
			if made := makes(t, system, 3); made.Size() != 3*examples.First().Size() {
				t.Errorf("%s, %v: 3 samples are %v", form, shape, made)
			}
		}
		labelled := Examples{Info: data.NewInfo("some", data.Image(shape[0], shape[1], shape[2]), data.Label(5))}
		system, err := built(t, "lsgan", labelled, func(s *LSGAN) { s.Form, s.Width, s.Label, s.Norm = "characters", 4, 3, "g" })
		if err != nil {
			t.Errorf("characters, %v: %v", shape, err)
			continue
		}
		if made := makes(t, system, 3); made.Size() != 3*labelled.First().Size() {
			t.Errorf("characters, %v: 3 samples are %v", shape, made)
		}
		if lo := system.Outputs[0].Scale.Lo; lo != 0 {
			t.Errorf("characters: black is %g, want 0", lo)
		}
	}
}

// TestLSGANTargets chooses the objective and the three targets.
func TestLSGANTargets(t *testing.T) {
	if got, want := (Targets{"least-squares", -1, 1, 0}).objective(), (objective.LeastSquares{A: -1, B: 1, C: 0}); got != want {
		t.Errorf("objective %#v, want %#v", got, want)
	}
	if got := (Targets{Objective: "non-saturating"}).objective(); got != (objective.NonSaturating{}) {
		t.Errorf("objective %#v", got)
	}
	if s := settingsOf[LSGANPoints](t, "lsgan-points"); s.objective() != (objective.LeastSquares{A: 0, B: 1, C: 1}) || s.RateD*s.LearningRate != 1e-4 {
		t.Errorf("defaults %+v", s)
	}
}

func TestLSGANRefuses(t *testing.T) {
	same := func(*LSGAN) {}
	wantRefused(t, "lsgan", map[string]refused[LSGAN]{
		"images of 30x30: its networks make images with sides that are multiples of 4, from 16 to 256": {imagesOf(1, 30, 30), same},
		"it generates images, and the data are points":                                                 {pointsOf(2), same},
		"label_smoothing = 0.1: the objective of this recipe has no labels to smooth":                  {imagesOf(1, 28, 28), func(s *LSGAN) { s.LabelSmoothing = .1 }},
	})
	wantRefused(t, "lsgan", map[string]refused[LSGAN]{
		"form = characters, and dataset some has no labels (hint: --set form=vgg or form=dcgan": {imagesOf(1, 28, 28), func(s *LSGAN) { s.Form = "characters" }},
		"pack = 2: examples with the condition \"class\" cannot be packed":                      {mnist, func(s *LSGAN) { s.Form, s.Pack = "characters", 2 }},
	})
	wantRefused(t, "lsgan-points", map[string]refused[LSGANPoints]{
		"it generates points, and the data are images": {imagesOf(1, 28, 28), func(*LSGANPoints) {}},
	})
}
