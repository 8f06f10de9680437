// Package reproduce repeats published experiments with generative adversarial networks
// and compares the figures. Each target trains its systems, measures them under the
// protocol of its paper, and writes pictures and a Markdown page with every number,
// setting and seed. The package exists so that one command can check a claim about Gander.
//
// The package must not define networks, measures or plots for general use. It trains
// recipes, or games that fit on one screen. Its figures come from package measure. It must
// not write outside the folder that it is given.
package reproduce
