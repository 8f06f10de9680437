package load

import (
	"fmt"
	"maps"
	"slices"
)

// pictureNotes collect the notes on pictures that were read.
type pictureNotes struct {
	total    int
	broken   []string         // paths
	warned   map[string]names // by the warning
	channels [5]names         // by the channels of the file
}

// names are the number of some names and the first of them.
type names struct {
	n     int
	first []string
}

func (n *names) add(name string) {
	n.n++
	if len(n.first) <= maxNamed {
		n.first = append(n.first, name)
	}
}

// add looks at a picture that is kept.
func (p *pictureNotes) add(name string, d decoded) {
	p.total++
	p.channels[d.channels].add(name)
	for _, warning := range d.picture.Warnings {
		if p.warned == nil {
			p.warned = map[string]names{}
		}
		n := p.warned[warning]
		n.add(name)
		p.warned[warning] = n
	}
}

// texts returns the notes about pictures that all get the given channels.
func (p *pictureNotes) texts(channels int) []string {
	var texts []string
	if len(p.broken) > 0 {
		texts = append(texts, "left out: "+counted(p.broken, "picture that cannot be read", "pictures that cannot be read"))
	}
	for from, n := range p.channels {
		if n.n > 0 && from != channels {
			texts = append(texts, fmt.Sprintf("%d of %s converted from %s to %s: %s",
				n.n, count(p.total, "picture", "pictures"), kindOf(from), kindOf(channels), named(n.first)))
		}
	}
	for _, warning := range slices.Sorted(maps.Keys(p.warned)) {
		n := p.warned[warning]
		texts = append(texts, fmt.Sprintf("%s: %s: %s", count(n.n, "picture", "pictures"), warning, named(n.first)))
	}
	return texts
}

// kindOf names pictures by their channels.
func kindOf(channels int) string {
	switch channels {
	case 1:
		return "grey"
	case 3:
		return "colours"
	}
	return "colours with transparency"
}
