"""The measures of gander measure in NumPy, written simply, from the formulas of their papers.

  python3 measures_numpy.py MEASURE --samples FILE.npy [-n N] [--data NAME] [--float64]
  python3 measures_numpy.py MEASURE --write FILE.npy [-n N] [--data NAME]
  python3 measures_numpy.py shorten --write FOLDER -n N [--data NAME]

The first form prints a JSON object. Each figure has its value, its standard error if a
formula gives one, and its baseline. If it depends on random draws, it also has the
error that these draws alone cause. Images are compared by their pixels. The measure
classes uses the classifier with the weights in measure/internal/lenet. The second form
writes samples that differ from the data: training images blurred by a box of 3x3, and
for modes the points of a ring with one mode missing. The third form writes a folder for
--data. It has the first N test images of a data set and the first 6N training images.
N of these are then for validation.

It computes in float32, the type of the data. With --float64 it computes in float64, to
find out which side is wrong. The formulas are in measures_distances.py and
measures_features.py. measures_draws.py draws the same examples as Gander.
"""
import argparse
import json
import sys

import measures_distances as distances
import measures_features as features
import measures_task as task

MEASURES = {
    "parzen": distances.parzen, "prdc": distances.prdc, "pr": distances.pr,
    "1nn": distances.one_nn, "mmd": distances.mmd, "memorisation": distances.memorisation,
    "frechet": features.frechet, "kernel": features.kernel, "classes": features.classes,
    "swd": features.swd, "modes": features.modes, "c2st": features.c2st}


def run(*arguments):
    """Do as the command line says. Return the object to print, None if a file is written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=[*MEASURES, "shorten"])
    parser.add_argument("--samples", metavar="FILE")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("-n", type=int, default=10000)
    parser.add_argument("--float64", action="store_true")
    args = parser.parse_args(list(map(str, arguments)))
    if args.measure == "shorten":
        return task.shorten(args.write, args.data, args.n)
    if args.write:
        return task.write(args.write, args.measure, args.data, args.n)
    return {"values": MEASURES[args.measure](task.Task(args))}


if __name__ == "__main__":
    if found := run(*sys.argv[1:]):
        print(json.dumps(found))
