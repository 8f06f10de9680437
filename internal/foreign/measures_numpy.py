"""The measures of gander measure in NumPy, plainly, from the formulas of their papers.

  python3 measures_numpy.py MEASURE --samples FILE.npy [-n N] [--data NAME] [--float64]
  python3 measures_numpy.py MEASURE --write FILE.npy [-n N] [--data NAME]
  python3 measures_numpy.py cut --write FOLDER -n N [--data NAME]

The first prints a JSON object: each figure with its value, its spread where a
formula gives one, the floor and, for what rests on random draws, the error that
these alone make. Images are compared between pixels, and in classes by the
classifier whose weights lie in internal/lenet. The second writes samples that
are not like the data: training images blurred by a box of 3x3, and for modes
points of a ring of which one mode is missing. The third writes the first N test
images of a data set, and 6N of the others, of which N are for validation, as a
folder that --data takes.

Distances are |a|^2 + |b|^2 - 2ab of whole blocks of rows, in float32 as the data
are, or in float64 to say who is right.
"""
import argparse
import gzip
import json
import math
import os
import pathlib
import struct

import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 1000  # of a matrix of distances that is in memory at once
GROUPS = 10  # of a jackknife


class Task:
    """What is measured: the sets as rows, and how."""

    def __init__(self, args):
        self.data, self.sigma = args.data, args.sigma
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


def blocks(a, b):
    """Yield slices of the rows of a with their squared distances to all of b.

    A set compared with itself is infinitely far from itself.
    """
    aa, bb = (a * a).sum(1), (b * b).sum(1)
    for first in range(0, len(a), ROWS):
        rows = slice(first, min(first + ROWS, len(a)))
        d = aa[rows, None] + bb - 2 * (a[rows] @ b.T)
        if a is b:
            d[range(rows.stop - first), range(first, rows.stop)] = numpy.inf
        yield rows, numpy.maximum(d, 0)


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


def log_likelihoods(x, samples, sigmas):
    """Return ln p of each x under the Parzen window of samples, [sigmas, len(x)]."""
    found = numpy.empty((len(sigmas), len(x)))
    for rows, d in blocks(x, samples):
        for k, sigma in enumerate(sigmas):
            e = d * (-1 / (2 * sigma * sigma))
            top = e.max(1)
            found[k, rows] = top + numpy.log(numpy.exp(e - top[:, None]).mean(1))
    return found - x.shape[1] * numpy.log(sigmas * math.sqrt(2 * math.pi))[:, None]


def parzen(task):
    sigmas, validation, test = numpy.logspace(-1, 0, 10), task.validation(1000), task.test()

    def scores(samples):
        by_sigma = log_likelihoods(validation, samples, sigmas)
        best = by_sigma.mean(1).argmax()
        found, = log_likelihoods(test, samples, sigmas[best:best + 1])
        return share(found), share(by_sigma[best]), sigmas[best]

    (test_ll, valid_ll, sigma), floor = scores(task.samples), scores(task.train(task.n))
    return {"log-likelihood": figure(*test_ll, floor[0][0]),
            "validation log-likelihood": figure(*valid_ll, floor[1][0]),
            "sigma": figure(sigma, None, floor[2])}


def radii(x, k):
    """Return the squared distance of each x to its k-th nearest other."""
    return numpy.concatenate([numpy.partition(d, k - 1, 1)[:, k - 1] for _, d in blocks(x, x)])


def balls(fake, real, k, border):
    """Return precision, recall, density and coverage with their standard errors."""
    around_fake, around_real = radii(fake, k), radii(real, k)
    within = numpy.less_equal if border else numpy.less
    recalled, covered = numpy.zeros(len(real)), numpy.zeros(len(real))
    count = numpy.zeros(len(fake))
    for rows, d in blocks(real, fake):
        recalled[rows] = within(d, around_fake).any(1)
        in_real = within(d, around_real[rows, None])
        covered[rows] = in_real.any(1)
        count += in_real.sum(0)
    return {"precision": share(count > 0), "recall": share(recalled),
            "density": share(count / k), "coverage": share(covered)}


def ball_figures(task, k, border, names):
    real = task.test()
    got, floor = (balls(s, real, k, border) for s in (task.samples, task.train(task.n)))
    return {name: figure(*got[name], floor[name][0]) for name in names}


def prdc(task):
    return ball_figures(task, 5, False, ("precision", "recall", "density", "coverage"))


