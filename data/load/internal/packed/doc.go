// Package packed keeps many records of one size in a file, and reads any of them
// without the others being in memory.
//
// It exists so that a set may be larger than memory. It must not know what the
// records are, nor where they came from: by the key of a file
// the caller recognises whether it is the right one.
//
// # Format
//
// All numbers are little-endian and unsigned. The file begins with a header of 4096
// bytes:
//
//	 0   8  "GANDPACK"
//	 8   4  version of the format, 1
//	12   4  CRC-32C of the header with zeros here
//	16  32  key
//	48   8  bytes in a record
//	56   8  number of records
//	64   8  bytes of the caller's notes
//	72   4  CRC-32C of the block checksums and the notes
//	76      zeros
//
// The records follow, one after the other without gaps. They are cut into blocks
// of 1 MiB. The last one may be shorter. Then comes the CRC-32C of each block,
// 4 bytes each, then the notes, and the file ends.
package packed
