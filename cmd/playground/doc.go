// Command playground makes the playground as a static site: files for any web server, with
// the engine as WebAssembly. Nothing of the site needs a server with a program.
//
//	go run ./cmd/playground -o site
//
// Built for a browser (GOOS=js), the same package is that engine: a function of JavaScript,
// ganderCall, with the calls of package session. The command must not contain anything of
// the page or of the engine; these are packages playground and playground/session.
package main
