"""Functions that the comparisons of speed share."""
import contextlib
import glob
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[3]


@contextlib.contextmanager
def gander(binary=None):
    """Yield the path of the gander command: the given one, or one that is built now."""
    if binary:
        yield binary
        return
    with tempfile.TemporaryDirectory() as folder:
        built = os.path.join(folder, "gander")
        subprocess.run(["go", "build", "-ldflags=-s -w", "-o", built, "./cmd/gander"], cwd=ROOT, check=True)
        yield built


def environment(threads):
    """Return the environment in which OpenBLAS and PyTorch are fastest.

    OpenBLAS built with OpenMP shares PyTorch's threads. OpenBLAS built with pthreads
    has separate threads, which compete with PyTorch's.
    """
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    folders = glob.glob("/usr/lib/*/openblas-openmp")
    if folders:
        rest = env.get("LD_LIBRARY_PATH")
        env["LD_LIBRARY_PATH"] = os.pathsep.join(folders + ([rest] if rest else []))
    return env


def blas_in_use():
    """Return the folder names of the BLAS libraries this process has loaded."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {pathlib.Path(line.split()[-1]) for line in maps if "blas" in line}
    return ", ".join(sorted({path.parent.name for path in paths}))


def need(module, package):
    """End the process with a message if this Python does not have a module."""
    try:
        __import__(module)
    except ImportError:
        sys.exit(f"{sys.executable} has no {module} (Debian: apt-get install {package} "
                 "libopenblas0-openmp, then run this with /usr/bin/python3)")
    if not glob.glob("/usr/lib/*/openblas-openmp"):
        print("OpenBLAS with OpenMP is not installed (Debian: apt-get install libopenblas0-openmp); "
              "another BLAS is slower, so the comparison is not fair", file=sys.stderr)


def machine():
    """Return a line with the processor and its load by other programs."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        name = next(names, "unknown processor")
    load = os.getloadavg()[0]
    line = f"{name}, {os.cpu_count()} processors, load before {load:.1f}."
    if load > 0.5:
        line += (" Other programs use the processors: OpenMP's threads wait for each other, "
                 "so more than one thread is slow.")
    return line


def measure(command, env=None):
    """Run a command; return the object of each JSON line that it prints."""
    out = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def script(name, *args):
    """Return the command line of a script in this folder."""
    return [sys.executable, "-B", str(HERE / name), *map(str, args)]


def ratios(theirs, ours):
    """Return the ratio of medians of two lists, and the range of the ratios of pairs."""
    pairs = [a / b for a, b in zip(theirs, ours)]
    return statistics.median(theirs) / statistics.median(ours), min(pairs), max(pairs)
