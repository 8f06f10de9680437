package load

// Name returns the name or the path of the dataset, as it was given to [New].
func (p *Parts) Name() string { return p.name }

// Seed returns the seed that was given to [New].
func (p *Parts) Seed() uint64 { return p.seed }

// Published reports whether the publisher of the dataset decided which examples are in
// which part. Then the parts depend neither on the seed nor on [Options.Dealt]. This is
// so if the dataset has three parts, if it is a set of the catalogue, or if Gander
// generates it. A part must have been opened before.
func (p *Parts) Published() bool {
	if p.found == nil || p.found.published {
		return true
	}
	for _, part := range p.found.parts {
		if part == nil {
			return false
		}
	}
	return true
}
