package machine

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/cpu"
)

// Info describes the computer.
type Info struct {
	System    string   // "linux/amd64"
	Processor string   // as it calls itself, "" if unknown
	Threads   int      // that the system offers this process
	Features  []string // instruction sets that matter to the engine
	MemoryMiB int      // installed, 0 if unknown
}

// Describe returns what the computer is.
func Describe() Info {
	return Info{
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Processor: lookUp("/proc/cpuinfo", "model name"),
		Threads:   runtime.GOMAXPROCS(0),
		Features:  features(),
		MemoryMiB: kibibytes("/proc/meminfo", "MemTotal") / 1024,
	}
}

// PeakMiB returns the most memory this process has had resident so far, in
// MiB; 0 if unknown.
func PeakMiB() float64 { return float64(kibibytes("/proc/self/status", "VmHWM")) / 1024 }

func features() []string {
	var have []string
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"AVX-512", cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL},
		{"AVX2", cpu.X86.HasAVX2},
		{"FMA", cpu.X86.HasFMA},
		{"NEON", cpu.ARM64.HasASIMD},
	} {
		if f.has {
			have = append(have, f.name)
		}
	}
	return have
}

// kibibytes reads a "name: 123 kB" of the files under /proc.
func kibibytes(path, name string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(lookUp(path, name), " kB"))
	if err != nil {
		return 0
	}
	return n
}

// lookUp returns the value of the first "name: value" in a file, "" if there
// is none.
func lookUp(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
