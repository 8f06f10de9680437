package reproduce

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/game"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/report/plot"
)

var snganSigma = Target{
	Name:   "sngan-sigma",
	Title:  "Spectral normalisation: the largest singular values of D's normalised weights during training",
	Source: "Miyato et al. 2018, Spectral Normalization for Generative Adversarial Networks (arXiv 1802.05957), section 2.1 and the figure of singular values",
	Takes:  "about five minutes",
	Uses:   []string{"data", "seeds", "set"},
	make:   makeSigma,
}

// The training that gives the weights.
const (
	sigmaRounds = 500
	sigmaEvery  = 5  // rounds from one computation to the next
	sigmaSettle = 50 // rounds after which the range of the page begins
	sigmaWidth  = "model.width=16"
)

// A sigmaLayer is the largest singular values of a layer.
type sigmaLayer struct {
	Name          string
	Units, Inputs int
	First         float64 // after the first round
	Early         float64 // the largest one before round sigmaSettle
	Least, Most   float64 // of those from round sigmaSettle on
	values        []float64
}

// sigmaFound is the input of the page.
type sigmaFound struct {
	Seed    uint64
	Dataset string
	Set     []string
	Rounds  int
	Every   int
	Settle  int
	Steps   int // of power iteration in an application of D
	Layers  []*sigmaLayer
	rounds  []float64
}

// Name returns the name of the data for the page.
func (f sigmaFound) Name() string { return filepath.Base(f.Dataset) }

func makeSigma(ctx context.Context, j *job) error {
	seed, err := j.oneSeed(1)
	if err != nil {
		return err
	}
	found := sigmaFound{
		Seed: seed, Dataset: cmp.Or(j.Data, "cifar10"), Set: append([]string{sigmaWidth}, j.Set...),
		Rounds: j.rounds(sigmaRounds), Every: sigmaEvery, Settle: j.rounds(sigmaSettle),
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	trainer, err := found.trainer(device)
	if err != nil {
		return err
	}
	err = trainer.Train(ctx, int64(found.Rounds), func() error {
		if step := int(trainer.Step()); step == 1 || step%found.Every == 0 {
			found.look(step, trainer.Variables())
			j.say("round %d of %d", step, found.Rounds)
		}
		return nil
	})
	if err != nil {
		return err
	}
	curves := plot.Curves{XLabel: "rounds", YLabel: "largest singular value"}
	for _, l := range found.Layers {
		curves.Series = append(curves.Series, plot.Series{Name: l.Name, X: found.rounds, Y: l.values})
	}
	if err := j.draw("sigma", curves); err != nil {
		return err
	}
	return j.finish(found)
}

// trainer returns a trainer of the recipe sngan.
func (f *sigmaFound) trainer(device *engine.Device) (*game.Trainer, error) {
	r, err := recipe.Find("sngan")
	if err != nil {
		return nil, err
	}
	chosen := r.Settings()
	for _, s := range f.Set {
		if err := settings.Set(chosen, strings.TrimPrefix(s, "model.")); err != nil {
			return nil, hint.Add(fmt.Errorf("--set %s: %w", s, err), "gander recipes sngan shows the settings")
		}
	}
	f.Steps = chosen.(*recipe.SNGAN).PowerSteps
	set, err := load.Open(f.Dataset, data.Train, f.Seed)
	if err != nil {
		return nil, err
	}
	system, err := r.Build(chosen, recipe.Examples{Info: set.Info(), Epoch: set.Len(), Training: set})
	if err != nil {
		return nil, err
	}
	sources, err := system.Sources(recipe.Sets{recipe.Main: set}, f.Seed)
	if err != nil {
		return nil, err
	}
	return game.NewTrainer(device, system.Game, sources, f.Seed, false)
}

// look computes the largest singular value of every normalised weight, as D would use it in
// its next application.
func (f *sigmaFound) look(step int, variables []game.Variable) {
	byName := map[string][]float64{}
	shapes := map[string][]int{}
	for _, v := range variables {
		byName[v.Name], shapes[v.Name] = v.Memory.Array(v.Shape...).Data, v.Shape
	}
	f.rounds = append(f.rounds, float64(step))
	k := 0
	for _, v := range variables {
		name, ok := strings.CutSuffix(v.Name, ".weight.u")
		if !ok {
			continue
		}
		w := unitsFirst(byName[name+".weight"], shapes[name+".weight"])
		if k == len(f.Layers) {
			f.Layers = append(f.Layers, &sigmaLayer{
				Name: name, Units: len(w), Inputs: len(w[0]), Least: math.Inf(1), Most: math.Inf(-1),
			})
		}
		l := f.Layers[k]
		k++
		sigma := largestSingular(w) / powerIteration(w, byName[v.Name], f.Steps)
		l.values = append(l.values, sigma)
		if step == 1 {
			l.First = sigma
		}
		if step >= f.Settle {
			l.Least, l.Most = min(l.Least, sigma), max(l.Most, sigma)
		} else {
			l.Early = max(l.Early, sigma)
		}
	}
}

// unitsFirst returns a weight as a matrix with one row for each unit: of Linear, [in,
// units], or of Conv, [units, in...].
func unitsFirst(w []float64, shape []int) [][]float64 {
	units := shape[0]
	if len(shape) == 2 {
		units = shape[1]
	}
	rows := make([][]float64, units)
	for i := range rows {
		rows[i] = make([]float64, len(w)/units)
		for k := range rows[i] {
			if len(shape) == 2 {
				rows[i][k] = w[k*units+i]
			} else {
				rows[i][k] = w[i*len(rows[i])+k]
			}
		}
	}
	return rows
}

// powerIteration makes steps of power iteration from u and returns the estimate by which
// the layer divides its weight w.
func powerIteration(w [][]float64, u []float64, steps int) float64 {
	u, norm := slices.Clone(u), 0.
	for range steps {
		v := make([]float64, len(w[0]))
		for i, row := range w {
			for k, x := range row {
				v[k] += x * u[i]
			}
		}
		length := math.Sqrt(dot(v, v))
		for i, row := range w {
			u[i] = dot(row, v) / length
		}
		norm = math.Sqrt(dot(u, u)) // |Wv| for v of length 1
	}
	return norm
}

func dot(a, b []float64) float64 {
	sum := 0.
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// largestSingular returns the largest singular value of w, by cyclic Jacobi rotations of
// w w'.
func largestSingular(w [][]float64) float64 {
	n := len(w)
	a := make([][]float64, n)
	for i := range a {
		a[i] = make([]float64, n)
		for j := range a[i] {
			for k, x := range w[i] {
				a[i][j] += x * w[j][k]
			}
		}
	}
	for range 8 {
		for p := range n {
			for q := p + 1; q < n; q++ {
				angle := math.Atan2(2*a[p][q], a[q][q]-a[p][p]) / 2
				c, s := math.Cos(angle), math.Sin(angle)
				for k := range n {
					a[k][p], a[k][q] = c*a[k][p]-s*a[k][q], s*a[k][p]+c*a[k][q]
				}
				for k := range n {
					a[p][k], a[q][k] = c*a[p][k]-s*a[q][k], s*a[p][k]+c*a[q][k]
				}
			}
		}
	}
	largest := 0.
	for i := range a {
		largest = max(largest, a[i][i])
	}
	return math.Sqrt(largest)
}
