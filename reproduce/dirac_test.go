package reproduce

import (
	"math"
	"testing"

	"github.com/gander-ml/gander/objective"
)

// A diracField is the vector field of a method: how theta and psi change.
type diracField func(theta, psi float64) (float64, float64)

// The functions of the paper: f(t) = -log(1 + e^-t).
func diracSlope(t float64) float64 { return 1 / (1 + math.Exp(t)) }
func diracCurve(t float64) float64 { return -math.Exp(t) / math.Pow(1+math.Exp(t), 2) }

func fieldGAN(theta, psi float64) (float64, float64) {
	return -psi * diracSlope(theta*psi), theta * diracSlope(theta*psi)
}

func fieldNonSaturating(theta, psi float64) (float64, float64) {
	return -psi * diracSlope(-theta*psi), theta * diracSlope(theta*psi)
}

func fieldR1(f diracField, gamma float64) diracField {
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
	a, b := diracSlope(theta*psi), diracCurve(theta*psi)
	square := theta*theta + psi*psi
	t, p := fieldGAN(theta, psi)
	return t - (theta*a*a + square*a*b*psi), p - (psi*a*a + square*a*b*theta)
}

// diracByHand takes n steps along a field.
func diracByHand(f diracField, n int, clip float64, alternating bool) diracPoint {
	theta, psi := 1., 1.
	for range n {
		t, p := f(theta, psi)
		theta += .2 * t
		if alternating {
			_, p = f(theta, psi)
		}
		psi = max(-clip, min(clip, psi+.2*p))
	}
	return diracPoint{theta, psi}
}

// TestDiracTable compares the table with the digits of an independent program, and with
// the fields above.
func TestDiracTable(t *testing.T) {
	rows, err := diracTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	never := math.Inf(1)
	for i, want := range []struct {
		field                           diracField
		clip                            float64
		first, tenth, last, alternating diracPoint
	}{
		{fieldGAN, never, diracPoint{.946212, 1.053788}, diracPoint{.257053, 1.417682}, diracPoint{-2.161611, -2.217775}, diracPoint{.686834, 1.244007}},
		{fieldNonSaturating, never, diracPoint{.853788, 1.053788}, diracPoint{-.358262, 1.202801}, diracPoint{.548337, .330441}, diracPoint{.204888, .196553}},
		{fieldR1(fieldGAN, .3), never, diracPoint{.946212, .993788}, diracPoint{.364932, .891537}, diracPoint{.000001, -.000002}, diracPoint{}},
		{fieldR1(fieldGAN, 1), never, diracPoint{.946212, .853788}, diracPoint{.559325, .361039}, diracPoint{}, diracPoint{}},
		{fieldR1(fieldNonSaturating, .3), never, diracPoint{.853788, .993788}, diracPoint{-.121761, .736944}, diracPoint{.000002, -.000001}, diracPoint{}},
		{fieldWGAN, 1, diracPoint{.8, 1}, diracPoint{-.920320, .608}, diracPoint{-.065641, 1}, diracPoint{.979076, .300382}},
		{fieldWGANGP, never, diracPoint{.8, 1.2}, diracPoint{-1.340083, .538805}, diracPoint{-.180849, -1.792694}, diracPoint{-.132559, 1.213850}},
		{fieldConsensus, never, diracPoint{.952897, 1.060473}, diracPoint{.488083, 1.423787}, diracPoint{}, diracPoint{}},
	} {
		r := rows[i]
		for _, c := range []struct {
			what        string
			got, digits diracPoint
			steps       int
			alternating bool
		}{
			{"1", r.First, want.first, 1, false}, {"10", r.Tenth, want.tenth, 10, false},
			{"500", r.Last, want.last, 500, false}, {"500 alternating", r.Alternating, want.alternating, 500, true},
		} {
			away := func(q diracPoint) float64 {
				return max(math.Abs(c.got.Theta-q.Theta), math.Abs(c.got.Psi-q.Psi))
			}
			if !(away(c.digits) <= 5.001e-7) {
				t.Errorf("%s after %s steps: %.7f, want %.6f", r.Name, c.what, c.got, c.digits)
			}
			if hand := diracByHand(want.field, c.steps, want.clip, c.alternating); !(away(hand) <= 1e-7) { // the penalty of WGAN-GP has 1e-12 in a root
				t.Errorf("%s after %s steps: %.12f, by hand %.12f", r.Name, c.what, c.got, hand)
			}
		}
	}
}

// TestDiracRates compares with the eigenvalues of the paper. With the rate h = .2 an
// eigenvalue e of the field is 1 + h e of the simultaneous step. Near the equilibrium the
// alternating step with R1 has the determinant 1 - h gamma and the trace that plus 1 - h^2/4.
func TestDiracRates(t *testing.T) {
	for _, c := range []struct {
		method                    diracMethod
		simultaneous, alternating float64
	}{
		{diracMethods[0], math.Sqrt(1.01), 1},
		{diracMethods[1], math.Sqrt(1.01), 1},
		{diracMethods[2], .974679, math.Sqrt(1 - .06)},
		{diracMethods[3], .9, .895 + math.Sqrt(.001025)},
		{diracMethod{objective: objective.Minimax{}, penalty: diracR1(2)}, .973205, .795 + math.Sqrt(.032025)},
		{diracMethod{objective: objective.Relativistic{}}, math.Sqrt(1.01), 1},
		{diracMethods[7], math.Sqrt(.95*.95 + .01), .95}, // -g f'^2 +- i f'
	} {
		simultaneous, alternating, err := c.method.game().rates()
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

// TestDiracOfRelativistic compares RpGAN with the non-saturating GAN: with one real point
// whose score is 0, the losses have the same gradients.
func TestDiracOfRelativistic(t *testing.T) {
	path, err := diracMethod{objective: objective.Relativistic{}}.game().path(t.Context(), 10, false)
	if want := diracByHand(fieldNonSaturating, 10, math.Inf(1), false); err != nil || math.Abs(path[10].Theta-want.Theta) > 1e-12 || math.Abs(path[10].Psi-want.Psi) > 1e-12 {
		t.Errorf("after 10 steps RpGAN is at %v, the non-saturating GAN at %v; error %v", path[10], want, err)
	}
}

func TestDiracPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce dirac"}
	wantPage(t, dirac, s, `^# The Dirac-GAN`, `^\| GAN \| 0.946212, 1.053788 \| 0.257053, 1.417682 \| -2.161611, -2.217775 \| 0.686834, 1.244007 \| 1.004988 \| 1.000000 \|$`,
		`^\| WGAN-GP \| .* \| - \| - \|$`, `^\| GAN, R1 with gamma 1 \| .* \| 0 \| 0 \| 0.900000 \|`)
}
