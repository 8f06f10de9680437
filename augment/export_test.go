package augment

// Only returns the policy of one operation. Tests check operations separately.
func Only(name string) Policy { return Policy{single[name]} }

var single = map[string]operation{
	"xflip": xflip, "rotate90": rotate90, "xint": xint,
	"scale": scale, "rotate": rotate, "aniso": aniso, "xfrac": xfrac,
	"ada-brightness": adaBrightness, "ada-contrast": adaContrast, "luma-flip": lumaFlip, "hue": hue, "ada-saturation": adaSaturation,
	"brightness": brightness, "saturation": saturation, "contrast": contrast,
	"translation": translation, "cutout": cutout,
}

// DiffAugmentOperations and ADAOperations are the names for [Only].
var (
	DiffAugmentOperations = []string{"brightness", "saturation", "contrast", "translation", "cutout"}
	ADAOperations         = []string{"xflip", "rotate90", "xint", "scale", "rotate", "aniso", "xfrac",
		"ada-brightness", "ada-contrast", "luma-flip", "hue", "ada-saturation"}
)
