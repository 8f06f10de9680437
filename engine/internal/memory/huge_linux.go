package memory

import "syscall"

// hugePage is the size of the pages that large memory is asked for in.
const hugePage = 2 << 20

// adviseHuge lets the system back memory, which starts and ends on a huge page,
// with huge pages: programs walk over weights that span more small ones than
// the processor can keep track of. A system that cannot gives small pages, so
// the answer does not matter.
func adviseHuge(memory []byte) { _ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) }