def pr(task):
    return ball_figures(task, 3, True, ("precision", "recall"))


def told(own, other):
    """Return 1 where the own kind is nearer, 0 where the other is, 1/2 for ties."""
    return (numpy.sign(other - own) + 1) / 2


def one_nn(task):
    def accuracies(fake, real):
        n = min(len(fake), len(real))
        fake, real = fake[:n], real[:n]
        to_fake, to_real = numpy.empty(n), numpy.full(n, numpy.inf)
        for rows, d in blocks(real, fake):
            to_fake[rows] = d.min(1)
            to_real = numpy.minimum(to_real, d.min(0))
        of_real, of_fake = told(radii(real, 1), to_fake), told(radii(fake, 1), to_real)
        return {"accuracy": share(numpy.r_[of_real, of_fake]),
                "real": share(of_real), "fake": share(of_fake)}

    real = task.test()
    got, floor = accuracies(task.samples, real), accuracies(task.train(task.n), real)
    return {name: figure(*got[name], floor[name][0]) for name in got}


def median_distance(task, fake, real):
    """Return the median distance in a pool of up to 500 of each set."""
    drawn = [s[task.random.choice(len(s), min(500, len(s)), replace=False)] for s in (fake, real)]
    pool = numpy.concatenate(drawn)
    d = numpy.concatenate([d.ravel() for _, d in blocks(pool, pool)])
    return math.sqrt(numpy.median(d[numpy.isfinite(d)]))


def mmd(task):
    real = task.test()
    drawn = median_distance(task, task.samples, real)
    sigma = task.sigma or drawn

    def kernel_sums(a, b):
        rows, columns = numpy.empty(len(a)), numpy.zeros(len(b))
        for block, d in blocks(a, b):
            k = numpy.exp(d * (-1 / (2 * sigma * sigma)))
            rows[block] = k.sum(1, dtype=float)
            columns += k.sum(0, dtype=float)
        return rows, columns

    def estimate(fake):
        xx, _ = kernel_sums(fake, fake)
        xy, yx = kernel_sums(fake, real)
        n, m = len(fake), len(real)

        def unbiased(a, n, b, m, c):
            return a / (n * (n - 1)) + b / (m * (m - 1)) - 2 * c / (n * m)

        a, b, c = xx.sum(), yy.sum(), xy.sum()
        without_x = unbiased(a - 2 * xx, n - 1, b, m, c - xy)
        without_y = unbiased(a, n, b - 2 * yy, m - 1, c - yx)
        return unbiased(a, n, b, m, c), math.hypot(jackknife(without_x), jackknife(without_y))

    yy, _ = kernel_sums(real, real)
    floor, _ = estimate(task.train(task.n))
    # The median over pairs of 1000 has a standard error of half a per cent.
    return {"MMD^2": figure(*estimate(task.samples), floor),
            "sigma": figure(drawn, error=0.005 * drawn)}


SAME = 1e-4  # squared distances below this are of equal images, but for rounding


def memorisation(task):
    train, held = task.train(50000), task.test()
    like = min(len(train), len(held))
    known = {row.tobytes() for row in train}

    def copying(samples):
        nearest = []
        for part in (train[:like], train, held[:like]):
            nearest.append(numpy.concatenate([d.min(1) for _, d in blocks(samples, part)]))
        to_like, to_all, to_held = nearest
        equal = numpy.array([row.tobytes() in known for row in samples])
        near = equal | (to_all < to_held / 9)
        return numpy.stack([numpy.sqrt(to_like), numpy.sqrt(to_held), equal, near])

    def figures(c):
        to_train, to_held, equal, near = c.mean(1, dtype=float)
        return numpy.array([to_train / to_held, to_train, to_held, equal, near])

    got, floor = copying(task.samples), figures(copying(task.validation(task.n)))
    spread = bootstrap(task, task.n, lambda draw: figures(got[:, draw]))
    names = ("ratio", "distance to train", "distance to held-out", "duplicates", "near duplicates")
    found = {name: figure(*f) for name, *f in zip(names, figures(got), spread, floor)}

    real = held[:task.n]
    limit = min(d[d > SAME].min() for _, d in blocks(real, real))
    pairs = sum((d < limit).sum() for _, d in blocks(task.samples, task.samples)) / 2
    support = task.n * (task.n - 1) / 2 / pairs if pairs else math.inf
    return found | {"pairs": figure(pairs, None, 0.), "support": figure(support)}


