package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// flagsOf holds the flag for each setting that the hints of the library name.
var flagsOf = strings.NewReplacer(
	"train.measure ", "train.measure (--measure) ",
	"train.best ", "train.best (--set train.best=...) ",
	"Task.Train:", "--data:",
	"Task.Validation:", "--data:",
	"Task.Reference:", "--data:",
	"Task.Space ", "the space (--space) ",
	"Task.N ", "the number (-n) ",
	"give class,", "give --class N or --class all,",
)

// verbs finds the commands in hints of the library, which call the program gander.
var verbs = regexp.MustCompile(`\bgander (train|sample|measure|reproduce|report|runs|recipes|data|bench|doctor|version)\b`)

// withFlags adds to a hint of the library the flags of this command, and the name of
// this program to commands.
func withFlags(advice string) string {
	return verbs.ReplaceAllString(flagsOf.Replace(advice), program()+" $1")
}

// program returns the name by which this program was called: gander, or that of a
// program with recipes of its own.
func program() string {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if strings.HasSuffix(name, ".test") {
		return "gander"
	}
	return name
}
