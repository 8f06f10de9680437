"""Repeat a training of Gander in PyTorch, and compare the numbers.

  python3 oracle.py MODEL DIR [--float64] [--free] [--tolerance T]

`go run ./cmd/gander/internal/foreign/dump MODEL DIR` writes the folder DIR. Both sides
have the same initial values, minibatch and noise, and no dropout. These numbers must
agree: both losses and every gradient of every step, including that of the gradient
penalty; and every variable after the last step, including the running statistics of
batch normalisation.

The error of an array is max|gander - torch| / max|torch|. For each group of arrays, a
line gives the largest error and its array. If an error is above the tolerance, the
exit status is 1.

Two trainings in float32 become different even if both are right. PyTorch in float32
and PyTorch in float64 become different in the same way. There are two reasons.

First, Adam makes a full step from a gradient that is only rounding error. So PyTorch
computes its gradients, they are compared, and then its optimiser takes Gander's
gradients. With --free it takes its own gradients.

Second, a unit may be at the kink of a ReLU or of a maximum, up to rounding. Then two
different gradients are both right. There are millions of units. One such unit can
change a gradient, or a gradient penalty, by one percent. So gradients that disagree are
computed again from slightly changed parameters, by a few units in the last place. Some
of these take the other side of a kink, and almost nothing else changes. The difference
to Gander must be a linear combination of these changes. Otherwise it is an error.
"""
import argparse
import pathlib
import sys

import numpy
import torch

import models


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=models.NAMES)
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--float64", action="store_true", help="compute in float64, to find out which side is wrong")
    parser.add_argument("--free", action="store_true", help="PyTorch's optimiser takes its own gradients")
    return parser.parse_args()


class Written:
    """The files that Gander wrote."""

    def __init__(self, folder):
        self.folder = folder

    def array(self, name):
        return numpy.load(self.folder / f"{name}.npy")

    def tensor(self, name):
        return torch.from_numpy(self.array(name)).to(torch.get_default_dtype())

    def names(self, group):
        """Return the names of the arrays of a group, such as initial."""
        files = self.folder.glob(f"{group}.*.npy")
        return {f.name[len(group) + 1:-len(".npy")] for f in files}


def error(gander, torch_):
    """Return the largest difference relative to the largest magnitude."""
    if gander.shape != torch_.shape:
        return numpy.inf
    worst = abs(gander.astype(numpy.float64) - torch_).max()
    worst /= max(abs(torch_).max(), numpy.finfo(numpy.float32).tiny)
    return numpy.nan_to_num(worst, nan=numpy.inf)


class Comparison:
    """The errors of arrays, in groups."""

    def __init__(self, tolerance):
        self.tolerance = tolerance
        self.groups = {}  # of {array: its largest error}

    def add(self, group, name, gander, torch_):
        errors = self.groups.setdefault(group, {})
        errors[name] = max(errors.get(name, 0), error(gander, torch_))

    def agrees(self, gander, torch_, share=1):
        """Return whether all arrays of two dictionaries agree within a share of the tolerance."""
        bound = share * self.tolerance
        return all(error(gander[name], torch_[name]) <= bound for name in torch_)

    def report(self):
        """Print a line for each group; return whether everything agrees."""
        good = True
        for group, errors in self.groups.items():
            worst = max(errors, key=errors.get)
            print(f"  {group:14} {len(errors):3} arrays, "
                  f"largest error {errors[worst]:.1e} ({worst})")
            for name, e in errors.items():
                if e > self.tolerance:
                    print(f"    disagrees: {name} by {e:.1e}, want at most {self.tolerance:.0e}")
                    good = False
        return good