def frechet(task):
    def fit(x):
        return x.mean(0, dtype=float), numpy.cov(x, rowvar=False, dtype=float)

    def root(s):
        values, vectors = numpy.linalg.eigh(s)
        return (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T

    def distance(x):
        mean, covariance = fit(x)
        # tr (S1 S2)^(1/2) is the sum of the singular values of S1^(1/2) S2^(1/2).
        cross = numpy.linalg.svd(root(covariance) @ root_real, compute_uv=False).sum()
        apart = ((mean - mean_real) ** 2).sum()
        return apart + numpy.trace(covariance) + numpy.trace(covariance_real) - 2 * cross

    mean_real, covariance_real = fit(task.test())
    root_real = root(covariance_real)
    spread = jackknife([distance(task.samples[rows]) for rows in groups(task.n)])
    return {"distance": figure(distance(task.samples), spread, distance(task.train(task.n)))}


def kernel(task):
    real = task.test()

    def distance(fake):
        size, found = min(1000, len(fake), len(real)), []
        for _ in range(100):
            x = fake[task.random.choice(len(fake), size, replace=False)]
            y = real[task.random.choice(len(real), size, replace=False)]
            xx, yy, xy = ((a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
            within = xx.sum(dtype=float) - xx.trace(dtype=float)
            within += yy.sum(dtype=float) - yy.trace(dtype=float)
            found.append(within / (size * (size - 1)) - 2 * xy.mean(dtype=float))
        return share(found)

    got, floor = distance(task.samples), distance(task.train(task.n))
    return {"distance": figure(*got, floor[0], got[1], floor[1])}


def weights(data):
    """Return the arrays of the classifier's safetensors file."""
    content = (HERE.parent / "lenet" / f"{pathlib.Path(data).name}.safetensors").read_bytes()
    size, = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + size])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        found[name] = numpy.frombuffer(content[begin:end], "<f4").reshape(entry["shape"])
    return found


def probabilities(x, w):
    """Return the softmax of the classifier's logits for images."""
    def conv(x, name):
        windows = numpy.lib.stride_tricks.sliding_window_view(x, (5, 5), (2, 3))
        y = numpy.tensordot(windows, w[f"{name}.weight"], ([1, 4, 5], [1, 2, 3]))
        y = (y + w[f"{name}.bias"]).transpose(0, 3, 1, 2)
        n, channels, height, width = y.shape
        return y.reshape(n, channels, height // 2, 2, width // 2, 2).max((3, 5)).clip(0)

    parts = []
    for first in range(0, len(x), ROWS // 4):
        y = x[first:first + ROWS // 4].reshape(-1, 1, 28, 28)
        y = conv(conv(y, "features.0"), "features.3").reshape(len(y), -1)
        y = (y @ w["features.7.weight"] + w["features.7.bias"]).clip(0)
        y = (y @ w["head.1.weight"] + w["head.1.bias"]).astype(float)
        e = numpy.exp(y - y.max(1, keepdims=True))
        parts.append(e / e.sum(1, keepdims=True))
    return numpy.concatenate(parts)


def divergence(p, q):
    """Return KL(p || q) along the last axis, in nats."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        return numpy.where(p > 0, p * numpy.log(p / q), 0).sum(-1)


def classes(task):
    w = weights(task.data)

    def shares(p):
        return numpy.bincount(p.argmax(1), minlength=10) / len(p)

    real = shares(probabilities(task.test(), w))

    def figures(p):
        got = shares(p)
        return numpy.array([divergence(got, real), abs(got - real).sum() / 2, p.max(1).mean()])

    def score(p):
        ends = [len(p) * i // 10 for i in range(11)]
        parts = [p[a:b] for a, b in zip(ends, ends[1:])]
        return [math.exp(divergence(part, part.mean(0)).mean()) for part in parts]

    got, floor = (probabilities(x, w) for x in (task.samples, task.train(task.n)))
    spread = bootstrap(task, task.n, lambda draw: figures(got[draw]))
    found = {name: figure(*f) for name, *f in zip(
        ("kl", "total variation", "confidence"), figures(got), spread, figures(floor))}
    parts = score(got)
    return found | {"score": figure(numpy.mean(parts), numpy.std(parts), numpy.mean(score(floor)))}


def smooth(x):
    """Smooth images by (1, 4, 6, 4, 1)/16 both ways, mirrored at the edge."""
    for axis in (1, 2):
        size = x.shape[axis]
        width = [(2, 2) if a == axis else (0, 0) for a in range(3)]
        wide = numpy.pad(x, width, "reflect")
        x = sum(v / 16 * wide.take(range(k, k + size), axis) for k, v in enumerate((1, 4, 6, 4, 1)))
    return x.astype(wide.dtype)


def pyramid(x):
    """Return the levels of the Laplacian pyramid of images, the finest first."""
    levels = []
    while x.shape[1] % 2 == 0 and x.shape[1] >= 28:
        coarse = smooth(x)[:, ::2, ::2]
        wide = numpy.zeros_like(x)
        wide[:, ::2, ::2] = 4 * coarse
        levels.append(x - smooth(wide))
        x = coarse
    return levels + [x]


def patches(task, x):
    """Return 128 patches of 7x7 of each image at random places, normalised."""
    windows = numpy.lib.stride_tricks.sliding_window_view(x, (7, 7), (1, 2))
    which = numpy.repeat(numpy.arange(len(x)), 128)
    y, x = (task.random.integers(windows.shape[a], size=len(which)) for a in (1, 2))
    found = windows[which, y, x].reshape(len(which), 49)
    return (found - found.mean(dtype=float).astype(found.dtype)) / found.std(dtype=float).astype(found.dtype)


def wasserstein(a, b):
    """Return the distance of the sorted rows of a and b, a list."""
    if a.shape == b.shape:
        return abs(a - b).mean(1, dtype=float)
    found = []
    for u, v in zip(a, b):
        edges = numpy.sort(numpy.concatenate([u, v]))
        below = (numpy.searchsorted(s, edges[:-1], "right") / len(s) for s in (u, v))
        found.append((abs(next(below) - next(below)) * numpy.diff(edges)).sum(dtype=float))
    return numpy.array(found)


def swd(task):
    found = {}
    sets = [task.samples, task.train(task.n), task.test()]
    for level in zip(*(pyramid(s.reshape(-1, 28, 28)) for s in sets)):
        fake, floor, real = (patches(task, x) for x in level)
        got = []
        for _ in range(0, 512, 16):
            w = task.random.standard_normal((49, 16)).astype(task.float)
            w /= numpy.sqrt((w * w).sum(0))
            a, f, b = (numpy.sort((x @ w).T, 1) for x in (fake, floor, real))
            got.append((wasserstein(a, b), wasserstein(f, b)))
        (value, error), (floor, floor_error) = map(share, 1000 * numpy.concatenate(got, 1))
        name = "x".join(map(str, level[0].shape[1:]))
        found[name] = figure(value, None, floor, error, floor_error)
    levels = list(found.values())
    mean = {key: numpy.mean([v[key] for v in levels]) for key in levels[0] if key != "spread"}
    return {"mean": figure(**mean)} | found


def modes(task):
    angles = 2 * math.pi * numpy.arange(8) / 8
    means, sd = numpy.stack([numpy.cos(angles), numpy.sin(angles)], 1), 0.01

    def assign(points):
        d = ((points[:, None].astype(float) - means) ** 2).sum(2)
        return numpy.where(d.min(1) < 9 * sd * sd, d.argmin(1), -1)

    def figures(of):
        counts = numpy.bincount(of[of >= 0], minlength=8)
        good = counts.sum()
        kl = divergence(counts / good, numpy.full(8, 1 / 8)) if good else math.inf
        return numpy.array([(counts > 0).sum(), good / len(of), kl])

    def spread(of):
        return bootstrap(task, len(of), lambda draw: figures(of[draw]))

    real = means[task.random.integers(8, size=task.n)] + sd * task.random.standard_normal((task.n, 2))
    got, floor = assign(task.samples), assign(real)
    names = ("modes", "high quality", "reverse KL")
    columns = zip(names, figures(got), spread(got), figures(floor), [0] * 3, spread(floor))
    return {name: figure(*f) for name, *f in columns}


class Adam:
    """Adam with a rate that falls to 0."""

    def __init__(self, params, rate, steps):
        self.params, self.rate, self.steps, self.step = params, rate, steps, 0
        self.m, self.v = ([numpy.zeros_like(p) for p in params] for _ in range(2))

    def update(self, gradients):
        rate = self.rate * (1 - self.step / self.steps)
        self.step += 1
        for p, g, m, v in zip(self.params, gradients, self.m, self.v):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * (m / (1 - 0.9 ** self.step)) / (numpy.sqrt(v / (1 - 0.999 ** self.step)) + 1e-8)


def learn_to_tell(task, fake, real):
    """Train a network with 64 hidden rectifiers; return its function of examples."""
    both = numpy.concatenate([fake, real])
    mean, sd = both.mean(0, dtype=float), both.std(0, dtype=float)
    scale = numpy.where(sd > 1e-6 * abs(mean), 1 / numpy.where(sd > 0, sd, 1), 0)

    def standard(x):
        return ((x - mean) * scale).astype(task.float)

    x = standard(both)
    random, size, n = task.random, both.shape[1], len(fake)
    w1 = random.standard_normal((size, 64)).astype(task.float) * task.float(math.sqrt(2 / size))
    w2 = random.standard_normal((64, 1)).astype(task.float) * task.float(math.sqrt(2 / 64))
    b1, b2 = numpy.zeros(64, task.float), numpy.zeros(1, task.float)
    each = max(2 * n // 100, 1)
    adam = Adam([w1, b1, w2, b2], 1e-3, 20 * each)
    label = numpy.repeat([1, 0], 50).astype(task.float)[:, None]
    order = [numpy.empty(0, int)] * 2
    for _ in range(adam.steps):
        for k, first in enumerate((0, n)):
            while len(order[k]) < 50:
                order[k] = numpy.r_[order[k], first + random.permutation(n)]
        rows = numpy.r_[order[0][:50], order[1][:50]]
        order = [o[50:] for o in order]
        h = (x[rows] @ w1 + b1).clip(0)
        kept = (random.random(h.shape) < 0.5).astype(task.float) * 2
        p = 1 / (1 + numpy.exp(-((h * kept) @ w2 + b2)))
        d = (p - label) / 50  # the means over either kind are added
        back = (d @ w2.T) * kept * (h > 0)
        adam.update([x[rows].T @ back, back.sum(0), (h * kept).T @ d, d.sum(0)])
    return lambda x: ((standard(x) @ w1 + b1).clip(0) @ w2 + b2)[:, 0]


def c2st(task):
    def hear(fake, real):
        n = min(len(fake), len(real))
        orders = [task.random.permutation(n) for _ in range(2)]
        (a, b), (c, d) = ((s[o[:n // 2]], s[o[n // 2:]]) for s, o in zip((fake, real), orders))
        score = learn_to_tell(task, a, c)
        return score(b), score(d)

    def figures(fake, real):
        accuracy = ((fake > 0).mean() + (real <= 0).mean()) / 2
        order = numpy.sort(real)
        below = [numpy.searchsorted(order, fake, side).sum() for side in ("left", "right")]
        return numpy.array([accuracy, sum(below) / 2 / len(fake) / len(real)])

    def spread(fake, real):
        scores, is_fake = numpy.r_[fake, real], numpy.arange(len(fake) + len(real)) < len(fake)
        return bootstrap(task, len(scores), lambda draw: figures(
            scores[draw][is_fake[draw]], scores[draw][~is_fake[draw]]))

    real = task.test()
    got, floor = hear(task.samples, real), hear(task.train(task.n), real)
    columns = zip(("accuracy", "auc"), figures(*got), spread(*got), figures(*floor),
                  spread(*got), spread(*floor))
    return {name: figure(*f) for name, *f in columns}


MEASURES = {"parzen": parzen, "modes": modes, "prdc": prdc, "pr": pr, "1nn": one_nn, "mmd": mmd,
            "memorisation": memorisation, "frechet": frechet, "kernel": kernel,
            "classes": classes, "swd": swd, "c2st": c2st}


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


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=[*MEASURES, "cut"])
    parser.add_argument("--samples", metavar="FILE")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("-n", type=int, default=10000)
    parser.add_argument("--float64", action="store_true")
    parser.add_argument("--sigma", type=float, help="of mmd: take this, not that of the pool drawn")
    args = parser.parse_args()
    if args.measure == "cut":
        cut(args.write, args.data, args.n)
    elif args.write:
        write(args.write, args.measure, args.data, args.n)
    else:
        print(json.dumps({"values": MEASURES[args.measure](Task(args))}))


if __name__ == "__main__":
    main()
