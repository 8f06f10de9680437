"""The measures that use distances between examples, in NumPy.

Squared distances are |a|^2 + |b|^2 - 2ab. They are computed for whole blocks of rows, in
the type of the sets.
"""
import math

import numpy

import measures_draws as draws
from measures_task import bootstrap, figure, jackknife, share

ROWS = 1000  # of the matrix of distances, in memory at the same time


def blocks(a, b):
    """Yield slices of the rows of a with their squared distances to all of b.

    If a and b are the same set, the distance of an example to itself is infinite.
    """
    aa, bb = (a * a).sum(1), (b * b).sum(1)
    for first in range(0, len(a), ROWS):
        rows = slice(first, min(first + ROWS, len(a)))
        d = aa[rows, None] + bb - 2 * (a[rows] @ b.T)
        if a is b:
            d[range(rows.stop - first), range(first, rows.stop)] = numpy.inf
        yield rows, numpy.maximum(d, 0)


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
    sigmas, validation, test = numpy.logspace(-1, 0, 10), task.validation(1000, "parzen validation"), task.test()

    def scores(samples):
        by_sigma = log_likelihoods(validation, samples, sigmas)
        best = by_sigma.mean(1).argmax()
        found, = log_likelihoods(test, samples, sigmas[best:best + 1])
        return share(found), share(by_sigma[best]), sigmas[best]

    (test_ll, valid_ll, sigma), real = scores(task.samples), scores(task.train(task.n))
    return {"log-likelihood": figure(*test_ll, real[0][0]),
            "validation log-likelihood": figure(*valid_ll, real[1][0]),
            "sigma": figure(sigma, None, real[2])}


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
    got, baseline = (balls(s, real, k, border) for s in (task.samples, task.train(task.n)))
    return {name: figure(*got[name], baseline[name][0]) for name in names}


def prdc(task):
    return ball_figures(task, 5, False, ("precision", "recall", "density", "coverage"))


def pr(task):
    return ball_figures(task, 3, True, ("precision", "recall"))


def nearer_own(own, other):
    """Return 1 where the own kind is nearer, 0 where the other is, 1/2 for ties."""
    return (numpy.sign(other - own) + 1) / 2


def one_nn(task):
    def accuracies(fake, real):
        n = min(len(fake), len(real))
        fake = fake[draws.indices("1nn samples", len(fake), n)]
        real = real[draws.indices("1nn reference", len(real), n)]
        to_fake, to_real = numpy.empty(n), numpy.full(n, numpy.inf)
        for rows, d in blocks(real, fake):
            to_fake[rows] = d.min(1)
            to_real = numpy.minimum(to_real, d.min(0))
        of_real = nearer_own(radii(real, 1), to_fake)
        of_fake = nearer_own(radii(fake, 1), to_real)
        return {"accuracy": share(numpy.r_[of_real, of_fake]),
                "real": share(of_real), "fake": share(of_fake)}

    real = task.test()
    got, baseline = accuracies(task.samples, real), accuracies(task.train(task.n), real)
    return {name: figure(*got[name], baseline[name][0]) for name in got}


def bandwidth(real):
    """Return the median distance between up to 1000 real examples, in four digits."""
    pool = real[draws.indices("mmd bandwidth", len(real), 1000)]
    d = numpy.concatenate([d.ravel() for _, d in blocks(pool, pool)])
    return float(f"{math.sqrt(numpy.median(d[numpy.isfinite(d)])):.4g}")


def mmd(task):
    real = task.test()
    sigma = bandwidth(real)

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
    baseline, _ = estimate(task.train(task.n))
    return {"MMD^2": figure(*estimate(task.samples), baseline)}


SAME = 1e-4  # equal images have squared distances below this, because of rounding


def memorisation(task):
    train, held = task.train(), task.test()
    size = min(len(train), len(held))
    some_train = train[draws.indices("memorisation training", len(train), size)]
    some_held = held[draws.indices("memorisation held-out", len(held), size)]
    known = {row.tobytes() for row in train}

    def copying(samples):
        nearest = []
        for part in (some_train, train, some_held):
            nearest.append(numpy.concatenate([d.min(1) for _, d in blocks(samples, part)]))
        to_some, to_all, to_held = nearest
        equal = numpy.array([row.tobytes() in known for row in samples])
        near = equal | (to_all < to_held / 9)
        return numpy.stack([numpy.sqrt(to_some), numpy.sqrt(to_held), equal, near])

    def figures(c):
        to_train, to_held, equal, near = c.mean(1, dtype=float)
        return numpy.array([to_train / to_held, to_train, to_held, equal, near])

    got, baseline = copying(task.samples), figures(copying(task.validation(task.n)))
    std_err = bootstrap(task, task.n, lambda draw: figures(got[:, draw]))
    names = ("ratio", "distance to train", "distance to held-out", "duplicates", "near duplicates")
    found = {name: figure(*f) for name, *f in zip(names, figures(got), std_err, baseline)}

    m = min(task.n, len(held))
    real = held[draws.indices("memorisation pairs held-out", len(held), m)]
    limit = min(d[d > SAME].min() for _, d in blocks(real, real))

    def pairs(x):
        x = x[draws.indices("memorisation pairs", len(x), m)]
        return sum((d < limit).sum() for _, d in blocks(x, x)) / 2

    count = pairs(task.samples)
    support = m * (m - 1) / 2 / count if count else math.inf
    usual = pairs(task.validation(task.n))
    return found | {"pairs": figure(count, None, usual), "support": figure(support)}
