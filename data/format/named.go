package format

// A Named array is an array in a file that can have several: an npz or a MATLAB file.
type Named struct {
	Name string
	*Array
	Err error // nil if there is an Array, else the reason why it is not read, such as the type of its elements
}
