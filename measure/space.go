package measure

import (
	"context"
	"fmt"
)

// features returns the examples of s in the feature space t.Space, as points of
// one number for each feature: s itself in the space of the examples, which is
// called "pixels", "points" or "".
func (t *Task) features(ctx context.Context, s *Set) (*Set, error) {
	switch t.Space {
	case "", "pixels", "points":
		return s, ctx.Err()
	}
	return nil, fmt.Errorf("unknown feature space %q (hint: known is pixels)", t.Space)
}
