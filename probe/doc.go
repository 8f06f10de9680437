// Package probe answers how much a linear classifier can read from the hidden activations
// of a network, as Radford et al. 2016 did with the discriminator of a trained GAN. It
// computes features, and it trains L2-SVMs on them.
//
// It must not know datasets, runs, or how the network was trained.
package probe
