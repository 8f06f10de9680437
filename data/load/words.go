package load

import (
	"fmt"
	"strings"
)

// maxNamed is how many files or classes a note or an error names.
const maxNamed = 3

// named lists the first of some names: "a, b, c, ...".
func named(names []string) string {
	if len(names) > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

// counted counts names and lists the first: "2 files: a, b".
func counted(names []string, one, many string) string {
	return fmt.Sprintf("%s: %s", count(len(names), one, many), named(names))
}

// count returns "1 file" or "2 files".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inDataset returns an error that begins with the name of the dataset, as errors of
// package data do already.
func inDataset(name string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), "dataset ") {
		return err
	}
	return fmt.Errorf("dataset %s: %w", name, err)
}
