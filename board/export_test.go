package board

// Scan looks at the files at once.
func (b *Board) Scan() { b.touch() }

// Pages returns the number of open pages.
func (b *Board) Pages() int { return b.hub.size() }

// MaxPages is the largest number of open pages.
const MaxPages = maxPages
