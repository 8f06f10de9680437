// Package augment changes images at random before a discriminator sees them. With
// few training images, a discriminator remembers them; random changes make this
// harder. Apply the same policy to real and generated images, in the losses of
// both players. All operations are graphs of tensors: gradients of any order pass
// through them to the images.
//
// [Parse] returns a [Policy] for a text such as "color,translation,cutout":
//
//	color        brightness, saturation, contrast    DiffAugment (Zhao et al. 2020)
//	translation  shifts                              DiffAugment
//	cutout       a grey rectangle                    DiffAugment
//	blit         flips, quarter turns, shifts        ADA (Karras et al. 2020)
//	geom         scales, rotations, shifts           ADA
//	ada-color    brightness, contrast, luma, hue     ADA
//	bg, bgc      blit,geom and blit,geom,ada-color   ADA
//
// DiffAugment always applies its operations. ADA applies each of them with a
// probability, which a [Controller] adapts during training. Both work with all
// names.
//
// The package must not know losses, games or datasets.
package augment
