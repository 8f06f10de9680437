"""The measures of gander measure in NumPy, plainly, from the formulas of their papers.

  python3 measures_numpy.py MEASURE --samples FILE.npy [-n N] [--data NAME] [--float64]
  python3 measures_numpy.py MEASURE --write FILE.npy [-n N] [--data NAME]
  python3 measures_numpy.py cut --write FOLDER -n N [--data NAME]

The first prints a JSON object: each figure with its value, its spread where a
formula gives one, the floor and, for what rests on random draws, the error that
these alone make. Images are compared between pixels, and in classes by the
classifier whose weights lie in measure/internal/lenet. The second writes samples that
are not like the data: training images blurred by a box of 3x3, and for modes
points of a ring of which one mode is missing. The third writes the first N test
images of a data set, and 6N of the others, of which N are for validation, as a
folder that --data takes.

It computes in float32, as the data are, or in float64 to say who is right. The
formulas are in measures_distances.py and measures_features.py.
"""
import argparse
import json

import measures_distances as distances
import measures_features as features
import measures_task as task

MEASURES = {
    "parzen": distances.parzen, "prdc": distances.prdc, "pr": distances.pr,
    "1nn": distances.one_nn, "mmd": distances.mmd, "memorisation": distances.memorisation,
    "frechet": features.frechet, "kernel": features.kernel, "classes": features.classes,
    "swd": features.swd, "modes": features.modes, "c2st": features.c2st}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=[*MEASURES, "cut"])
    parser.add_argument("--samples", metavar="FILE")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("-n", type=int, default=10000)
    parser.add_argument("--float64", action="store_true")
    args = parser.parse_args()
    if args.measure == "cut":
        task.cut(args.write, args.data, args.n)
    elif args.write:
        task.write(args.write, args.measure, args.data, args.n)
    else:
        print(json.dumps({"values": MEASURES[args.measure](task.Task(args))}))


if __name__ == "__main__":
    main()
