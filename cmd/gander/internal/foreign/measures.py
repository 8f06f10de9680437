"""Compare the measures of Gander with NumPy's, and time both in turn.

  python3 measures.py [--measures A,B] [-n N] [--threads N] [--rounds N]
  python3 measures.py --check [--measures A,B] [-n N]
  python3 measures.py --samples FILE.npy --data mnist
  python3 measures.py --check -n 300 --real 600

Each round runs `gander measure` and then the same measure in NumPy
(measures_numpy.py). It compares the figures: values, baselines and standard errors.
The samples are the first training images, blurred by a box of 3x3. Their number is
that of the protocol, or -n. With --samples they are read from a file. They are
compared with all 10000 test images. With --real the set is shortened, and they are
compared with that number of test images.

Most figures depend only on the sets. They must agree up to rounding: to 1e-5 of their
size, or to three examples where examples are counted. Where a measure uses a random
part of a set, NumPy draws the same part as Gander (measures_draws.py). Other random
numbers are different in Gander and NumPy. Figures that depend on them must agree
within five standard errors of these draws; the last column of the table marks them.
The classifier's weights are Gander's. Standard deviations of 200 bootstrap resamples
must agree to a third.

Times are of whole processes. They include loading and the baseline on both sides. The
ratio is NumPy's median over the rounds divided by Gander's, so 2 means that Gander
takes half the time. The range is that of the ratios of single rounds. Gander also
searches for copies among 70000 images. For swd it also computes a standard error,
which NumPy does not. Peak is the largest resident memory of a process, the median of
the rounds. NumPy computes in float32, the type of the data. A line for each round also
reports processor seconds. Other programs on the machine change these less, if each
side has one thread and no thread waits.

With --check nothing is timed: NumPy computes once, in float64, and every figure is
printed next to Gander's. The exit status is 1 if any figure disagrees.

Needs Go, Debian's python3-numpy and libopenblas0-openmp, and the data: GANDER_DATA
or `gander data get mnist`.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import sides

sides.need("numpy", "python3-numpy")
import measures_numpy

NUMPY = "measures_numpy.py"
PROTOCOL = {"parzen": 10000, "modes": 2500, "prdc": 10000, "pr": 10000, "1nn": 10000,
            "mmd": 10000, "memorisation": 2000, "frechet": 10000, "kernel": 10000,
            "classes": 10000, "swd": 10000, "c2st": 10000}
IN_PIXELS = {"prdc", "pr", "1nn", "mmd", "memorisation", "frechet", "kernel", "c2st"}
COUNTED = {"precision", "recall", "density", "coverage", "accuracy", "real", "fake",
           "auc", "near duplicates", "kl", "total variation"}
RANDOM = {"modes": "baseline", "kernel": "all", "swd": "all", "c2st": "all"}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measures", default=",".join(PROTOCOL))
    parser.add_argument("-n", type=int, help="samples (default: the number of the protocol)")
    parser.add_argument("--samples", metavar="FILE", help="measure these, an npy file of images")
    parser.add_argument("--data", default="mnist", help="mnist or fashion-mnist")
    parser.add_argument("--real", type=int, help="real examples (default: all test images)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="only compare, in float64")
    parser.add_argument("--gander", help="the command to time (default: built from this folder)")
    return parser.parse_args()


def timed(command, env=None):
    """Run a command; return the JSON object it prints, its seconds, its processor seconds
    and its peak memory in MiB."""
    began = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    took = time.perf_counter() - began
    return json.loads(out), took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Contest:
    """One measure of the same samples, by Gander and by NumPy."""

    def __init__(self, measure, args, gander, folder):
        self.measure = measure
        self.n = args.n or PROTOCOL[measure]
        data = "ring8" if measure == "modes" else args.data
        samples = args.samples if args.samples and measure != "modes" else None
        self.numpy = [measure, "-n", self.n, "--data", args.data]
        if not samples:
            samples = os.path.join(folder, f"{measure}.npy")
            measures_numpy.run(*self.numpy, "--write", samples)
        self.numpy += ["--samples", samples]
        self.gander = [gander, "measure", measure, "--samples", samples, "--data", data,
                       "--n", str(self.n), "--threads", str(args.threads), "--json"]
        if args.real and measure != "modes":
            self.gander += ["--split", "test"]  # else a folder is one set, without parts
        if measure in IN_PIXELS:
            self.gander += ["--space", "pixels"]
        self.env = sides.environment(args.threads)
        self.env["PYTHONDONTWRITEBYTECODE"] = "1"

    def figures(self):
        """Return the figures of both sides, Gander first. NumPy computes in float64, and in this
        process: starting another takes longer than most measures of few samples."""
        return timed(self.gander)[0], measures_numpy.run(*self.numpy, "--float64")

    def run(self):
        """Return the results of timed for both sides, Gander first."""
        return timed(self.gander), timed(sides.script(NUMPY, *self.numpy), self.env)

    def compare(self, gander, numpy):
        """Return a line for each number that both sides have, and whether all agree."""
        gander, numpy = {v["name"]: v for v in gander["values"]}, numpy["values"]
        lines, good = [], gander.keys() == numpy.keys()
        if not good:
            lines.append(f"DISAGREES: Gander has {', '.join(gander)}, NumPy {', '.join(numpy)}")
        for name in filter(numpy.get, gander):
            for key in ("value", "baseline", "std_err"):
                ours, theirs = gander[name].get(key), numpy[name][key]
                if ours is None or theirs is None:
                    continue
                ours, theirs = float(ours), float(theirs)
                bound = self.bound(name, key, gander[name], numpy[name])
                right = ours == theirs or abs(ours - theirs) <= bound
                good = good and right
                lines.append(f"{'agrees' if right else 'DISAGREES'}: {name} {key} {ours:.8g}, "
                             f"NumPy {theirs:.8g}, may differ by {bound:.1e}")
        return lines, good

    def bound(self, name, key, gander, numpy):
        """Return the largest difference that is allowed for a number."""
        size = abs(float(numpy[key]))
        grain = 1 / self.n if name in COUNTED else 0
        if key == "std_err":
            drawn = self.measure in RANDOM or "bootstrap" in gander["std_err_of"]
            return (size / 3 if drawn else 1e-3 * size) + grain
        error = numpy["error" if key == "value" else "baseline_error"]
        if error:
            std_err = float(gander.get("std_err", 0)) if key == "value" else error
            return 5 * math.hypot(error, std_err) + grain
        if name == "MMD^2":  # the difference of means of float32
            return 1e-6 + 1e-4 * size
        return 3 * grain or 1e-5 * size


def shorten(data, real, folder):
    """Return the folder of a set that is shortened to this number of real examples."""
    path = os.path.join(folder, data)
    measures_numpy.run("shorten", "--write", path, "-n", real, "--data", data)
    return path


def race(contest, rounds):
    """Return a line of the table, and whether the figures agreed."""
    seconds, peaks, good = ([], []), ([], []), True
    for i in range(rounds):
        both = contest.run()
        lines, agree = contest.compare(both[0][0], both[1][0])
        good = good and agree
        for side, (_, took, _, peak) in enumerate(both):
            seconds[side].append(took)
            peaks[side].append(peak)
        a, b = (f"{took:.2f} s, {busy:.2f} processor s" for _, took, busy, _ in both)
        print(f"{contest.measure}, round {i + 1} of {rounds}: gander {a}; numpy {b}",
              file=sys.stderr)
        if not agree:
            print("\n".join(lines), file=sys.stderr)
    ratio, least, most = sides.ratios(seconds[1], seconds[0])
    result, (ours, theirs) = both[0][0], map(statistics.median, seconds)
    peak_a, peak_b = map(statistics.median, peaks)
    return (f"| {contest.measure} | {result['samples']} x {result['reference']} "
            f"| {ours:.2f} | {theirs:.2f} | {ratio:.2f} | {least:.2f}..{most:.2f} "
            f"| {peak_a:.0f} | {peak_b:.0f} "
            f"| {'yes' if good else 'NO'} | {RANDOM.get(contest.measure, '')} |"), good


def main():
    args = parse()
    unknown = set(args.measures.split(",")) - PROTOCOL.keys()
    if unknown:
        sys.exit(f"no measure {', '.join(sorted(unknown))}: the measures are {', '.join(PROTOCOL)}")
    rows, good, machine = [], True, sides.machine()
    with sides.gander(args.gander) as gander, tempfile.TemporaryDirectory() as folder:
        if args.real:
            args.data = shorten(args.data, args.real, folder)
        for measure in args.measures.split(","):
            contest = Contest(measure, args, gander, folder)
            if args.check:
                lines, agree = contest.compare(*contest.figures())
                print(f"{measure}, {contest.n} samples:\n  " + "\n  ".join(lines), flush=True)
            else:
                line, agree = race(contest, args.rounds)
                rows.append(line)
            good = good and agree
    if rows:
        print("| measure | samples x real | Gander s | NumPy s | ratio | range "
              "| Gander peak MiB | NumPy peak MiB | agrees | drawn at random |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|---|---|")
        print("\n".join(rows))
        print(f"\n{args.threads} threads; {machine}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
