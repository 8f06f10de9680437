"""What the measures in NumPy share: sets of examples, figures and their spreads."""
import gzip
import math
import os
import pathlib
import struct

import numpy

GROUPS = 10  # of a jackknife


class Task:
    """What is measured: the sets as rows, and how."""

    def __init__(self, args):
        self.data = args.data
        self.float = numpy.float64 if args.float64 else numpy.float32
        self.random = numpy.random.default_rng(1)
        self.samples = numpy.load(args.samples)[:args.n]
        self.samples = self.samples.reshape(len(self.samples), -1).astype(self.float)
        self.n = len(self.samples)

    def scaled(self, images):
        return images.reshape(len(images), -1).astype(self.float) / self.float(255)

    def test(self):
        return self.scaled(read_images(self.data, "t10k"))

    def train(self, count):
        images = read_images(self.data, "train")
        return self.scaled(images[:min(count, len(images) * 5 // 6)])

    def validation(self, count):
        images = read_images(self.data, "train")
        return self.scaled(images[len(images) * 5 // 6:][:count])


def read_images(data, part):
    """Return the images of a part of a set, [n, height, width]."""
    folder = pathlib.Path(data)
    if len(folder.parts) == 1:
        home = os.environ.get("GANDER_DATA") or pathlib.Path.home() / ".cache/gander/data"
        folder = pathlib.Path(home) / data
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as stream:
        content = stream.read()
    _, *shape = struct.unpack(">4i", content[:16])
    return numpy.frombuffer(content, numpy.uint8, offset=16).reshape(shape)


def cut(folder, data, n):
    """Write the beginning of a set as a folder of IDX files."""
    os.makedirs(folder)
    for part, count in (("train", 6 * n), ("t10k", n)):
        images = read_images(data, part)[:count]
        with gzip.open(f"{folder}/{part}-images-idx3-ubyte.gz", "wb", 1) as stream:
            stream.write(struct.pack(">4i", 2051, *images.shape) + images.tobytes())
        with gzip.open(f"{folder}/{part}-labels-idx1-ubyte.gz", "wb", 1) as stream:
            stream.write(struct.pack(">2i", 2049, len(images)) + bytes(len(images)))


def write(path, measure, data, n):
    """Write samples for a measure that are not like the data."""
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
    """Return the mean of a list and its standard error."""
    flags = numpy.asarray(flags, float)
    return flags.mean(), flags.std() / math.sqrt(len(flags))


def jackknife(without):
    return numpy.std(without) * math.sqrt(len(without) - 1)


def groups(n):
    """Return the rows that are left without each of the consecutive groups."""
    ends = [n * i // GROUPS for i in range(GROUPS + 1)]
    return [numpy.r_[0:a, b:n] for a, b in zip(ends, ends[1:])]


def bootstrap(task, n, figures):
    """Return the standard deviation of figures over draws with replacement."""
    return numpy.std([figures(task.random.integers(n, size=n)) for _ in range(200)], axis=0)


def figure(value, spread=None, floor=None, error=0., floor_error=0.):
    """Return a figure; errors are what other random draws alone would change."""
    return {"value": value, "spread": spread, "floor": floor,
            "error": error, "floor_error": floor_error}
