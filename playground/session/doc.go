// Package session trains GANs in the plane so that people can watch: settings in, frames
// out. A [Session] plays the moves of Algorithm 1 of Goodfellow et al. 2014 one by one, at
// full speed or phase by phase. A [Frame] is what a page draws: samples, what D and G
// compute over the plane, and measures. [Caller] has all of it as one call with bytes in
// and bytes out, for an HTTP server and for WebAssembly in a browser.
//
// The package exists so that the page of the playground is the same with a server and
// without one. It must not know files, a network, or how a page looks.
package session
