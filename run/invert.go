package run

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/safetensors"
	"github.com/gander-ml/gander/invert"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
)

// inversionSamples is the number of samples from which the scales of an encoder are
// estimated.
const inversionSamples = 1024

// The metadata keys of the file of an encoder.
const (
	metaOutput    = "encoder.output"
	metaEncoder   = "encoder.settings"
	metaGenerator = "encoder.generator" // fingerprint of the parameters of G
)

// An Inverter finds the latents of given examples for an output of a run. It is not safe
// for concurrent use.
type Inverter struct {
	Sampler *Sampler
	File    string // of the encoder
	Trained bool   // the encoder was trained by Train; otherwise it was read from File
	NotKept error  // why an encoder that was trained is not in File; nil: it is there

	generator   *Generator
	encoder     *invert.Encoder
	fingerprint string // of the parameters of the output
	ready       bool   // the encoder is trained
	inverter    *invert.Inverter
}

// An Inversion is the latents that were found for examples. Distances are Euclidean, with
// pixels from 0 to 1.
type Inversion struct {
	N              int
	Encoded, Found *Samples // G of the latents of E, and of those after the descent
	Original       *Samples // the examples; only their values are set

	EncodedDistance, Distance []float64 // of each example
}

// Inverter returns an inverter of the output called name; "" means the first output that
// can be inverted. It reads the encoder of the output from the run folder, if there is one
// with these settings for this generator. The gradient descent makes the given number of
// steps.
func (g *Generator) Inverter(ctx context.Context, name string, s invert.Settings, steps int) (*Inverter, error) {
	o, err := g.invertible(name)
	if err != nil {
		return nil, err
	}
	v := &Inverter{generator: g, File: g.encoderFile(o, s)}
	if v.Sampler, err = NewSampler(g.device, g.stores[o.Unaveraged], nn.NewContext(false, nil), o); err != nil {
		return nil, err
	}
	made, err := v.drawn(ctx, inversionSamples, s.Seed)
	if err != nil {
		return nil, err
	}
	v.encoder, err = invert.NewEncoder(invert.Generator{Output: o, Store: g.stores[o.Unaveraged], Samples: made.Values, Latents: made.Latents()}, s)
	if err != nil {
		return nil, err
	}
	if v.fingerprint, err = g.fingerprint(o); err != nil {
		return nil, err
	}
	v.ready = v.load()
	v.inverter, err = invert.NewInverter(g.device, v.encoder, steps)
	return v, err
}

// invertible returns the output called name, or the first one that can be inverted.
func (g *Generator) invertible(name string) (recipe.Output, error) {
	if name != "" {
		o, err := findOutput(g.Config, g.system, name)
		if err == nil {
			err = invert.Check(o)
		}
		return o, err
	}
	for _, o := range g.system.Outputs {
		if invert.Check(o) == nil {
			return o, nil
		}
	}
	return recipe.Output{}, hint.Add(fmt.Errorf("recipe %s has no output that makes pixels or numbers from latents: there is nothing to invert", g.Config.Recipe.Name),
		"name a run whose generator has latents")
}

// encoderFile returns the path of the file of an encoder.
func (g *Generator) encoderFile(o recipe.Output, s invert.Settings) string {
	return filepath.Join(g.folder.EncoderFolder(), fmt.Sprintf("%s-%s-%s%s", sanitise(o.Name), s.Method, StepName(g.Step), checkpointExt))
}

// EncoderFolder returns the path of the folder of the encoders that invert the generator.
// It exists after the first one was trained.
func (f Folder) EncoderFolder() string { return filepath.Join(f.path, "encoders") }

// drawn draws samples. Their conditions are random, because only the scale of the samples
// is used; if that is not possible, they are those of real examples.
func (v *Inverter) drawn(ctx context.Context, n int, seed uint64) (*Samples, error) {
	conditions, err := v.Sampler.conditions(nil, n, seed)
	if err != nil {
		if conditions, err = v.generator.realConditions(v.Sampler, n, seed); err != nil {
			return nil, err
		}
	}
	return v.Sampler.Make(ctx, n, v.Sampler.Latents(0, n, seed).with(conditions))
}

