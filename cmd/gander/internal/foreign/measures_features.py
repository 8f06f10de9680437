"""The measures that use distributions and classifiers, in NumPy."""
import json
import math
import pathlib
import struct

import numpy

import measures_draws as draws
import sides
from measures_task import bootstrap, figure, jackknife, leave_out_groups, share

WEIGHTS = sides.ROOT / "measure" / "internal" / "lenet"


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
    rests = leave_out_groups(task.n, "frechet groups")
    std_err = jackknife([distance(task.samples[rows]) for rows in rests])
    return {"distance": figure(distance(task.samples), std_err, distance(task.train(task.n)))}


def polynomial(a, b):
    """Return a function of indices i and j that returns the kernel of a[i] and b[j]. If there
    are few examples, their kernels are computed only once."""
    def of(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    if max(len(a), len(b)) > 1000:
        return lambda i, j: of(a[i], b[j])
    table = of(a, b)
    return lambda i, j: table[numpy.ix_(i, j)]


def kernel(task):
    real = task.test()

    def distance(fake):
        size, found = min(1000, len(fake), len(real)), []
        of_fake, of_real, of_both = polynomial(fake, fake), polynomial(real, real), polynomial(fake, real)
        for _ in range(100):
            x = task.random.choice(len(fake), size, replace=False)
            y = task.random.choice(len(real), size, replace=False)
            xx, yy, xy = of_fake(x, x), of_real(y, y), of_both(x, y)
            within = xx.sum(dtype=float) - xx.trace(dtype=float)
            within += yy.sum(dtype=float) - yy.trace(dtype=float)
            found.append(within / (size * (size - 1)) - 2 * xy.mean(dtype=float))
        # Subsets overlap: their mean is as exact as one estimate from all examples.
        std_err = numpy.std(found) * math.sqrt(size / min(len(fake), len(real)))
        return numpy.mean(found), std_err, share(found)[1]

    got, baseline = distance(task.samples), distance(task.train(task.n))
    return {"distance": figure(*got[:2], baseline[0], got[2], baseline[2])}


def weights(data):
    """Return the arrays of the classifier's safetensors file."""
    content = (WEIGHTS / f"{pathlib.Path(data).name}.safetensors").read_bytes()
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
    for first in range(0, len(x), 250):
        y = x[first:first + 250].reshape(-1, 1, 28, 28)
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
        parts = [p[rows] for rows in draws.groups("score parts", len(p), 10)]
        return [math.exp(divergence(part, part.mean(0)).mean()) for part in parts]

    # The classifier has learned the training images, so the baseline takes others.
    got, baseline = (probabilities(x, w) for x in (task.samples, task.validation(task.n)))
    std_err = bootstrap(task, task.n, lambda draw: figures(got[draw]))
    found = {name: figure(*f) for name, *f in zip(
        ("kl", "total variation", "confidence"), figures(got), std_err, figures(baseline))}
    parts, usual = score(got), numpy.mean(score(baseline))
    return found | {"score": figure(numpy.mean(parts), numpy.std(parts), usual)}


def smooth(x):
    """Smooth images by (1, 4, 6, 4, 1)/16 along both axes, mirrored at the edge."""
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
    mean, sd = found.mean(dtype=float), found.std(dtype=float)
    return (found - found.dtype.type(mean)) / found.dtype.type(sd)


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
        fake, baseline, real = (patches(task, x) for x in level)
        got = []
        for _ in range(0, 512, 16):
            w = task.random.standard_normal((49, 16)).astype(task.float)
            w /= numpy.sqrt((w * w).sum(0))
            a, f, b = (numpy.sort((x @ w).T, 1) for x in (fake, baseline, real))
            got.append((wasserstein(a, b), wasserstein(f, b)))
        (value, error), (usual, usual_error) = map(share, 1000 * numpy.concatenate(got, 1))
        name = "x".join(map(str, level[0].shape[1:]))
        found[name] = figure(value, None, usual, error, usual_error)
    levels = list(found.values())
    mean = {key: numpy.mean([v[key] for v in levels]) for key in levels[0] if key != "std_err"}
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

    def std_err(of):
        return bootstrap(task, len(of), lambda draw: figures(of[draw]))

    real = means[task.random.integers(8, size=task.n)]
    real = real + sd * task.random.standard_normal(real.shape)
    got, baseline = assign(task.samples), assign(real)
    names = ("modes", "high quality", "reverse KL")
    columns = zip(names, figures(got), std_err(got), figures(baseline), [0] * 3,
                  std_err(baseline))
    return {name: figure(*f) for name, *f in columns}


class Adam:
    """Adam with a learning rate that decreases linearly to 0."""

    def __init__(self, params, rate, steps):
        self.params, self.rate, self.steps, self.step = params, rate, steps, 0
        self.m, self.v = ([numpy.zeros_like(p) for p in params] for _ in range(2))

    def update(self, gradients):
        rate = self.rate * (1 - self.step / self.steps)
        self.step += 1
        for p, g, m, v in zip(self.params, gradients, self.m, self.v):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            first, second = m / (1 - 0.9 ** self.step), v / (1 - 0.999 ** self.step)
            p -= rate * first / (numpy.sqrt(second) + 1e-8)


def train_classifier(task, fake, real):
    """Train a network with 64 hidden rectifiers; return its logits as a function of examples."""
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
        d = (p - label) / 50  # the sum of the mean over fake and the mean over real
        back = (d @ w2.T) * kept * (h > 0)
        adam.update([x[rows].T @ back, back.sum(0), (h * kept).T @ d, d.sum(0)])
    return lambda x: ((standard(x) @ w1 + b1).clip(0) @ w2 + b2)[:, 0]


def c2st(task):
    def held_out_scores(name, fake, real):
        n = min(len(fake), len(real))

        def halves(rows, kind):
            order = draws.permutation(f"measure: c2st {name} {kind}", len(rows))
            return rows[order[:n // 2]], rows[order[n // 2:n]]

        (a, b), (c, d) = halves(fake, "fake"), halves(real, "real")
        score = train_classifier(task, a, c)
        return score(b), score(d)

    def figures(fake, real):
        accuracy = ((fake > 0).mean() + (real <= 0).mean()) / 2
        order = numpy.sort(real)
        below = [numpy.searchsorted(order, fake, side).sum() for side in ("left", "right")]
        return numpy.array([accuracy, sum(below) / 2 / len(fake) / len(real)])

    def std_err(fake, real):
        scores, is_fake = numpy.r_[fake, real], numpy.arange(len(fake) + len(real)) < len(fake)
        return bootstrap(task, len(scores), lambda draw: figures(
            scores[draw][is_fake[draw]], scores[draw][~is_fake[draw]]))

    real = task.test()
    got = held_out_scores("samples", task.samples, real)
    baseline = held_out_scores("baseline", task.train(task.n), real)
    columns = zip(("accuracy", "auc"), figures(*got), std_err(*got), figures(*baseline),
                  std_err(*got), std_err(*baseline))
    return {name: figure(*f) for name, *f in columns}
