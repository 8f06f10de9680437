// Package machine tells what the computer is and what this process has used
// of it. It exists for gander doctor and the benchmarks; what it cannot find
// out on a system it leaves empty. It must not know what is computed.
package machine
