// Package reproduce repeats what was published about generative adversarial
// networks and lays the figures side by side: each target trains what it must,
// measures under the protocol of its paper, and writes pictures and a Markdown
// page with every number, setting and seed. It exists so that a claim about
// Gander can be checked by one command.
//
// The package must not have networks, measures or plots of its own making:
// what it trains are recipes, or games of one screen, what it prints comes from
// package measure. It must not write outside the folder it is given.
package reproduce