// fingerprint identifies the parameters of an output.
func (g *Generator) fingerprint(o recipe.Output) (string, error) {
	sum := sha256.New()
	for _, n := range o.Networks {
		for _, p := range n.Params {
			m, ok := g.stores[o.Unaveraged].Memory(p.Value)
			if !ok {
				return "", fmt.Errorf("output %s: there is no value of %s", o.Name, p.Name)
			}
			fmt.Fprintln(sum, p.Name)
			sum.Write(m.Bytes)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// load reads the parameters of the encoder. It reports whether the file is whole and has an
// encoder with the same settings for the same generator. Any other is trained anew.
func (v *Inverter) load() bool {
	c, err := LoadCheckpoint(v.File)
	if err != nil || c.Metadata[metaOutput] != v.Sampler.Output.Name || c.Metadata[metaEncoder] != v.encoder.Settings.Text() || c.Metadata[metaGenerator] != v.fingerprint {
		return false
	}
	for _, p := range v.encoder.Variables() {
		if c.copyTo(p.Memory.Bytes, p.Name, dtypes[p.Memory.DType], p.Shape) != nil {
			return false
		}
	}
	return true
}

// Train trains the encoder and keeps it in the run folder, unless there was one. That it
// could not be kept is not an error; see NotKept. Train opens the data of the run only if
// the training needs them. If progress is not nil, it is called with the rounds of the
// training. [Inverter.Invert] calls Train if it was not called before.
func (v *Inverter) Train(ctx context.Context, progress func(done, total int64)) error {
	if v.ready {
		return nil
	}
	g, o, e := v.generator, v.Sampler.Output, v.encoder
	sets, err := g.setsForEncoder(ctx, o, e.Settings.Method)
	if err != nil {
		return err
	}
	if err := e.Train(ctx, g.device, sets, progress); err != nil {
		return err
	}
	c := &Checkpoint{Step: g.Step, Metadata: map[string]string{
		metaRecipe: g.Config.Recipe.Name, metaRun: g.Name,
		metaOutput: o.Name, metaEncoder: e.Settings.Text(), metaGenerator: v.fingerprint,
	}}
	for _, p := range e.Variables() {
		c.Tensors = append(c.Tensors, safetensors.Tensor{Name: p.Name, DType: dtypes[p.Memory.DType], Shape: p.Shape, Data: p.Memory.Bytes})
	}
	v.ready, v.Trained = true, true
	if v.NotKept = os.MkdirAll(filepath.Dir(v.File), 0o777); v.NotKept == nil {
		v.NotKept = SaveCheckpoint(v.File, c)
	}
	return nil
}

// setsForEncoder opens the training sets that the training of an encoder reads. A set that
// is only needed for conditions, and cannot be found, is left out if they can be drawn.
func (g *Generator) setsForEncoder(ctx context.Context, o recipe.Output, m invert.Method) (recipe.Sets, error) {
	needed := map[string]bool{} // by role: whether there is no other way
	for _, c := range o.Given {
		if _, had := g.Config.SetOf(c.Role).Info().Field(c.Name); had {
			role := cmp.Or(c.Role, recipe.Main)
			needed[role] = needed[role] || c.Kind != data.Class && c.Kind != data.Tokens && c.Draw == nil
		}
	}
	if m == invert.Adversarial {
		needed[cmp.Or(o.Like, recipe.Main)] = true
	}
	sets := recipe.Sets{}
	for role, must := range needed {
		if g.Config.Sets[role] == nil {
			continue // package invert returns the error
		}
		set, err := g.Config.OpenData(ctx, role, data.Train)
		switch {
		case err == nil:
			sets[role] = set
		case must || !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return sets, nil
}

// Invert finds the latents of n examples, [n, Makes.Shape...], in the numbers of the
// output: pixels are in its Scale. conditions has the values of all conditions of the
// output. If progress is not nil, it is called with the examples done. When ctx ends,
// Invert returns its error.
func (v *Inverter) Invert(ctx context.Context, n int, x []float32, conditions Inputs, progress func(done, total int)) (*Inversion, error) {
	if err := v.Train(ctx, nil); err != nil {
		return nil, err
	}
	result, err := v.inverter.Invert(ctx, n, x, conditions, progress)
	if err != nil {
		return nil, err
	}
	i := &Inversion{N: n, Original: v.Sampler.Samples(n, x, nil), EncodedDistance: v.unitDistances(result.EncodedDistance), Distance: v.unitDistances(result.Distance)}
	i.Original.latents, i.Original.classes = nil, 0
	if i.Encoded, err = v.make(ctx, n, result.Encoded, conditions); err != nil {
		return nil, err
	}
	i.Found, err = v.make(ctx, n, result.Found, conditions)
	return i, err
}

// make makes samples from latents.
func (v *Inverter) make(ctx context.Context, n int, latents map[string][]float32, conditions Inputs) (*Samples, error) {
	in := Inputs{}
	for name, z := range latents {
		in[name] = data.Values{Floats: z}
	}
	return v.Sampler.Make(ctx, n, in.with(conditions))
}

// unitDistances converts distances to those of pixels from 0 to 1.
func (v *Inverter) unitDistances(list []float64) []float64 {
	if s := v.Sampler.Output.Scale; v.Sampler.Output.Makes.Kind == data.Pixels {
		for i := range list {
			list[i] /= math.Abs(s.Hi - s.Lo)
		}
	}
	return list
}

// A Guess is what an inversion is compared with: distances of examples from samples that
// were made without looking at the examples.
type Guess struct {
	Mean    []float64 // from the mean of the samples
	Nearest []float64 // from the nearest sample
}

// Guess draws count random samples for the conditions of each example, and returns the
// distances of the examples from them. Examples with equal conditions share their samples.
func (v *Inverter) Guess(ctx context.Context, n int, x []float32, conditions Inputs, count int, seed uint64) (*Guess, error) {
	guess := &Guess{Mean: make([]float64, n), Nearest: make([]float64, n)}
	latents := v.Sampler.Latents(0, count, seed)
	size := v.Sampler.Output.Makes.Size()
	for _, group := range v.equalConditions(n, conditions) {
		in := Inputs{}
		for name, values := range conditions {
			of := v.Sampler.Size(name)
			in[name] = repeatRows(values.Slice(group[0]*of, (group[0]+1)*of), of, count)
		}
		made, err := v.Sampler.Make(ctx, count, latents.with(in))
		if err != nil {
			return nil, err
		}
		mean := make([]float32, size)
		for k := range mean {
			sum := 0.0
			for s := range count {
				sum += float64(made.Values[s*size+k])
			}
			mean[k] = float32(sum / float64(count))
		}
		for _, i := range group {
			one := x[i*size : (i+1)*size]
			guess.Mean[i], guess.Nearest[i] = euclidean(one, mean), math.Inf(1)
			for s := range count {
				guess.Nearest[i] = min(guess.Nearest[i], euclidean(one, made.Values[s*size:(s+1)*size]))
			}
		}
	}
	guess.Mean, guess.Nearest = v.unitDistances(guess.Mean), v.unitDistances(guess.Nearest)
	return guess, nil
}

// equalConditions returns the indices of the examples in groups of equal conditions.
func (v *Inverter) equalConditions(n int, conditions Inputs) (groups [][]int) {
	at := map[string]int{}
	for i := range n {
		key := ""
		for _, c := range v.Sampler.Output.Given {
			size := v.Sampler.Size(c.Name)
			key += fmt.Sprint(conditions[c.Name].Slice(i*size, (i+1)*size))
		}
		k, known := at[key]
		if !known {
			k = len(groups)
			at[key], groups = k, append(groups, nil)
		}
		groups[k] = append(groups[k], i)
	}
	return groups
}

// euclidean returns the distance of two vectors.
func euclidean(a, b []float32) float64 {
	sum := 0.0
	for k, v := range a {
		d := float64(v) - float64(b[k])
		sum += d * d
	}
	return math.Sqrt(sum)
}
