package dirac

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/gander-ml/gander/objective"
)

// A field is the vector field of a method: how theta and psi change.
type field func(theta, psi float64) (float64, float64)

// The functions of the paper: f(t) = -log(1 + e^-t).
func slope(t float64) float64 { return 1 / (1 + math.Exp(t)) }
func curve(t float64) float64 { return -math.Exp(t) / math.Pow(1+math.Exp(t), 2) }

func fieldGAN(theta, psi float64) (float64, float64) {
	return -psi * slope(theta*psi), theta * slope(theta*psi)
}

func fieldNonSaturating(theta, psi float64) (float64, float64) {
	return -psi * slope(-theta*psi), theta * slope(theta*psi)
}

func fieldR1(f field, gamma float64) field {
	return func(theta, psi float64) (float64, float64) {
		t, p := f(theta, psi)
		return t, p - gamma*psi
	}
}

func fieldWGAN(theta, psi float64) (float64, float64) { return -psi, theta }

func fieldWGANGP(theta, psi float64) (float64, float64) {
	return -psi, theta - .7*(math.Abs(psi)-1)*math.Copysign(1, psi)
}

func fieldConsensus(theta, psi float64) (float64, float64) {
	a, b := slope(theta*psi), curve(theta*psi)
	square := theta*theta + psi*psi
	t, p := fieldGAN(theta, psi)
	return t - (theta*a*a + square*a*b*psi), p - (psi*a*a + square*a*b*theta)
}

// byHand takes n steps along a field.
func byHand(f field, n int, clip float64, alternating bool) Point {
	theta, psi := 1., 1.
	for range n {
		t, p := f(theta, psi)
		theta += .2 * t
		if alternating {
			_, p = f(theta, psi)
		}
		psi = max(-clip, min(clip, psi+.2*p))
	}
	return Point{theta, psi}
}

// TestPaths compares the paths of all methods with the digits of an independent program, and
// with the fields above.
func TestPaths(t *testing.T) {
	never := math.Inf(1)
	for i, want := range []struct {
		field                           field
		clip                            float64
		first, tenth, last, alternating Point
	}{
		{fieldGAN, never, Point{.946212, 1.053788}, Point{.257053, 1.417682}, Point{-2.161611, -2.217775}, Point{.686834, 1.244007}},
		{fieldNonSaturating, never, Point{.853788, 1.053788}, Point{-.358262, 1.202801}, Point{.548337, .330441}, Point{.204888, .196553}},
		{fieldR1(fieldGAN, .3), never, Point{.946212, .993788}, Point{.364932, .891537}, Point{.000001, -.000002}, Point{}},
		{fieldR1(fieldGAN, 1), never, Point{.946212, .853788}, Point{.559325, .361039}, Point{}, Point{}},
		{fieldR1(fieldNonSaturating, .3), never, Point{.853788, .993788}, Point{-.121761, .736944}, Point{.000002, -.000001}, Point{}},
		{fieldWGAN, 1, Point{.8, 1}, Point{-.920320, .608}, Point{-.065641, 1}, Point{.979076, .300382}},
		{fieldWGANGP, never, Point{.8, 1.2}, Point{-1.340083, .538805}, Point{-.180849, -1.792694}, Point{-.132559, 1.213850}},
		{fieldConsensus, never, Point{.952897, 1.060473}, Point{.488083, 1.423787}, Point{}, Point{}},
	} {
		m := Methods()[i]
		path, err := m.Game(.2).Path(t.Context(), Point{1, 1}, 500, false)
		if err != nil {
			t.Fatal(err)
		}
		turns, err := m.Game(.2).Path(t.Context(), Point{1, 1}, 500, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what        string
			got, digits Point
			steps       int
			alternating bool
		}{
			{"1", path[1], want.first, 1, false}, {"10", path[10], want.tenth, 10, false},
			{"500", path[500], want.last, 500, false}, {"500 alternating", turns[500], want.alternating, 500, true},
		} {
			away := func(q Point) float64 {
				return max(math.Abs(c.got.Theta-q.Theta), math.Abs(c.got.Psi-q.Psi))
			}
			if !(away(c.digits) <= 5.001e-7) {
				t.Errorf("%s after %s steps: %.7f, want %.6f", m.Name, c.what, c.got, c.digits)
			}
			if hand := byHand(want.field, c.steps, want.clip, c.alternating); !(away(hand) <= 1e-7) { // the penalty of WGAN-GP has 1e-12 in a root
				t.Errorf("%s after %s steps: %.12f, by hand %.12f", m.Name, c.what, c.got, hand)
			}
		}
	}
}

