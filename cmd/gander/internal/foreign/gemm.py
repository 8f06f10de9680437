"""Time OpenBLAS and Gander in turn on the same matrix products.

  python3 gemm.py [--shapes A,B] [--random N] [--threads N] [--rounds N]

A shape is MxNxK or MxNxK:LAYOUT as in `gander bench gemm --shape`. The default shapes
are those of the models. OpenBLAS is called by numpy.matmul, which does not copy an
operand that is stored by columns. The ratio is the median of OpenBLAS's times divided
by the median of Gander's, so 1 means that Gander is as fast as OpenBLAS. The range is
that of the ratios of single rounds. --random adds N shapes with sides from 16 to 2048,
drawn from a fixed seed, and a summary of them.

  python3 gemm.py --numpy SHAPE...

times OpenBLAS alone and prints JSON lines, as gander bench gemm --json does.

Needs Go and Debian's python3-numpy and libopenblas0-openmp.
"""
import argparse
import json
import os
import random
import statistics
import sys
import time

import sides

SHAPES = (
    "1024x1024x1024:NN", "100x1200x1200:NN", "16384x64x48:NN", "16384x64x1024:NN",
    "1024x64x16384:TN", "16384x1024x64:NT", "4096x128x1024:NN", "1024x256x2048:NN")


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES), help="'' for none")
    parser.add_argument("--random", type=int, default=0, metavar="N")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gander", help="the command to time (default: built from this folder)")
    parser.add_argument("--numpy", nargs="+", metavar="SHAPE", help="time OpenBLAS alone")
    return parser.parse_args()


def time_numpy(shape):
    """Return what `gander bench gemm --json` prints, for OpenBLAS."""
    import numpy  # not needed where a child process does the timing
    sizes, _, layout = shape.partition(":")
    m, n, k = map(int, sizes.split("x"))
    layout = layout or "NN"
    generator = numpy.random.default_rng(0)

    def matrix(rows, columns, by_columns):
        if by_columns:
            return generator.standard_normal((columns, rows), numpy.float32).T
        return generator.standard_normal((rows, columns), numpy.float32)

    a, b = matrix(m, k, layout[0] == "T"), matrix(k, n, layout[1] == "T")
    out = numpy.empty((m, n), numpy.float32)
    times = []
    for _ in range(2):
        numpy.matmul(a, b, out=out)
    first = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - first < 0.25:
        began = time.perf_counter()
        numpy.matmul(a, b, out=out)
        times.append(time.perf_counter() - began)
    seconds = statistics.median_high(times)
    return {
        "engine": f"numpy {numpy.__version__}", "blas": sides.blas_in_use(),
        "name": f"{m}x{n}x{k}:{layout}", "threads": int(os.environ["OPENBLAS_NUM_THREADS"]),
        "ms": 1000 * seconds, "gflop_per_s": 2e-9 * m * n * k / seconds,
    }


def random_shapes(count):
    """Return count shapes, always the same; the logarithms of the sides are uniform."""
    source = random.Random(2014)

    def side():
        return round(16 * 128 ** source.random())

    def layout():
        return source.choice(("NN", "TN", "NT"))

    return [f"{side()}x{side()}x{side()}:{layout()}" for _ in range(count)]


def race(gander, shape, args):
    """Print a line of the table; return the ratio."""
    theirs, ours = [], []
    threads = str(args.threads)
    numpy = sides.script("gemm.py", "--numpy", shape)
    for _ in range(args.rounds):
        theirs += sides.measure(numpy, sides.environment(threads))
        ours += sides.measure(
            [gander, "bench", "gemm", "--shape", shape, "--threads", threads, "--json"])
    ratio, least, most = sides.ratios([r["ms"] for r in theirs], [r["ms"] for r in ours])
    speeds = (statistics.median(r["gflop_per_s"] for r in side) for side in (theirs, ours))
    print("| {} | {} | {:.1f} | {:.1f} | {:.2f} | {:.2f}..{:.2f} |".format(
        shape, threads, *speeds, ratio, least, most), flush=True)
    return ratio


def main():
    args = parse()
    sides.need("numpy", "python3-numpy")
    if args.numpy:
        for shape in args.numpy:
            print(json.dumps(time_numpy(shape)))
        return
    machine = sides.machine()
    with sides.gander(args.gander) as gander:
        a, = sides.measure(sides.script("gemm.py", "--numpy", "16x16x16"), sides.environment(1))
        print(f"{a['engine']} ({a['blas']})", file=sys.stderr)
        print("| product | threads | OpenBLAS GFLOP/s | Gander GFLOP/s | ratio | range |")
        print("|---|--:|--:|--:|--:|--:|")
        for shape in filter(None, args.shapes.split(",")):
            race(gander, shape, args)
        ratios = sorted(race(gander, shape, args) for shape in random_shapes(args.random))
    print(f"\n{machine}")
    if ratios:
        below = sum(ratio < 0.85 for ratio in ratios)
        print(f"{len(ratios)} random shapes: smallest {ratios[0]:.2f}, median "
              f"{statistics.median(ratios):.2f}, largest {ratios[-1]:.2f}; {below} below 0.85.")


if __name__ == "__main__":
    main()
