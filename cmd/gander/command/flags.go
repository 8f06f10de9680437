package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// flagsOf replaces the names of settings and parameters in the hints of the library by flags.
var flagsOf = strings.NewReplacer(
	"--set train.measure=", "--measure ",
	"Task.Train:", "--data:",
	"Task.Validation:", "--data:",
	"Task.Reference:", "--data:",
	"Task.Space ", "the space (--space) ",
	"Task.N ", "the number (-n) ",
	"give class,", "give --class N or --class all,",
	"give class of the examples,", "give --class N,",
)

// verbs finds the commands in the hints of the library, where the program is gander.
var verbs = regexp.MustCompile(`(^|[\s(])gander (train|sample|invert|impute|measure|classify|features|referee|reproduce|play|report|runs|board|recipes|data|bench|doctor|version|help)\b`)

// withFlags adapts a hint of the library to the command line: it inserts flags, and
// the name of this program in commands. If the verb has no flag --set, the hint names the
// setting of the data without it.
func withFlags(advice string, settable bool) string {
	if !settable {
		advice = strings.ReplaceAll(advice, "--set data.", "the setting data.")
	}
	return verbs.ReplaceAllString(flagsOf.Replace(advice), "${1}"+program()+" $2")
}

// program returns the name of this program: gander, or that of a program with its own
// recipes.
func program() string {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if strings.HasSuffix(name, ".test") {
		return "gander"
	}
	return name
}
