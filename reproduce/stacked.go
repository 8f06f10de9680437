package reproduce

// stackedMNIST compares packs under the protocol of the small discriminator.
var stackedMNIST = Target{
	Name:   "stacked-mnist",
	Title:  "Stacked MNIST: modes found of 1000 with a very small discriminator, alone and with packs",
	Source: "Lin et al. 2018, PacGAN: The power of two samples in generative adversarial networks (arXiv 1712.04086), section 4.2, after Metz et al. 2017",
	Takes:  "about half an hour a trial",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make: comparison{
		Methods: []method{
			{Name: "GAN", Recipe: "stacked", Published: "30.6 | 5.99"},
			{Name: "PacGAN4", Recipe: "stacked", Set: []string{"model.pack=4"}, Published: "667.4 | 1.81"},
		},
		Dataset: "stacked-mnist", Measure: "stacked-modes", Trials: 1,
		Epochs: 50, // 50,000 rounds of 128 triples
	}.make,
}

// smallR3GAN is a small residual network without normalisation, and the settings that suit
// a short training. The sizes of the paper's are not published.
var smallR3GAN = []string{"model.width=32", "model.blocks=1", "model.group=16", "model.batch=64", "model.burn_in_kimg=100", "model.half_life_kimg=10"}

// stackedLosses compares the losses of R3GAN.
var stackedLosses = Target{
	Name:   "stacked-losses",
	Title:  "Stacked MNIST: modes found of 1000 with the losses of R3GAN",
	Source: "Huang et al. 2024, The GAN is dead; long live the GAN! A Modern Baseline GAN (arXiv 2501.05441), section 3",
	Takes:  "about an hour a trial",
	Uses:   []string{"trials", "epochs", "set", "jobs"},
	make: comparison{
		Methods: []method{
			{Name: "RpGAN, R1 and R2", Recipe: "r3gan", Set: smallR3GAN, Published: "1000 | 0.0781", Minibatches: 2},
			{Name: "GAN, R1 and R2", Recipe: "r3gan", Set: append([]string{"model.objective=non-saturating"}, smallR3GAN...), Published: "693 | 0.927"},
			{Name: "RpGAN, R1", Recipe: "r3gan", Set: append([]string{"model.penalties=r1"}, smallR3GAN...), Published: "diverges |", Minibatches: 2},
		},
		Dataset: "stacked-mnist", Measure: "stacked-modes", Trials: 1,
		Epochs: 5, // 10,000 rounds of 64 triples
	}.make,
}
