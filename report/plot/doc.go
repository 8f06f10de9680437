// Package plot draws numbers: curves, points in the plane, and Figure 1 of
// Goodfellow et al. 2014. Each is described once and written as PNG, as SVG, for
// a web page, or as a frame of an animated GIF, by gonum/plot. It exists so that
// every figure of Gander looks the same, can be printed, and can be read by the
// colour-blind and in grey: see style.go. It takes plain numbers; it must not
// know where they come from: not runs, journals, measures or models.
package plot
