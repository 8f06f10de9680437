// Package referee finds out what goes wrong in the training of a GAN. [Judge] reads a
// [History], the numbers of a training over time, and returns findings: the name of the
// failure, since when, how sure, the numbers that show it, what to change, and why. The
// losses of a game mean little alone, so the rules also read probes: cheap figures that
// [Compare] computes from a few samples and a few real examples.
//
// The package exists so that a run in training, a finished run and a log of another
// program are judged by the same rules. All its functions are pure: equal histories give
// equal findings.
//
// The package must not know files, networks or recipes. Package referee/logs reads the
// logs of other programs, and package run records the history of its trainings.
package referee
