package reproduce

// unrolledRing compares a GAN with one whose G looks ahead. The notebook of the authors
// shows pictures of samples and prints no numbers.
var unrolledRing = Target{
	Name:   "unrolled-ring",
	Title:  "Unrolled GAN: modes found of eight Gaussians on a circle, with and without unrolling",
	Source: "Metz et al. 2017, Unrolled Generative Adversarial Networks (arXiv 1611.02163), section 3.1, and the authors' notebook",
	Takes:  "two minutes a trial without unrolling and twelve with it, on one processor",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make: comparison{
		Methods: []method{
			{Name: "0 steps", Recipe: "unrolled", Set: []string{"model.unroll=0"}},
			{Name: "5 steps", Recipe: "unrolled", Set: []string{"model.unroll=5"}},
		},
		Dataset: "ring8", Measure: "modes", Trials: 5,
		Epochs: 128, // 25,000 rounds of 512 points
	}.make,
}
