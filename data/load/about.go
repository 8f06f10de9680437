package load

// Name returns the name or the path of the dataset, as it was given to [New].
func (p *Parts) Name() string { return p.name }

// Seed returns the seed that was given to [New].
func (p *Parts) Seed() uint64 { return p.seed }

// Published reports whether the dataset comes with its three parts, or with an order
// that is known everywhere, so that the parts depend neither on the seed nor on
// [Options.Dealt]. It is true of sets that Gander draws. A part must have been opened.
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
