package command

import (
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// arrange returns the arguments in the form that the parser understands.
func arrange(model *kong.Node, args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	return flagsFirst(model, joinNegative(args))
}

var (
	negative = regexp.MustCompile(`^-\.?[0-9]`)                // a number that looks like a flag
	bareFlag = regexp.MustCompile(`^(-[a-z]|--[a-z][a-z-]*)$`) // a flag without its value
)

// joinNegative joins each negative number to the flag before it.
func joinNegative(args []string) []string {
	var joined []string
	for i, a := range args {
		last := len(joined) - 1
		switch {
		case i == 0 || !negative.MatchString(a) || !bareFlag.MatchString(args[i-1]):
			joined = append(joined, a)
		case len(args[i-1]) == len("-n"):
			joined[last] += a
		default:
			joined[last] += "=" + a
		}
	}
	return joined
}

// flagsFirst moves the flags of a verb that takes a list of arguments in front of
// this list. The parser ends the list at the first flag, so that without this
// "measure prdc -n 100 RUN" would be an error. If a flag is unknown, the arguments
// are returned unchanged, and the parser reports it.
func flagsFirst(verb *kong.Node, args []string) []string {
	first := 0
	for first < len(args) {
		i := slices.IndexFunc(verb.Children, func(n *kong.Node) bool { return n.Name == args[first] })
		if i < 0 {
			break
		}
		verb = verb.Children[i]
		first++
	}
	isList := func(p *kong.Positional) bool { return p.IsCumulative() }
	if !slices.ContainsFunc(verb.Positional, isList) {
		return args
	}
	flags, others := slices.Clone(args[:first]), []string(nil)
	for i := first; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			return slices.Concat(flags, args[i:i+1], others, args[i+1:])
		case len(a) < 2 || a[0] != '-':
			others = append(others, a)
			continue
		}
		flag, hasValue := findFlag(verb, a)
		if flag == nil {
			return args
		}
		flags = append(flags, a)
		if !hasValue && !flag.IsBool() && i+1 < len(args) {
			i++
			flags = append(flags, args[i])
		}
	}
	return append(flags, others...)
}

// findFlag returns the flag of a verb that an argument names, nil if it is unknown.
// It also reports whether the argument contains the value, as in --seed=1 and -n1.
func findFlag(verb *kong.Node, arg string) (flag *kong.Flag, hasValue bool) {
	name, _, hasValue := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	isLong := strings.HasPrefix(arg, "--")
	if !isLong {
		hasValue = len(arg) > len("-n")
	}
	for _, group := range verb.AllFlags(false) {
		for _, f := range group {
			if isLong && f.Name == name || !isLong && f.Short == rune(arg[1]) {
				return f, hasValue
			}
		}
	}
	return nil, false
}
