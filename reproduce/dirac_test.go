package reproduce

import "testing"

func TestDiracPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce dirac"}
	wantPage(t, diracTarget, s, `^# The Dirac-GAN`, `^\| GAN \| 0.946212, 1.053788 \| 0.257053, 1.417682 \| -2.161611, -2.217775 \| 0.686834, 1.244007 \| 1.004988 \| 1.000000 \|$`,
		`^\| WGAN-GP \| .* \| - \| - \|$`, `^\| GAN, R1 with gamma 1 \| .* \| 0 \| 0 \| 0.900000 \|`)
}
