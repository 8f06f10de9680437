"""Computes products with numpy: JSON questions on standard input, one a line."""
import json
import sys

import numpy as np


def dot(a, b, q):
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    of_a, of_b = [next(letters) for _ in a.shape], [next(letters) for _ in b.shape]
    for i, j in list(zip(q["ABatch"], q["BBatch"])) + list(zip(q["AContract"], q["BContract"])):
        of_b[j] = of_a[i]
    batch = [of_a[i] for i in q["ABatch"]]
    free_a = [l for i, l in enumerate(of_a) if i not in q["ABatch"] + q["AContract"]]
    free_b = [l for i, l in enumerate(of_b) if i not in q["BBatch"] + q["BContract"]]
    return np.einsum("".join(of_a) + "," + "".join(of_b) + "->" + "".join(batch + free_a + free_b), a, b)


def dilate(a, dilation):
    for axis, d in enumerate(dilation, start=2):
        shape = list(a.shape)
        shape[axis] = (shape[axis] - 1) * d + 1
        wide = np.zeros(shape)
        wide[(slice(None),) * axis + (slice(None, None, d),)] = a
        a = wide
    return a


def pad(a, low, high):
    for axis, (l, h) in enumerate(zip(low, high), start=2):
        widths = [(0, 0)] * a.ndim
        widths[axis] = (max(l, 0), max(h, 0))
        a = np.pad(a, widths)
        a = a[(slice(None),) * axis + (slice(max(-l, 0), a.shape[axis] - max(-h, 0)),)]
    return a


def conv(x, k, q):
    x, k = pad(dilate(x, q["InputDilation"]), q["PadLow"], q["PadHigh"]), dilate(k, q["KernelDilation"])
    spatial = tuple(range(2, x.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape[2:], axis=spatial)
    windows = windows[(slice(None), slice(None)) + tuple(slice(None, None, s) for s in q["Strides"])]
    groups = q["Groups"]
    parts = []
    for w, kernel in zip(np.split(windows, groups, axis=1), np.split(k, groups)):
        axes = [1] + list(range(x.ndim, w.ndim))
        parts.append(np.moveaxis(np.tensordot(w, kernel, (axes, range(1, k.ndim))), -1, 1))
    return np.concatenate(parts, axis=1)


for line in sys.stdin:
    q = json.loads(line)
    a, b = (np.array(q[n]["Data"]).reshape(q[n]["Shape"] or []) for n in ("A", "B"))
    y = {"dot": dot, "conv": conv}[q["Op"]](a, b, {n: v or [] if n != "Groups" else v for n, v in q["Attr"].items()})
    print(json.dumps({"Shape": list(y.shape), "Data": y.ravel().tolist()}))
