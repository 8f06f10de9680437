"""Repeat a training of Gander in PyTorch, and compare the numbers.

  python3 oracle.py DIR... [--float64] [--free] [--tolerance T]

`go run ./cmd/gander/internal/foreign/dump NAME DIR` writes the folder DIR. NAME is a
model of models.py or a recipe of recipes.py. Both sides have the same initial values,
minibatch and random numbers, and no dropout. These numbers must agree: the losses and
every gradient of every update, including that of a gradient penalty; and every variable
after the last step, including the running statistics of batch normalisation.

The error of an array is max|gander - torch| / max|torch|. For each group of arrays, a
line gives the largest error and its array. If an error is above the tolerance, the
exit status is 1. The gradient of a bias before a batch normalisation is 0, up to
rounding. Its error is relative to the gradient of the weights of its layer.

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
import ast
import json
import pathlib
import sys
import tomllib

import numpy
import torch

import models
import recipes


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dirs", nargs="+", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--float64", action="store_true", help="compute in float64, to find out which side is wrong")
    parser.add_argument("--free", action="store_true", help="PyTorch's optimiser takes its own gradients")
    return parser.parse_args()


class Written:
    """The files that Gander wrote."""

    def __init__(self, folder):
        self.folder = folder
        self.game = json.loads((folder / "game.json").read_text())

    def settings(self):
        """Return the settings of a recipe, None for a model."""
        path = self.folder / "settings.toml"
        return tomllib.loads(path.read_text()) if path.exists() else None

    def array(self, name):
        """Return an array. numpy.load parses a header for longer than it reads most of these
        thousands of files."""
        content = bytearray((self.folder / f"{name}.npy").read_bytes())
        if content[:8] != b"\x93NUMPY\x01\x00":
            raise ValueError(f"{name}.npy is not of version 1.0 of the format")
        start = 10 + int.from_bytes(content[8:10], "little")
        header = ast.literal_eval(content[10:start].decode("latin1"))
        if header["fortran_order"]:
            raise ValueError(f"{name}.npy is in the order of Fortran")
        return numpy.frombuffer(content, header["descr"], offset=start).reshape(header["shape"])

    def tensor(self, name):
        array = torch.from_numpy(self.array(name))
        return array.to(torch.get_default_dtype() if array.is_floating_point() else torch.int64)

    def inputs(self):
        """Return the minibatch, {name: tensor}."""
        names = (f.name[len("input."):-len(".npy")] for f in self.folder.glob("input.*.npy"))
        return {name: self.tensor(f"input.{name}") for name in names}

    def draws(self, play):
        """Return the random numbers of a play, a tensor [steps, ...] for each draw."""
        count = len(list(self.folder.glob(f"draw.{play}.*.npy")))
        return [self.tensor(f"draw.{play}.{i + 1}") for i in range(count)]


class Draws:
    """The random numbers of one play, in the order in which they are drawn."""

    def __init__(self, arrays):
        self.left = list(arrays)

    def standard(self, *shape):
        """Return the next numbers, from N(0, 1) or U(0, 1)."""
        return self.left.pop(0).reshape(shape)

    def uniform(self, low, high, *shape):
        """Return the next numbers, from U(low, high)."""
        return low + (high - low) * self.standard(*shape)


def error(gander, torch_, size=None):
    """Return the largest difference relative to size, by default the largest magnitude."""
    if gander.shape != torch_.shape:
        return numpy.inf
    worst = abs(gander.astype(numpy.float64) - torch_).max()
    worst /= max(size or abs(torch_).max(), numpy.finfo(numpy.float32).tiny)
    return numpy.nan_to_num(worst, nan=numpy.inf)


class Comparison:
    """The errors of arrays, in groups."""

    def __init__(self, tolerance):
        self.tolerance = tolerance
        self.groups = {}  # of {array: its largest error}

    def add(self, group, name, e):
        errors = self.groups.setdefault(group, {})
        errors[name] = max(errors.get(name, 0), e)

    def report(self):
        """Print a line for each group; return whether everything agrees."""
        good = True
        for group, errors in self.groups.items():
            worst = max(errors, key=errors.get)
            print(f"  {group:14} {len(errors):3} arrays, "
                  f"largest error {errors[worst]:.1e} ({worst})")
            for name, e in errors.items():
                if not e <= self.tolerance:
                    print(f"    disagrees: {name} by {e:.1e}, want at most {self.tolerance:.0e}")
                    good = False
        return good


class Play:
    """One play of a round: some players move from one computation of the losses."""

    def __init__(self, twin, players, inputs, draws, step):
        self.twin, self.players = twin, players
        self.inputs, self.draws, self.step_number = inputs, draws, step
        self.all = [v for own in twin.variables.values() for v in own]
        self.learned = [v for p in players for v in twin.variables[p] if v.learned]
        others = [v for p, own in twin.variables.items() if p not in players for v in own]
        self.statistics = [v for v in self.all if not v.learned]
        self.fixed = [v for v in others if not v.learned]  # of players that do not move
        self.before = [v.tensor.detach().clone() for v in self.statistics]

    def compute(self):
        """Return the gradients and the losses, {name: array}."""
        restore(self.statistics, self.before)
        losses = self.twin.gradients(self.players, self.inputs, Draws(self.draws), self.step_number)
        kept = {id(v): b for v, b in zip(self.statistics, self.before)}
        restore(self.fixed, [kept[id(v)] for v in self.fixed])
        return ({v.name: v.gradient for v in self.learned}
                | {f"loss.{p}": losses[p].detach().numpy() for p in self.players})

    def step(self, gradients):
        """Take a step of the optimisers with these gradients."""
        for v in self.learned:
            v.gradient = gradients[v.name]
        for p in self.players:
            self.twin.step(p)

    def size(self, name, arrays):
        """Return the magnitude that the error of an array of compute is relative to."""
        return abs(arrays[self.twin.cancelled.get(name, name)]).max()

    def error(self, name, gander, arrays):
        """Return the error of an array of compute."""
        return error(gander[name], arrays[name], self.size(name, arrays))

    def across_kinks(self, own, gander, tolerance):
        """Return the results of compute, with units at kinks on the same side as in Gander."""
        size = {name: self.size(name, own) or 1 for name in own}
        ends = numpy.cumsum([g.size for g in own.values()])[:-1]

        def flat(arrays):
            parts = [arrays[name].ravel() / size[name] for name in size]
            return numpy.concatenate(parts).astype(numpy.float64)

        base, kept = flat(own), [v.tensor.detach().clone() for v in self.all]
        changed = [v for v in self.all if v.learned]
        values = [v.tensor.detach().clone() for v in changed]
        wanted, changes = flat(gander) - base, []
        for _ in range(6):
            for _ in range(6):
                restore(changed, [x * (1 + 5e-7 * torch.randn_like(x)) for x in values])
                changes.append(flat(self.compute()) - base)
            a = numpy.stack(changes, 1)
            moved = base + a @ numpy.linalg.lstsq(a.T @ a, a.T @ wanted, rcond=None)[0]
            moved = {name: part.reshape(own[name].shape) * size[name]
                     for name, part in zip(size, numpy.split(moved, ends))}
            if all(self.error(name, gander, moved) <= 0.1 * tolerance for name in own):
                break
        restore(self.all, kept)
        return moved


def restore(variables, values):
    """Give variables these values."""
    with torch.no_grad():
        for v, value in zip(variables, values):
            v.tensor.copy_(value)


def train(twin, written, comparison, free):
    """Train as Gander did, and compare. Return the number of plays with a unit at a kink."""
    inputs, kinks, rounds = written.inputs(), 0, []
    for round_ in written.game["rounds"]:  # number, players and draws of each play
        first = sum(len(r) for r in rounds)
        rounds.append([(first + i, players, written.draws(first + i + 1)) for i, players in enumerate(round_)])
    for step in range(written.game["steps"]):
        for i, players, draws in rounds[written.game["schedule"][step]]:
            play = Play(twin, players, inputs, [d[step] for d in draws], step)
            compared = own = play.compute()
            gander = {v.name: written.array(f"gradient.{step + 1}.{i + 1}.{v.name}") for v in play.learned}
            for p in players:
                gander[f"loss.{p}"] = written.array(f"loss.{i + 1}.{p}")[step]
            if not free and any(play.error(name, gander, own) > comparison.tolerance for name in own):
                kinks += 1
                compared = play.across_kinks(own, gander, comparison.tolerance)
            for name in compared:
                group = "losses" if name.startswith("loss.") else f"gradients of {name[0]}"
                comparison.add(group, name, play.error(name, gander, compared))
            play.step(own if free else gander)
    return kinks


def repeat(folder, args):
    """Repeat the training of a folder and print the errors. Return whether everything agrees."""
    torch.manual_seed(0)
    written = Written(folder)
    settings = written.settings()
    if settings is None:
        twin = models.Twin(written.game)
    else:
        twin = recipes.twin(written.game, settings)
    variables = [v for own in twin.variables.values() for v in own]
    for v in variables:
        v.value = written.array(f"initial.{v.name}")
    comparison = Comparison(args.tolerance)
    kinks = train(twin, written, comparison, args.free)
    for v in variables:
        comparison.add("final values", v.name, error(written.array(f"final.{v.name}"), v.value))
    steps, plays = written.game["steps"], sum(len(written.game["rounds"][r]) for r in written.game["schedule"])
    print(f"{folder.name}: {written.game['name']}, {steps} steps, PyTorch {torch.__version__} in {torch.get_default_dtype()}, "
          f"kinks in {kinks} of {plays} plays:")
    return comparison.report()


def main():
    args = parse()
    torch.set_num_threads(1)  # several threads wait for each other if other programs use the processors
    if args.float64:
        torch.set_default_dtype(torch.float64)
    agree = [repeat(folder, args) for folder in args.dirs]
    sys.exit(0 if all(agree) else 1)


if __name__ == "__main__":
    main()
