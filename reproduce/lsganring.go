package reproduce

// lsganRing compares the objectives of the authors' code. The paper shows pictures of the
// densities of samples and prints no numbers.
var lsganRing = Target{
	Name:   "lsgan-ring",
	Title:  "LSGAN: modes found of eight Gaussians on a circle, by least squares and by cross-entropy",
	Source: "Mao et al. 2017, Least Squares Generative Adversarial Networks (arXiv 1611.04076), the experiment on a mixture of Gaussians, and the authors' code",
	Takes:  "three minutes a trial, on one processor; 20 trials",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make: comparison{
		Methods: []method{
			{Name: "least squares", Recipe: "lsgan-points", Set: []string{"model.objective=least-squares"}},
			{Name: "non-saturating", Recipe: "lsgan-points", Set: []string{"model.objective=non-saturating"}},
		},
		Dataset: "ring8", Measure: "modes", Trials: 10,
		Epochs: 179.2, // 35,000 rounds of 512 points
	}.make,
}
