package reproduce

// paperUnrolled are the networks of the paper's appendix, in which G has two layers of
// ReLU and D one, and the players are updated in turn. The rate of both players is ten
// times that of the appendix, for a training of minutes. The defaults of the recipe are
// those of the authors' notebook.
var paperUnrolled = []string{"model.activation=relu", "model.layers_d=1", "model.scale_d=0.25", "model.gain=0.8",
	"model.learning_rate_d=1e-3", "model.simultaneous=false"}

// unrolledRing compares a GAN with one in which G looks ahead. The paper shows pictures of
// samples and prints no numbers. The third method shows that the settings of the notebook
// do not need unrolling.
var unrolledRing = Target{
	Name:   "unrolled-ring",
	Title:  "Unrolled GAN: modes found of eight Gaussians on a circle, with and without unrolling",
	Source: "Metz et al. 2017, Unrolled Generative Adversarial Networks (arXiv 1611.02163), section 3.1 and appendix, and the authors' notebook",
	Takes:  "half a minute a trial without unrolling and three minutes with it, on one processor",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make: comparison{
		Methods: []method{
			{Name: "0 steps", Recipe: "unrolled", Set: append([]string{"model.unroll=0"}, paperUnrolled...)},
			{Name: "5 steps", Recipe: "unrolled", Set: append([]string{"model.unroll=5"}, paperUnrolled...), Minibatches: 2},
			{Name: "notebook, 0 steps", Recipe: "unrolled", Set: []string{"model.unroll=0"}},
		},
		Dataset: "ring8", Measure: "modes", Trials: 5,
		Epochs: 25.6, // 5,000 rounds of 512 points
	}.make,
}
