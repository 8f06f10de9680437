package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/measure"
	"github.com/gander-ml/gander/report/plot"
	"github.com/gander-ml/gander/run"
)

var aliGaussians = Target{
	Name:   "ali-25gaussians",
	Title:  "ALI: modes found of 25 Gaussians, and inference with a generator that is trained already",
	Source: "Dumoulin et al. 2017, Adversarially Learned Inference (arXiv 1606.00704), section 4.5, and the authors' code",
	Takes:  "about a day for 200 epochs; --epochs 10 --set hidden=100 --set maxout=50 --set learning_rate=1e-3 about ten minutes",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make:   makeALI,
}

// The protocol.
const (
	aliEpochs  = 200
	aliTrials  = 10
	aliSamples = 10_000
)

// aliMethods are the methods that are trained. The GAN has the networks of ALI without E.
var aliMethods = []method{
	{Name: "ALI", Recipe: "ali", Set: []string{"model.adam=blocks"}, Published: "13.4 ± 5.8 (8 to 25)"},
	{Name: "ALI, usual Adam", Recipe: "ali", Set: []string{"model.adam=usual"}},
	{Name: "GAN", Recipe: "mixture", Set: []string{"model.beta1=.2"}, Published: "10.4 ± 9.2 (1 to 22)"},
}

// aliFound is the input of the page.
type aliFound struct {
	Rows     []aliRow
	Real     aliCount // of the same number of real points
	Modes    int
	Samples  int
	Trials   int
	Epochs   float64
	Changes  []change
	Inferred []aliInference
	Held     int // held-out points that are reconstructed
	Descent  int // steps
}

// An aliRow is the results of a method.
type aliRow struct {
	method
	Trials  []aliCount
	Modes   meanError
	SD      float64 // of the number of modes over trials
	Least   float64
	Most    float64
	Good    meanError // share of samples of high quality
	Seconds float64   // of one trial, in the mean
}

// An aliCount is how samples fall on the modes.
type aliCount struct {
	Seed  uint64
	Modes float64 // with any sample
	Good  float64 // share of samples within three standard deviations of a mode
}

// An aliInference is a way to find z for held-out points.
type aliInference struct {
	Name     string
	Distance float64 // mean of |x - G(z)|
	Mean, SD float64 // of the numbers of z
}

