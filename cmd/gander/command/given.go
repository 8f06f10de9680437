package command

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/gander-ml/gander/hint"
)

// checkGiven checks the values of the flags and arguments that were given. It returns
// an error if a value is empty, is not among those of the tag oneof, or is a number that
// is not finite or is outside the range of the tags min, above and max, which are those
// of settings. It does not check
// values that were not given: a verb can use 0 for "not given" even if min is 1.
func checkGiven(c *kong.Context) error {
	for _, p := range c.Path {
		name, value := "", p.Positional
		switch {
		case p.Flag != nil:
			name, value = flagName(p.Flag), p.Flag.Value
		case value != nil:
			name = "<" + value.Name + ">"
		default:
			continue
		}
		if wrong := whatIsWrong(value.Target, value.Tag); wrong != "" {
			advice := c.Selected().FullPath() + " --help"
			if _, usual, ok := strings.Cut(value.Help, "Default: "); ok {
				advice = "leave it out for the default: " + strings.TrimSuffix(usual, ".")
			}
			return hint.Add(fmt.Errorf("%s %s", name, wrong), "%s", advice)
		}
	}
	return nil
}

// flagName returns a flag as it is typed, the short form if there is one.
func flagName(f *kong.Flag) string {
	if f.Short != 0 {
		return "-" + string(f.Short)
	}
	return "--" + f.Name
}

// whatIsWrong describes the fault of a value that was given, "" if it is good.
func whatIsWrong(v reflect.Value, tag *kong.Tag) string {
	v = reflect.Indirect(v)
	switch {
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			if wrong := whatIsWrong(v.Index(i), tag); wrong != "" {
				return wrong
			}
		}
		if v.Len() == 0 {
			return "is empty"
		}
	case v.Kind() == reflect.String && v.Len() == 0:
		return "is empty"
	case v.Kind() == reflect.String && tag.Has("oneof"):
		if choices := strings.Split(tag.Get("oneof"), ","); !slices.Contains(choices, v.String()) {
			return fmt.Sprintf("%q is unknown, want one of %s", v, strings.Join(choices, ", "))
		}
	case v.CanFloat() && (math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)):
		return fmt.Sprintf("%v is not a finite number", v)
	case v.CanInt() || v.CanUint() || v.CanFloat():
		if !within(v, tag) {
			return fmt.Sprintf("%v is out of range, want %s", v, rangeOf(tag))
		}
	}
	return ""
}

// within reports whether a finite number is in the range of its tags.
func within(v reflect.Value, tag *kong.Tag) bool {
	var x big.Float // holds all integers exactly
	switch {
	case v.CanInt():
		x.SetInt64(v.Int())
	case v.CanUint():
		x.SetUint64(v.Uint())
	default:
		x.SetFloat64(v.Float())
	}
	compared := func(bound string) int {
		b, _, err := big.ParseFloat(tag.Get(bound), 10, 64, big.ToNearestEven)
		if err != nil {
			panic(fmt.Sprintf("gander: the tag %s: %v", bound, err))
		}
		return x.Cmp(b)
	}
	return !(tag.Has("min") && compared("min") < 0 ||
		tag.Has("above") && compared("above") <= 0 ||
		tag.Has("max") && compared("max") > 0)
}

// rangeOf returns the range of the tags in words.
func rangeOf(tag *kong.Tag) string {
	switch {
	case tag.Has("min") && tag.Has("max"):
		return tag.Get("min") + " to " + tag.Get("max")
	case tag.Has("min"):
		return "at least " + tag.Get("min")
	case tag.Has("above"):
		return "more than " + tag.Get("above")
	}
	return "at most " + tag.Get("max")
}