// TestRates compares with the eigenvalues of the paper. With the rate h = .2 an
// eigenvalue e of the field is 1 + h e of the simultaneous step. Near the equilibrium the
// alternating step with R1 has the determinant 1 - h gamma and the trace that plus 1 - h^2/4.
func TestRates(t *testing.T) {
	for _, c := range []struct {
		method                    Method
		simultaneous, alternating float64
	}{
		{Methods()[0], math.Sqrt(1.01), 1},
		{Methods()[1], math.Sqrt(1.01), 1},
		{Methods()[2], .974679, math.Sqrt(1 - .06)},
		{Methods()[3], .9, .895 + math.Sqrt(.001025)},
		{Method{Objective: objective.Minimax{}, Penalty: R1(2)}, .973205, .795 + math.Sqrt(.032025)},
		{Method{Objective: objective.Relativistic{}}, math.Sqrt(1.01), 1},
		{Methods()[7], math.Sqrt(.95*.95 + .01), .95}, // -g f'^2 +- i f'
	} {
		simultaneous, alternating, err := c.method.Game(.2).Rates()
		if err != nil || math.Abs(simultaneous-c.simultaneous) > 1e-6 || math.Abs(alternating-c.alternating) > 1e-6 {
			t.Errorf("%s: the rates are %.9f and %.9f, want %.9f and %.9f; error %v", c.method.Name,
				simultaneous, alternating, c.simultaneous, c.alternating, err)
		}
	}
	// Without regularisation the distance grows 144.8-fold in 1000 steps near the equilibrium.
	if growth := math.Pow(math.Sqrt(1.01), 1000); math.Abs(growth-144.8) > .05 {
		t.Errorf("the growth is %g, want 144.8", growth)
	}
}

// TestRelativistic compares RpGAN with the non-saturating GAN: with one real point
// whose score is 0, the losses have the same gradients.
func TestRelativistic(t *testing.T) {
	path, err := Method{Objective: objective.Relativistic{}}.Game(.2).Path(t.Context(), Point{1, 1}, 10, false)
	if want := byHand(fieldNonSaturating, 10, math.Inf(1), false); err != nil || math.Abs(path[10].Theta-want.Theta) > 1e-12 || math.Abs(path[10].Psi-want.Psi) > 1e-12 {
		t.Errorf("after 10 steps RpGAN is at %v, the non-saturating GAN at %v; error %v", path[10], want, err)
	}
}

// TestField compares the field at several states at once with the formulas of the paper.
func TestField(t *testing.T) {
	states := []Point{{1, 1}, {-.5, 2}, {.3, -.7}, {0, .1}}
	for i, want := range []field{fieldGAN, fieldNonSaturating, fieldR1(fieldGAN, .3), fieldR1(fieldGAN, 1), fieldR1(fieldNonSaturating, .3), fieldWGAN, fieldWGANGP, fieldConsensus} {
		m := Methods()[i]
		got, err := m.Field(len(states)).At(states...)
		if err != nil {
			t.Fatal(err)
		}
		for j, p := range states {
			theta, psi := want(p.Theta, p.Psi)
			if math.Abs(got[j].Theta-theta) > 1e-9 || math.Abs(got[j].Psi-psi) > 1e-9 {
				t.Errorf("%s at %v: %v, want %v", m.Name, p, got[j], Point{theta, psi})
			}
		}
	}
}

// TestFlow knows two exact trajectories: WGAN moves on a circle, and the GAN too, slower.
func TestFlow(t *testing.T) {
	wgan := Methods()[5]
	wgan.Clip = 0
	for _, c := range []struct {
		method Method
		steps  int
	}{{wgan, 63}, {Methods()[0], 200}} {
		path, err := c.method.Field(1).Flow(t.Context(), Point{1, 0}, c.steps, .1)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range path {
			if math.Abs(p.Radius()-1) > 1e-5 {
				t.Fatalf("%s: the radius at time %g is %g, want 1", c.method.Name, .1*float64(i), p.Radius())
			}
			if at := .1 * float64(i); c.method.Name == wgan.Name && math.Abs(p.Theta-math.Cos(at))+math.Abs(p.Psi-math.Sin(at)) > 1e-4 {
				t.Fatalf("WGAN at time %g: %v", at, p)
			}
		}
	}
	if path, err := Methods()[5].Field(1).Flow(t.Context(), Point{1, .5}, 40, .1); err != nil || path[10].Psi != 1 {
		t.Errorf("psi is %v after clipping, want 1; error %v", path[10].Psi, err)
	}
}

// TestPathEnds checks that a path ends with its context.
func TestPathEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Methods()[0].Game(.2).Path(ctx, Point{1, 1}, 10, true); !errors.Is(err, context.Canceled) {
		t.Errorf("Path: error %v", err)
	}
	if _, err := Methods()[0].Field(1).Flow(ctx, Point{1, 1}, 10, .1); !errors.Is(err, context.Canceled) {
		t.Errorf("Flow: error %v", err)
	}
}