func makeALI(ctx context.Context, j *job) error {
	j.Trials, j.Jobs, j.Threads = cmp.Or(j.Trials, aliTrials), cmp.Or(j.Jobs, 1), cmp.Or(j.Threads, 1)
	found := aliFound{Samples: aliSamples, Trials: j.Trials, Epochs: cmp.Or(j.Epochs, aliEpochs)}
	c := comparison{Dataset: "grid25", Trials: j.Trials, Epochs: found.Epochs, Measure: "modes"}
	configs := make([][]*run.Config, len(aliMethods))
	for i, m := range aliMethods { // first all, for an error at the beginning
		var err error
		if configs[i], found.Changes, err = c.configs(j, m); err != nil {
			return err
		}
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	first := map[string]run.Folder{}
	for i, m := range aliMethods {
		folders, err := j.within(m.folder()).trainAll(ctx, configs[i])
		if err != nil {
			return err
		}
		first[m.Name] = folders[0]
		row, err := found.judge(ctx, j, device, m, folders)
		if err != nil {
			return err
		}
		found.Rows = append(found.Rows, row)
	}
	if err := found.infer(ctx, j, device, first["ALI"], first["GAN"]); err != nil {
		return err
	}
	return j.finish(found)
}

// judge counts the modes of the runs of a method, and draws the samples of the first.
func (f *aliFound) judge(ctx context.Context, j *job, device *engine.Device, m method, folders []run.Folder) (aliRow, error) {
	row := aliRow{method: m, Least: math.Inf(1), Most: math.Inf(-1)}
	var modes, good []float64
	for i, folder := range folders {
		measured, err := j.measureRun(ctx, device, folder, fmt.Sprintf("modes@%d", aliSamples))
		if err != nil {
			return row, err
		}
		mixture := measured.real.Mixture
		f.Modes, f.Real = len(mixture.Means), countModes(mixture, measured.real.Test.Slice(0, min(aliSamples, measured.real.Test.Len())))
		t := countModes(mixture, measured.samples)
		t.Seed = measured.generator.Config.Train.Seed
		row.Trials = append(row.Trials, t)
		row.Least, row.Most = min(row.Least, t.Modes), max(row.Most, t.Modes)
		row.Seconds += measured.last.Seconds / float64(len(folders))
		modes, good = append(modes, t.Modes), append(good, t.Good)
		if i == 0 {
			if err := j.draw(m.folder(), points(measured.samples, measured.real, 5)); err != nil {
				return row, err
			}
		}
	}
	row.Modes, row.Good = meanErrorOf(modes), meanErrorOf(good)
	row.SD = row.Modes.Error * math.Sqrt(float64(row.Modes.N))
	return row, nil
}

// countModes gives each sample to the mode with the greatest responsibility, which is the
// nearest one.
func countModes(m *measure.Mixture, s *measure.Set) aliCount {
	found, c := map[int]bool{}, aliCount{}
	for i := range s.Len() {
		nearest, least := 0, math.Inf(1)
		for k, mean := range m.Means {
			d := math.Hypot(float64(s.At(i)[0])-mean[0], float64(s.At(i)[1])-mean[1])
			if d < least {
				nearest, least = k, d
			}
		}
		found[nearest] = true
		if least < 3*m.SD {
			c.Good += 1 / float64(s.Len())
		}
	}
	c.Modes = float64(len(found))
	return c
}

// Settings of the inference.
const (
	aliHeld    = 1000 // points
	aliDescent = 300  // steps
	aliKimg    = 400
)

// infer finds z of held-out points: by E of ALI, and by encoders that are trained for the
// GAN afterwards.
func (f *aliFound) infer(ctx context.Context, j *job, device *engine.Device, ali, gan run.Folder) error {
	f.Held, f.Descent = aliHeld, aliDescent
	if j.hurry > 1 {
		f.Held = 100
	}
	g, err := j.openGenerator(device, ali)
	if err != nil {
		return err
	}
	real, err := g.Config.LoadReal(ctx, "")
	if err != nil {
		return err
	}
	x := real.Test.Slice(0, min(f.Held, real.Test.Len())).Values
	n := len(x) / 2
	codes, err := g.Draw(ctx, "E", n, 0, run.Inputs{data.ExampleField: {Floats: x}})
	if err != nil {
		return err
	}
	sampler, err := g.Sampler("G")
	if err != nil {
		return err
	}
	again, err := sampler.Make(ctx, n, run.Inputs{"z": {Floats: codes.Values}})
	if err != nil {
		return err
	}
	f.addInference("ALI, its own E", x, again.Values, codes.Values)
	if g, err = j.openGenerator(device, gan); err != nil {
		return err
	}
	for _, m := range invert.Methods() {
		s := invert.Defaults(m)
		s.Kimg, s.Hidden = max(aliKimg/float64(max(j.hurry, 1)), .2), 128
		j.say("training an encoder for the GAN: %s", m)
		v, err := g.Inverter(ctx, "", s, aliDescent)
		if err != nil {
			return err
		}
		found, err := v.Invert(ctx, n, x, nil, nil)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("GAN, E trained afterwards, %s", m)
		f.addInference(name, x, found.Encoded.Values, found.Encoded.Inputs["z"].Floats)
		f.addInference(name+fmt.Sprintf(", and %d steps of descent", aliDescent), x, found.Found.Values, found.Found.Inputs["z"].Floats)
	}
	return j.drawCodes(codes.Values)
}

// addInference adds a row.
func (f *aliFound) addInference(name string, x, made, z []float32) {
	row := aliInference{Name: name}
	n := len(x) / 2
	for i := range n {
		row.Distance += euclidean(x[2*i:2*i+2], made[2*i:2*i+2]) / float64(n)
	}
	for _, v := range z {
		row.Mean += float64(v) / float64(len(z))
	}
	for _, v := range z {
		row.SD += (float64(v) - row.Mean) * (float64(v) - row.Mean) / float64(len(z))
	}
	row.SD = math.Sqrt(row.SD)
	f.Inferred = append(f.Inferred, row)
}

// drawCodes draws E(x) of held-out points, which should look like z.
func (j *job) drawCodes(codes []float32) error {
	c := plot.Cloud{Name: "E(x)"}
	for i := 0; i+1 < len(codes); i += 2 {
		c.X, c.Y = append(c.X, float64(codes[i])), append(c.Y, float64(codes[i+1]))
	}
	return j.draw("codes", plot.Scatter{XLabel: "z 1", YLabel: "z 2", Range: [2]float64{-4, 4}, Width: 75, Clouds: []plot.Cloud{c}})
}
