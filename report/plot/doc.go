// Package plot draws numbers: curves, points in the plane, and Figure 1 of Goodfellow et
// al. 2014. A figure is written by gonum/plot as PNG, as SVG, as part of a web page, or as
// a frame of an animated GIF. The package exists so that all figures of Gander have the
// same style, can be printed, and can be read in grey and by colour-blind people: see
// style.go. It takes plain numbers. It must not know their source: no runs, journals,
// measures or models.
package plot
