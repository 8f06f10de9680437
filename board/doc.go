// Package board serves a page on which people watch and steer training: a table of all
// runs below a folder, the curves and samples of a run, its latent space, and
// comparisons of runs. It exists because trackers of experiments know nothing of GANs.
//
// The folders of runs are its only source, so it also shows runs that other processes
// train. It starts training as a separate process. It must not train itself, and must
// not know recipes, losses or measures by name.
package board