class Move:
    """One player's part of a step; compute() sets the gradients and returns the loss."""

    def __init__(self, model, player, compute):
        self.player, self.compute = player, compute
        self.optimizer = model.opt_d if player == "D" else model.opt_g
        self.all = models.variables(model)
        self.learned = [v for v in self.all if v.name[0] == player and v.tensor.requires_grad]

    def play(self):
        """Return the gradients and the loss, {name: array}."""
        loss = self.compute().numpy()
        return {v.name: v.gradient for v in self.learned} | {"loss": loss}

    def step(self, gradients):
        """Take a step of the optimiser with these gradients."""
        for v in self.learned:
            v.gradient = gradients[v.name]
        self.optimizer.step()

    def across_kinks(self, own, gander, agrees):
        """Return the results of play, with units at kinks on the same side as in Gander."""
        size = {name: abs(g).max() or 1 for name, g in own.items()}
        ends = numpy.cumsum([g.size for g in own.values()])[:-1]

        def flat(arrays):
            parts = [arrays[name].ravel() / size[name] for name in size]
            return numpy.concatenate(parts).astype(numpy.float64)

        base, kept = flat(own), [v.tensor.detach().clone() for v in self.all]
        wanted, changes = flat(gander) - base, []
        for _ in range(6):
            for _ in range(6):
                with torch.no_grad():
                    for v, value in zip(self.all, kept):
                        v.tensor.copy_(value * (1 + 5e-7 * torch.randn_like(value)))
                changes.append(flat(self.play()) - base)
            a = numpy.stack(changes, 1)
            moved = base + a @ numpy.linalg.solve(a.T @ a, a.T @ wanted)  # least squares
            moved = {name: part.reshape(own[name].shape) * size[name]
                     for name, part in zip(size, numpy.split(moved, ends))}
            if agrees(gander, moved, share=0.1):
                break
        with torch.no_grad():
            for v, value in zip(self.all, kept):
                v.tensor.copy_(value)
        return moved


def track(network, moves):
    """Update running statistics only if the player moves, as Gander does."""
    for layer in network:
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 0.1 if moves else 0.0


def play(model, written, comparison, free):
    """Train as Gander did, and compare.

    Return the number of steps, and the number of moves with a unit at a kink.
    """
    x, zs_d, zs_g = (written.tensor(name) for name in ("x", "z.D", "z.G"))
    es = written.tensor("e.D") if model.penalised else [None] * len(zs_d)
    kinks = 0
    for step, (z_d, z_g, e) in enumerate(zip(zs_d, zs_g, es)):
        def discriminator():
            track(model.G, False)
            track(model.D, True)
            return model.gradient_d(x, z_d, e)

        def generator():
            track(model.G, True)
            track(model.D, False)
            return model.gradient_g(z_g)

        for move in (Move(model, "D", discriminator), Move(model, "G", generator)):
            compared = own = move.play()
            gander = {v.name: written.array(f"gradient.{step + 1}.{v.name}")
                      for v in move.learned}
            gander["loss"] = written.array(f"loss.{move.player}")[step]
            if not free and not comparison.agrees(gander, own):
                kinks += 1
                compared = move.across_kinks(own, gander, comparison.agrees)
            for name, array in compared.items():
                group = "loss" if name == "loss" else "gradients"
                comparison.add(f"{group} of {move.player}", name, gander[name], array)
            move.step(own if free else gander)
    return len(zs_d), kinks


def main():
    args = parse()
    torch.manual_seed(0)
    written = Written(args.dir)
    if args.float64:
        torch.set_default_dtype(torch.float64)
    model = models.build(args.model, drop=False)
    variables = models.variables(model)
    differ = {v.name for v in variables} ^ written.names("initial")
    differ |= {v.name for v in variables if v.tensor.requires_grad} ^ written.names("gradient.1")
    if differ:
        sys.exit(f"{args.model}: not on both sides: {', '.join(sorted(differ))}")
    for v in variables:
        v.value = written.array(f"initial.{v.name}")
    comparison = Comparison(args.tolerance)
    steps, kinks = play(model, written, comparison, args.free)
    for v in variables:
        final = written.array(f"final.{v.name}")
        comparison.add(f"{v.name[0]} at the end", v.name, final, v.value)
    print(f"{args.model}, {steps} steps, PyTorch {torch.__version__} in "
          f"{torch.get_default_dtype()}, kinks in {kinks} of {2 * steps} moves:")
    sys.exit(0 if comparison.report() else 1)


if __name__ == "__main__":
    main()
