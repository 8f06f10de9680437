package machine

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestDescribe(t *testing.T) {
	m := Describe()
	if m.Threads < 1 || m.System != runtime.GOOS+"/"+runtime.GOARCH {
		t.Errorf("the machine is %+v", m)
	}
	if runtime.GOOS == "linux" && (m.MemoryMiB < 1 || PeakMiB() <= 0) {
		t.Errorf("memory is %d MiB, the peak %g MiB", m.MemoryMiB, PeakMiB())
	}
}

func TestLookUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status")
	if err := os.WriteFile(path, []byte("Name:\tx\nVmHWM:\t  2048 kB\nVmHWM: 1 kB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := kibibytes(path, "VmHWM"); got != 2048 {
		t.Errorf("VmHWM is %d, want 2048", got)
	}
	if got := kibibytes(path, "VmRSS"); got != 0 {
		t.Errorf("a missing value is %d, want 0", got)
	}
	if got := lookUp(path+"x", "Name"); got != "" {
		t.Errorf("a missing file gives %q", got)
	}
}
