package kernel

import "math/bits"

// RandomBits fills dst with words start, start+1, ... of the Philox-4x32-10
// stream of key and counter: word i is word i mod 4 of block [i/4, 0,
// counter[0], counter[1]].
func RandomBits(dst []uint32, key, counter *[2]uint32, start int) {
	for len(dst) > 0 {
		block := philox(*key, [4]uint32{uint32(start / 4), 0, counter[0], counter[1]})
		n := copy(dst, block[start%4:])
		dst = dst[n:]
		start += n
	}
}

func philox(key [2]uint32, c [4]uint32) [4]uint32 {
	for range 10 {
		hi0, lo0 := bits.Mul32(0xD2511F53, c[0])
		hi1, lo1 := bits.Mul32(0xCD9E8D57, c[2])
		c = [4]uint32{hi1 ^ c[1] ^ key[0], lo1, hi0 ^ c[3] ^ key[1], lo0}
		key[0] += 0x9E3779B9
		key[1] += 0xBB67AE85
	}
	return c
}

// Iota fills dst with the index along one axis of the elements start, start+1,
// ... in row-major order. The axis has size dim and stride stride.
func Iota[T Number](dst []T, start, stride, dim int) {
	index, left := start/stride%dim, stride-start%stride
	for i := range dst {
		dst[i] = T(index)
		if left--; left == 0 {
			left = stride
			if index++; index == dim {
				index = 0
			}
		}
	}
}
