package board

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gander-ml/gander/run"
)

// paintWait is how long a request for samples may take, with the time in which it waits
// for others.
const paintWait = 2 * time.Minute

// paint calls f with the generator that a request names by id and step.
func (b *Board) paint(r *http.Request, id string, step int64, f func(ctx context.Context, g *opened) error) error {
	e, err := b.find(id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), paintWait)
	defer cancel()
	err = b.painter.use(ctx, e.id, e.folder, step, func(g *opened) error { return f(ctx, g) })
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("making samples took more than %v", paintWait)
	}
	return err
}

// paintQuery is paint for a request with id and step in its address.
func (b *Board) paintQuery(r *http.Request, f func(ctx context.Context, g *opened) error) error {
	step, err := integer(r, "step", -1, -1, 1<<40)
	if err != nil {
		return err
	}
	return b.paint(r, r.URL.Query().Get("id"), step, f)
}

// serveSystem answers with the outputs of a run, their latents and their conditions.
func (b *Board) serveSystem(w http.ResponseWriter, r *http.Request) error {
	return b.paintQuery(r, func(ctx context.Context, g *opened) error {
		outputs, err := g.outputs()
		if err != nil {
			return err
		}
		return writeJSON(w, map[string]any{"step": g.Step, "outputs": outputs})
	})
}

// serveInputs answers with the latents and conditions of one sample: that with the number
// index of the pictures of the run, or of the sequence of a seed.
func (b *Board) serveInputs(w http.ResponseWriter, r *http.Request) error {
	index, err := integer(r, "index", 0, 0, maxSeedIndex)
	if err != nil {
		return err
	}
	spec := inputSpec{Index: int(index)}
	if text := r.URL.Query().Get("seed"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return badRequest(errors.New("seed is not a whole number"))
		}
		spec.Seed = &seed
	}
	return b.paintQuery(r, func(ctx context.Context, g *opened) error {
		s, err := g.Preview(r.URL.Query().Get("output"))
		if err != nil {
			return badRequest(err)
		}
		in, err := g.base(s, spec)
		if err != nil {
			return badRequest(err)
		}
		latents, given := map[string][]number{}, map[string]any{}
		for _, l := range s.Output.Latents {
			latents[l.Name] = numbers(in[l.Name].Floats)
		}
		for _, c := range s.Output.Given {
			if v := in[c.Name]; len(v.Ints) > 0 {
				given[c.Name] = v.Ints
			} else if len(v.Floats) <= 1024 { // images are not shown as numbers
				given[c.Name] = numbers(v.Floats)
			}
		}
		return writeJSON(w, map[string]any{"step": g.Step, "latents": latents, "given": given})
	})
}

func numbers(values []float32) []number {
	all := make([]number, len(values))
	for i, v := range values {
		all[i] = number(v)
	}
	return all
}

// serveMake answers with a picture of samples that are made from given inputs.
func (b *Board) serveMake(w http.ResponseWriter, r *http.Request) error {
	m := making{Step: -1}
	if err := readJSON(r, &m); err != nil {
		return err
	}
	return b.paint(r, m.ID, m.Step, func(ctx context.Context, g *opened) error {
		drawn, err := g.make(ctx, m)
		if err != nil {
			return badRequest(err)
		}
		w.Header().Set("Gander-Step", strconv.FormatInt(g.Step, 10))
		return writePicture(w, drawn)
	})
}

// serveNearest answers with the training images nearest to a sample of a picture, in one
// row. The header Gander-Neighbours has their places and distances as JSON, and
// Gander-Searched the number of images that were searched.
func (b *Board) serveNearest(w http.ResponseWriter, r *http.Request) error {
	index, err := integer(r, "index", 0, 0, maxSeedIndex)
	if err != nil {
		return err
	}
	k, err := integer(r, "k", 6, 1, maxNearest)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	return b.paintQuery(r, func(ctx context.Context, g *opened) error {
		drawn, list, searched, err := g.nearest(ctx, b.root, q.Get("output"), q.Get("picture"), int(index), int(k))
		if err != nil {
			return badRequest(err)
		}
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		w.Header().Set("Gander-Neighbours", string(text))
		w.Header().Set("Gander-Searched", strconv.FormatInt(searched, 10))
		return writePicture(w, drawn)
	})
}

// maxSampleNumbers is the greatest number of numbers in a download of samples: 400 MB.
const maxSampleNumbers = 100 << 20

// serveSamples answers with n samples of a seed as an npy file or as a picture.
func (b *Board) serveSamples(w http.ResponseWriter, r *http.Request) error {
	n, err := integer(r, "n", 64, 1, 100_000)
	if err != nil {
		return err
	}
	seed, err := integer(r, "seed", 0, 0, 1<<62)
	if err != nil {
		return err
	}
	kind := r.URL.Query().Get("format")
	if kind != "npy" && kind != "png" || kind == "png" && n > 1024 {
		return badRequest(errors.New("format is npy, or png for at most 1024 samples"))
	}
	return b.paintQuery(r, func(ctx context.Context, g *opened) error {
		output := r.URL.Query().Get("output")
		s, err := g.Sampler(output)
		if err != nil {
			return badRequest(err)
		}
		if int64(s.Output.Size())*n > maxSampleNumbers {
			return badRequest(fmt.Errorf("%d samples of %d numbers are too many for a download", n, s.Output.Size()))
		}
		samples, err := g.Draw(ctx, output, int(n), uint64(seed), nil)
		if err != nil {
			return badRequest(err)
		}
		attach(w, fmt.Sprintf("%s-step-%d-seed-%d.%s", g.Name, g.Step, seed, kind))
		if kind == "png" {
			drawn, err := g.Config.Picture(samples, nil, 0)
			if err != nil {
				return err
			}
			return writePicture(w, drawn)
		}
		return writeNPY(w, samples)
	})
}

func writeNPY(w http.ResponseWriter, samples *run.Samples) error {
	var text bytes.Buffer
	if err := samples.EncodeNPY(&text); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	text.WriteTo(w) // a client that is gone reads nothing
	return nil
}
