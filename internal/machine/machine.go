package machine

import (
	"bufio"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/cpu"
)

// Info describes the computer.
type Info struct {
	System    string   // "linux/amd64"
	Processor string   // model name, "" if unknown
	Threads   int      // available to this process
	Features  []string // instruction sets that the engine can use
	MemoryMiB int      // installed memory, 0 if unknown
}

// Describe returns a description of the computer.
func Describe() Info {
	return Info{
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Processor: lookUp("/proc/cpuinfo", "model name"),
		Threads:   runtime.GOMAXPROCS(0),
		Features:  features(),
		MemoryMiB: kibibytes("/proc/meminfo", "MemTotal") / 1024,
	}
}

// PeakMiB returns the largest resident memory of this process so far, in MiB; 0
// if unknown.
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

// kibibytes returns the number in a line "name: 123 kB" of a file in /proc.
func kibibytes(path, name string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(lookUp(path, name), " kB"))
	if err != nil {
		return 0
	}
	return n
}

// lookUp returns the value of the first line "name: value" in a file, or "" if
// there is none.
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

var start = time.Now()

func sinceStart() time.Duration { return time.Since(start) }
