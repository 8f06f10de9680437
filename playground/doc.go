// Package playground is a page on which GANs of the plane train while one watches, and its
// server. It exists so that anyone can see Algorithm 1 at work, and what each setting does
// to it. The page requests frames of package playground/session: here over HTTP, and in
// cmd/playground, the same page without a server, from a worker in the browser.
//
// The package must not know runs, recipes or datasets on disk, and it writes nothing.
package playground
