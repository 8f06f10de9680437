// Package invert searches the latents from which a trained generator G makes given
// examples. G does not change. An encoder E is trained: it learns z from samples G(z)
// (latent regression), or a discriminator compares (x, E(x)) with (G(z), z). Then gradient
// descent on z improves what E gives. The package exists so that every output of every
// system can be inverted, whether its recipe has an encoder or not.
//
// It must not know runs, files, or the names of commands.
package invert
