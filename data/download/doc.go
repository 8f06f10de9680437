// Package download brings the files of the catalogue's datasets to this machine
// over HTTP, and goes on where it was interrupted.
//
// It exists so that programs which only read datasets link no code of networks: it
// is the one package of data that may speak to a server. It must not know what the
// files hold, beyond their sizes and checksums, nor where package load looks for
// them.
package download
