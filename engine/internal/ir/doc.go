// Package ir (intermediate representation) defines the data that the compiler
// passes give to the steps: nodes, which compute a value; views, which describe
// by strides how a node reads another node; groups of nodes, where each group
// runs as one step; and buffers, the memory of values. It exists so that passes
// and steps do not depend on each other.
//
// The package must not decide anything. Package compile decides which nodes are fused,
// their order, and the memory of values. Packages loop, product and movement
// decide how a group is computed.
package ir
