// Package ir is the language between the passes that compile a graph and the
// steps that compute it (intermediate representation): nodes, which compute a
// value; views, which say how a node reads another one, by strides; groups of
// nodes, each of which runs as one step; buffers, which say where values are
// kept. It exists so that passes and steps need not know each other.
//
// The package must not decide anything. What is fused, ordered, kept or shared
// is decided in package compile; how a group is computed, in packages loop,
// product and movement.
package ir
