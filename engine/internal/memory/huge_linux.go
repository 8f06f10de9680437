package memory

import "syscall"

// hugePage is the page size for large memory, in bytes.
const hugePage = 2 << 20

// adviseHuge requests huge pages for memory. memory must start
// and end on a huge page. Programs read weights that need more small pages than
// the TLB of the processor can hold. A system without huge pages uses small
// pages, so errors are ignored.
func adviseHuge(memory []byte) { _ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) }
