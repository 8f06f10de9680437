package command

import (
	"encoding/json"
	"io"

	"github.com/gander-ml/gander/data"
)

// shownSet is a dataset as "data show --json" writes it.
type shownSet struct {
	Name   string       `json:"name"`
	From   string       `json:"from,omitempty"` // absolute path of the folder or file; "" if Gander generates the set
	Title  string       `json:"title,omitempty"`
	Terms  string       `json:"terms,omitempty"`
	Cite   string       `json:"cite,omitempty"`
	Fields []shownField `json:"fields"`
	Parts  []shownPart  `json:"parts"`
	Notes  []string     `json:"notes,omitempty"`
}

type shownField struct {
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Shape   []int    `json:"shape,omitempty"` // of an image [channels, height, width]
	Classes int      `json:"classes,omitempty"`
	Names   []string `json:"names,omitempty"`
	Labels  []string `json:"labels,omitempty"`
}

// A shownPart is one of the parts for training, validation and test.
type shownPart struct {
	Name     string `json:"name"`
	Examples int64  `json:"examples"`
	Endless  bool   `json:"endless,omitempty"` // examples are drawn as they are read; Examples is 0
	Classes  []int  `json:"classes,omitempty"` // the number of examples of each class
}

// writeSetJSON writes the parts of a dataset as one JSON object.
func writeSetJSON(w io.Writer, name, from string, sets []data.Set, notes []string) error {
	info := sets[data.Train].Info()
	shown := shownSet{Name: info.Name, From: from, Notes: notes}
	if entry, err := data.Lookup(name); err == nil {
		shown.Title, shown.Terms, shown.Cite = entry.Title, entry.Terms, entry.Citation
	}
	for _, f := range info.Fields {
		shown.Fields = append(shown.Fields, shownField{f.Name, f.Kind.String(), f.Shape, f.Classes, f.Names, classNames(info, f)})
	}
	counts, err := countClasses(sets)
	if err != nil {
		return err
	}
	for split, set := range sets {
		part := shownPart{Name: data.Split(split).String()}
		switch {
		case set == nil: // no examples
		case set.Len() >= data.Endless:
			part.Endless = true
		default:
			part.Examples = set.Len()
			if counts != nil {
				part.Classes = counts[split]
			}
		}
		shown.Parts = append(shown.Parts, part)
	}
	return json.NewEncoder(w).Encode(shown)
}
