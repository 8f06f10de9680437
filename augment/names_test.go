package augment_test

import "github.com/gander-ml/gander/augment"

var wholePolicies = []string{"color,translation,cutout"}
var continuous = []string{"brightness", "saturation", "contrast"}

func operationNames() []string { return augment.DiffAugmentOperations }
