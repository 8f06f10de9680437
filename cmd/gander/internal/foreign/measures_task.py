"""What the measures in NumPy share: sets of examples, figures and their standard errors."""
import gzip
import math
import os
import pathlib
import struct

import numpy

import measures_draws as draws

GROUPS = 10  # of a jackknife


class Task:
    """The sets that are measured, one example a row, and the type of the numbers."""

    def __init__(self, args):
        self.data = args.data
        self.float = numpy.float64 if args.float64 else numpy.float32
        self.random = numpy.random.default_rng(1)
        samples = numpy.load(args.samples)
        samples = samples[draws.indices("samples", len(samples), args.n)]
        self.samples = samples.reshape(len(samples), -1).astype(self.float)
        self.n = len(self.samples)

    def scaled(self, images):
        return images.reshape(len(images), -1).astype(self.float) / self.float(255)

    def test(self):
        return self.scaled(read_images(self.data, "t10k"))

    def train(self, count=None, draw="baseline"):
        """Return training examples: all, or count of them from the stream called draw."""
        images = read_images(self.data, "train")
        return self.scaled(some(images[~held_out(self.data, len(images))], count, draw))

    def validation(self, count, draw="baseline"):
        """Return count validation examples from the stream called draw."""
        images = read_images(self.data, "train")
        return self.scaled(some(images[held_out(self.data, len(images))], count, draw))


def some(rows, count, draw):
    """Return count rows, drawn as Gander does, or all if there are no more."""
    return rows if count is None else rows[draws.indices(draw, len(rows), count)]


def is_folder(data):
    return len(pathlib.Path(data).parts) > 1


def held_out(data, count):
    """Return which of the training images are for validation.

    They are the last sixth of a set of the catalogue. Of a folder they are a sixth
    drawn from the stream "divide", as by data.DivideTraining for a set of one class.
    """
    chosen = numpy.zeros(count, bool)
    if is_folder(data):
        chosen[draws.permutation("divide", count)[3::6]] = True
    else:
        chosen[count - count // 6:] = True
    return chosen


def read_images(data, part):
    """Return the images of a part of a set, [n, height, width]."""
    folder = pathlib.Path(data)
    if not is_folder(data):
        home = os.environ.get("GANDER_DATA") or pathlib.Path.home() / ".cache/gander/data"
        folder = pathlib.Path(home) / data
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as stream:
        content = stream.read()
    _, *shape = struct.unpack(">4i", content[:16])
    return numpy.frombuffer(content, numpy.uint8, offset=16).reshape(shape)


def shorten(folder, data, n):
    """Write the first images of a set as a folder of IDX files, all of class 0."""
    os.makedirs(folder)
    for part, count in (("train", 6 * n), ("t10k", n)):
        images = read_images(data, part)[:count]
        with gzip.open(f"{folder}/{part}-images-idx3-ubyte.gz", "wb", 1) as stream:
            stream.write(struct.pack(">4i", 2051, *images.shape) + images.tobytes())
        with gzip.open(f"{folder}/{part}-labels-idx1-ubyte.gz", "wb", 1) as stream:
            stream.write(struct.pack(">2i", 2049, len(images)) + bytes(len(images)))


def write(path, measure, data, n):
    """Write samples for a measure that differ from the data."""
    random = numpy.random.default_rng(2)
    if measure == "modes":
        angles = 2 * math.pi * random.integers(7, size=n) / 8
        samples = numpy.stack([numpy.cos(angles), numpy.sin(angles)], 1)
        samples += 0.015 * random.standard_normal((n, 2))
    else:
        wide = numpy.pad(read_images(data, "train")[:n] / 255, [(0, 0), (1, 1), (1, 1)])
        samples = sum(wide[:, y:y + 28, x:x + 28] for y in range(3) for x in range(3)) / 9
        samples = samples[:, None]
    numpy.save(path, samples.astype(numpy.float32))


def share(flags):
    """Return the mean of a list and the standard error of the mean."""
    flags = numpy.asarray(flags, float)
    return flags.mean(), flags.std() / math.sqrt(len(flags))


def jackknife(without):
    """Return the standard error of a figure from its values without one group each."""
    return numpy.std(without) * math.sqrt(len(without) - 1)


def leave_out_groups(n, draw):
    """Return for each of the random groups of n rows the rows of all other groups."""
    return [numpy.delete(numpy.arange(n), group) for group in draws.groups(draw, n, GROUPS)]


def bootstrap(task, n, figures):
    """Return the standard deviation of figures over draws with replacement."""
    return numpy.std([figures(task.random.integers(n, size=n)) for _ in range(200)], axis=0)


def figure(value, std_err=None, baseline=None, error=0., baseline_error=0.):
    """Return a figure; the errors are standard errors over the random draws alone."""
    return {"value": value, "std_err": std_err, "baseline": baseline,
            "error": error, "baseline_error": baseline_error}
