package format

// A Named array is one of those in a file that holds several: npz, or a MATLAB
// file.
type Named struct {
	Name string
	*Array
	Err error // why there is no Array: what its elements are; nil with an Array
}
