package tensor_test

import (
	"testing"

	"github.com/gander-ml/gander/internal/gradcheck"
)

// TestGradients checks every primitive and composed operation against finite
// differences at orders 1, 2 and 3.
func TestGradients(t *testing.T) {
	for _, c := range gradcheck.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.Check(t, gradcheck.Order(3))
		})
	}
}
