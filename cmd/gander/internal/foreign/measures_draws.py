"""The random draws that decide which examples Gander measures, in Python.

Gander draws from named streams of a seed (packages random and data). This file has the
same streams, so that NumPy measures the same examples as Gander.
"""
import hashlib
import struct

import numpy

SEED = 0  # the default of gander measure
LOW = numpy.uint64(0xFFFFFFFF)
HALF = numpy.uint64(32)


def philox(key, blocks):
    """Return the words of blocks 0 to blocks-1 of Philox 4x32-10, four words a block."""
    counter = numpy.zeros((4, blocks), numpy.uint64)
    counter[0] = numpy.arange(blocks)
    key = [numpy.uint64(k) for k in key]
    for _ in range(10):
        first = numpy.uint64(0xD2511F53) * counter[0]
        second = numpy.uint64(0xCD9E8D57) * counter[2]
        counter = numpy.stack([(second >> HALF) ^ counter[1] ^ key[0], second & LOW,
                               (first >> HALF) ^ counter[3] ^ key[1], first & LOW])
        key = [(key[0] + numpy.uint64(0x9E3779B9)) & LOW, (key[1] + numpy.uint64(0xBB67AE85)) & LOW]
    return counter.T.ravel()


def integers(name, bounds, seed=SEED):
    """Return a list with one uniform integer below each of the bounds."""
    digest = hashlib.sha256(b"gander stream 1\0" + struct.pack("<Q", seed) + name.encode()).digest()
    words = philox(struct.unpack("<2I", digest[:8]), len(bounds) // 2 + 8)
    numbers = iter((words[0::2] | words[1::2] << HALF).tolist())
    found = []
    for bound in bounds:
        product = next(numbers) * bound
        while product % 2**64 < 2**64 % bound:  # without bias (Lemire 2019)
            product = next(numbers) * bound
        found.append(product >> 64)
    return found


def permutation(name, count):
    """Return a permutation of 0..count-1, as random.Stream.Perm does."""
    order = [0] * count
    for i, j in enumerate(integers(name, range(1, count + 1))):
        order[i] = order[j]
        order[j] = i
    return numpy.array(order, int)


def indices(name, total, count):
    """Return count different numbers below total in increasing order, all if there are fewer.

    They are those of data.DrawIndices for the stream "measure: NAME".
    """
    order = list(range(total))
    if count < total:
        bounds = [total - i for i in range(count)]
        for i, k in enumerate(integers("measure: " + name, bounds)):
            order[i], order[i + k] = order[i + k], order[i]
    return numpy.array(sorted(order[:count]), int)


def groups(name, count, parts):
    """Return the numbers below count in random groups, as measure.randomGroups does."""
    order = permutation("measure: " + name, count)
    ends = [count * i // parts for i in range(parts + 1)]
    return [order[a:b] for a, b in zip(ends, ends[1:])]
