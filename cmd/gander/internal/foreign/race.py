"""Time PyTorch and Gander in turn on the same steps, and print a table.

  python3 race.py [--models A,B] [--threads 1,2] [--rounds N] [--steps N] [--sample]

Each round runs PyTorch and then Gander. Each runs in a separate process, which prints
the median of its steps. The ratio is PyTorch's median over the rounds divided by
Gander's, so 2 means that Gander takes half the time. The range is that of the ratios of
single rounds. Peak is the largest resident memory of a process, the median of the
rounds. With --sample only the generator is timed, 256 samples at a time.

Needs Go and Debian's python3-torch and libopenblas0-openmp.
"""
import argparse
import statistics
import sys

import sides


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default="goodfellow2014,dcgan32,wgangp-mlp,wgangp-conv32,sngan32,r3gan32,wgangp-resnet32")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20, help="steps timed in a round")
    parser.add_argument("--warmup", type=int, default=3, help="steps before them")
    parser.add_argument("--sample", action="store_true", help="time only the generator")
    parser.add_argument("--gander", help="the command to time (default: built from this folder)")
    return parser.parse_args()


def race(gander, model, threads, args):
    """Return PyTorch's and Gander's results, one of each for every round."""
    flags = ["--threads", threads, "--steps", args.steps, "--warmup", args.warmup]
    verb = "sample" if args.sample else "step"
    theirs = sides.script("step.py", model, *flags, *(["--sample"] if args.sample else []))
    ours = list(map(str, [gander, "bench", verb, "--model", model, *flags, "--json"]))
    results = []
    for i in range(args.rounds):
        a, = sides.measure(theirs, sides.environment(threads))
        b, = sides.measure(ours)
        results.append((a, b))
        ms = verb + "_ms"
        print(f"{model}, {threads} threads, round {i + 1} of {args.rounds}: {a['engine']} "
              f"({a['blas']}) {a[ms]:.1f} ms, gander {b[ms]:.1f} ms", file=sys.stderr)
    return zip(*results)


def row(model, threads, theirs, ours, ms):
    """Return a line of the table."""
    def column(results, key):
        return [r[key] for r in results]

    a, b = column(theirs, ms), column(ours, ms)
    ratio, least, most = sides.ratios(a, b)
    peak_a, peak_b = (statistics.median(column(r, "peak_rss_mib")) for r in (theirs, ours))
    return (f"| {model} | {threads} | {statistics.median(a):.1f} | {statistics.median(b):.1f} "
            f"| {ratio:.2f} | {least:.2f}..{most:.2f} "
            f"| {peak_a:.0f} | {peak_b:.0f} | {peak_a / peak_b:.1f} |")


def main():
    args = parse()
    sides.need("torch", "python3-torch")
    ms = "sample_ms" if args.sample else "step_ms"
    rows, machine = [], sides.machine()
    with sides.gander(args.gander) as gander:
        for model in args.models.split(","):
            for threads in map(int, args.threads.split(",")):
                theirs, ours = race(gander, model, threads, args)
                rows.append(row(model, threads, theirs, ours, ms))
    print("| model | threads | PyTorch ms | Gander ms | ratio | range "
          "| PyTorch peak MiB | Gander peak MiB | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    print("\n".join(rows))
    print(f"\n{machine}")


if __name__ == "__main__":
    main()
