package augment_test

import (
	"slices"

	"github.com/gander-ml/gander/augment"
)

// wholePolicies are texts that together contain all operations.
var wholePolicies = []string{"color,translation,cutout", "bgc"}

// operationNames returns the names of all operations.
func operationNames() []string {
	return slices.Concat(augment.DiffAugmentOperations, augment.ADAOperations)
}
