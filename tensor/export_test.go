package tensor

import "reflect"

// Missing returns the names of the parts that are missing in the definition of
// p.
func (p *Primitive) Missing() []string {
	var missing []string
	for _, part := range []struct {
		name  string
		there bool
	}{
		{"Name", p.Name != ""},
		{"Doc", p.Doc != ""},
		{"StableHLO", p.StableHLO != ""},
		{"infer", p.infer != nil},
		{"grad", p.grad != nil},
		{"plain", p.plain != nil},
	} {
		if !part.there {
			missing = append(missing, part.name)
		}
	}
	return missing
}

// HasGradient reports whether the gradient rule of p can return a gradient.
func (p *Primitive) HasGradient() bool {
	return reflect.ValueOf(p.grad).Pointer() != reflect.ValueOf(noGradient).Pointer()
}
