package command

import "strings"

// flagsOf holds the flag for each setting that the hints of the library name.
var flagsOf = strings.NewReplacer(
	"train.measure ", "train.measure (--measure) ",
	"train.best ", "train.best (--set train.best=...) ",
	"Task.Train:", "--data:",
	"Task.Validation:", "--data:",
	"Task.Reference:", "--data:",
	"Task.Space ", "the space (--space) ",
	"Task.N ", "the number (-n) ",
)

// withFlags adds to a hint of the library the flags of this command.
func withFlags(advice string) string { return flagsOf.Replace(advice) }
